import { type Signal, signal } from '@angular/core';
import { type RandomSource, seededRandom } from 'rx-mesh/kernel';
import { type LatencyProfile, drawLatency } from './latency';

/** What goes wrong, and how slowly. */
export interface Faults {
  readonly latency: LatencyProfile;
  /** The share of requests that are answered with 503, from 0 to 1. */
  readonly errorRate: number;
}

/** What happens to one request. */
export interface FaultPlan {
  /** Milliseconds until the answer. */
  readonly delay: number;
  readonly outcome: 'answer' | 'error' | 'unreachable';
}

/** How the mocks behave until somebody says otherwise. */
export const CALM: Faults = { latency: { median: 60, p99: 240 }, errorRate: 0 };

// A closed port is refused at once, whatever the service behind it does.
const REFUSED_AFTER = 6;

/**
 * The weather of the mocked world: latency, errors and dead instances, by service and by instance.
 *
 * Chance comes from one seeded generator for each instance, and each request draws the same number of times; so the
 * fate of the tenth request to `orders-2` depends on the seed alone, not on what the others got.
 */
export class FaultControls {
  readonly #services: ReadonlyMap<string, string>;
  readonly #seed;
  readonly #faults = signal<ReadonlyMap<string, Faults>>(new Map());
  readonly #killed = signal<ReadonlySet<string>>(new Set());
  #sources = new Map<string, RandomSource>();

  /** The number that all chance is made of. */
  readonly seed: Signal<number>;
  /** The settings that differ from {@link CALM}, by the name of a service or the id of an instance. */
  readonly faults: Signal<ReadonlyMap<string, Faults>> = this.#faults.asReadonly();
  /** The ids of the instances that are dead. */
  readonly killed: Signal<ReadonlySet<string>> = this.#killed.asReadonly();

  constructor(
    instances: readonly { readonly id: string; readonly service: string }[],
    { seed }: { readonly seed: number },
  ) {
    this.#services = new Map(instances.map(({ id, service }) => [id, service]));
    this.#seed = signal(seed);
    this.seed = this.#seed.asReadonly();
  }

  /** The settings of a service, or of an instance that has its own. */
  of(target: string): Faults {
    const faults = this.#faults();
    return faults.get(target) ?? faults.get(this.#services.get(target) ?? '') ?? CALM;
  }

  /** Changes a service, or one instance of it. A `p99` below the median is lifted to it. */
  set(target: string, change: Partial<Faults>): void {
    const { latency, errorRate } = { ...this.of(target), ...change };
    if (!(latency.median > 0 && latency.p99 > 0)) {
      throw new RangeError(`Latencies must be above 0 ms, not ${latency.median}, ${latency.p99}.`);
    }
    if (!(errorRate >= 0 && errorRate <= 1)) {
      throw new RangeError(`An error rate must be from 0 to 1, not ${errorRate}.`);
    }
    const sound: Faults = {
      latency: { median: latency.median, p99: Math.max(latency.median, latency.p99) },
      errorRate,
    };
    this.#faults.update((faults) => new Map(faults).set(target, sound));
  }

  /** Lets a service or an instance have what holds without settings of its own. */
  clear(target: string): void {
    this.#faults.update((faults) => new Map([...faults].filter(([other]) => other !== target)));
  }

  /** Makes an instance unreachable: requests to it fail as they do when nobody listens. */
  kill(id: string): void {
    this.#killed.update((killed) => new Set(killed).add(id));
  }

  /** Brings an instance back. */
  revive(id: string): void {
    this.#killed.update((killed) => new Set([...killed].filter((other) => other !== id)));
  }

  isAlive(id: string): boolean {
    return !this.#killed().has(id);
  }

  /** Begins chance again, from another number. */
  reseed(seed: number): void {
    this.#seed.set(seed);
    this.#sources = new Map();
  }

  /** Fair weather: every instance alive, no errors, the calm latency, and chance from the start. */
  reset(): void {
    this.#faults.set(new Map());
    this.#killed.set(new Set());
    this.reseed(this.#seed());
  }

  /** Decides about the next request to an instance. */
  next(id: string): FaultPlan {
    const random = this.#sourceOf(id);
    const { latency, errorRate } = this.of(id);
    const delay = drawLatency(latency, random);
    const failed = random.next() < errorRate;
    if (!this.isAlive(id)) return { delay: REFUSED_AFTER, outcome: 'unreachable' };
    return { delay, outcome: failed ? 'error' : 'answer' };
  }

  #sourceOf(id: string): RandomSource {
    const known = this.#sources.get(id);
    if (known) return known;
    const source = seededRandom(this.#seed() ^ fnv1a(id));
    this.#sources.set(id, source);
    return source;
  }
}

/** Fowler, Noll and Vo: a small hash that spreads similar names. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
