import { Injectable, type Signal, inject, signal } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { FakeConsul, FakeEureka, FakeKubernetes } from 'rx-mesh/testing';
import { KNOWN, REGISTRY_URLS } from './addresses';
import { INSTANCES } from './catalog';
import { type MockBackend } from './mock-backends';

/** How a registry lists an instance. */
export interface Listing {
  /** Its share beside the others, at least 0. */
  readonly weight: number;
  /** Whether the registry says that it gets no new calls. */
  readonly drained: boolean;
}

const ALL: Listing = { weight: 1, drained: false };
const CANARY = '2.0.0';
const STABLE = '1.4.0';

/** Consul, Eureka and Kubernetes of the mocked world, and what an operator does in them. */
@Injectable({ providedIn: 'root' })
export class MeshRegistries {
  readonly #ports = { clock: inject(CLOCK) };
  readonly #consul = new FakeConsul(this.#ports);
  readonly #eureka = new FakeEureka(this.#ports);
  readonly #kubernetes = new FakeKubernetes(this.#ports);
  readonly #listings = signal<ReadonlyMap<string, Listing>>(new Map());
  readonly #unlisted = new Set<string>();

  /** What differs from a weight of 1 and being in use, by instance. */
  readonly listings: Signal<ReadonlyMap<string, Listing>> = this.#listings.asReadonly();

  /** The machines on which they run. */
  readonly backends: readonly MockBackend[] = [
    { id: 'consul', origin: REGISTRY_URLS.consul, handle: this.#consul.handle },
    {
      id: 'eureka',
      origin: new URL(REGISTRY_URLS.eureka).origin,
      handle: this.#eureka.handle,
    },
    { id: 'kubernetes', origin: REGISTRY_URLS.kubernetes, handle: this.#kubernetes.handle },
  ];

  constructor() {
    for (const { id } of INSTANCES) this.#publish(id);
  }

  /** How an instance is listed. */
  of(id: string): Listing {
    return this.#listings().get(id) ?? ALL;
  }

  /** An operator changes how an instance is listed, in every registry that knows it. */
  set(id: string, change: Partial<Listing>): void {
    const listing = { ...this.of(id), ...change };
    this.#listings.update((listings) => new Map(listings).set(id, listing));
    this.#publish(id);
  }

  /** Whether Consul lists an instance that it should know. */
  isListed(id: string): boolean {
    return !this.#unlisted.has(id);
  }

  /** Consul forgets an instance, or learns of it again. The other registries know what they know. */
  setListed(id: string, listed: boolean): void {
    if (listed) this.#unlisted.delete(id);
    else this.#unlisted.add(id);
    this.#publish(id);
  }

  /** Lets Consul answer whoever asks with an error, or as it should. */
  setConsulFailing(failing: boolean): void {
    this.#consul.failWith(failing ? 500 : undefined);
  }

  /** Everything as it was at first. */
  reset(): void {
    const changed = [...this.#listings().keys()];
    this.#listings.set(new Map());
    for (const id of changed) this.#publish(id);
  }

  #publish(id: string): void {
    const service = serviceOf(id);
    const { drained, weight } = this.of(id);
    const metadata = { version: versionOf(id), zone: zoneOf(id) };
    if (this.#unlisted.has(id)) {
      this.#consul.deregister(id);
    } else if (knows('consul', service)) {
      this.#consul.register({
        name: service,
        id,
        address: addressOf(id),
        port: 443,
        meta: metadata,
        weights: { Passing: drained ? 0 : weight, Warning: 1 },
      });
    }
    if (knows('eureka', service)) {
      this.#eureka.register({
        app: service,
        id,
        hostName: `${id}.mesh.internal`,
        port: 443,
        secure: true,
        status: drained ? 'OUT_OF_SERVICE' : 'UP',
        metadata: { ...metadata, weight: String(weight) },
      });
    }
    if (knows('kubernetes', service)) {
      this.#kubernetes.setEndpoints(
        service,
        INSTANCES.filter((instance) => instance.service === service).map((instance) => ({
          address: addressOf(instance.id),
          port: 443,
          portName: 'https',
          ready: !this.of(instance.id).drained,
          zone: zoneOf(instance.id),
          uid: instance.id,
          version: versionOf(instance.id),
        })),
      );
    }
  }
}

function knows(registry: keyof typeof KNOWN, service: string): boolean {
  return KNOWN[registry].some((name) => name === service);
}

function serviceOf(id: string): string {
  return INSTANCES.find((instance) => instance.id === id)?.service ?? '';
}

/** The last instance of the orders runs what is to come. */
function versionOf(id: string): string {
  return id === 'orders-3' ? CANARY : STABLE;
}

/** The region in which an instance runs. */
export function zoneOf(id: string): string {
  return id.endsWith('-2') ? 'us' : 'eu';
}

function addressOf(id: string): string {
  const at = INSTANCES.findIndex((instance) => instance.id === id);
  return `10.0.0.${at + 1}`;
}
