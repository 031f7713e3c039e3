import type { Clock } from 'rx-mesh/kernel';

/** What a Eureka can say of the health of an instance. */
export type FakeEurekaStatus = 'UP' | 'DOWN' | 'STARTING' | 'OUT_OF_SERVICE' | 'UNKNOWN';

/** An instance as a test describes it. */
export interface FakeEurekaInstance {
  /** Its application; is listed in upper case. */
  readonly app: string;
  /** Unique in the whole registry. */
  readonly id: string;
  /** @default 'host.test' */
  readonly hostName?: string | undefined;
  /** @default '10.0.0.1' */
  readonly ipAddr?: string | undefined;
  /** @default 8080 */
  readonly port?: number | undefined;
  /** Whether the port is one of https. @default false */
  readonly secure?: boolean | undefined;
  /** @default 'UP' */
  readonly status?: FakeEurekaStatus | undefined;
  /** Facts, such as `zone`, `version` and `weight`. @default {} */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What stands in the JSON of an instance. */
export type WireInstance = Readonly<Record<string, unknown>>;

interface Held {
  readonly app: string;
  readonly id: string;
  readonly status: string;
  readonly wire: WireInstance;
  /** Whether its next heartbeat is refused, so that it registers again. */
  readonly forgotten: boolean;
}

interface Change {
  readonly app: string;
  readonly wire: WireInstance;
  readonly at: number;
}

/** For how long a change is told, in milliseconds. */
const CHANGES_KEPT = 180_000;

/** The instances of a {@link FakeEureka}, and what happened to them of late. */
export class FakeEurekaState {
  readonly #held = new Map<string, Held>();
  /** What operators have said. It outlives the registration. */
  readonly #overrides = new Map<string, string>();
  #changes: Change[] = [];
  #version = 1;

  constructor(private readonly clock: Clock) {}

  /** How many changes there were, plus one. */
  get version(): number {
    return this.#version;
  }

  /** How many instances of each status there are: `DOWN_1_UP_3_`. */
  get hashcode(): string {
    const statuses = [...this.#held.values()].map(({ status }) => status);
    const parts = [...new Set(statuses)].sort().map((status) => {
      return `${status}_${statuses.filter((each) => each === status).length}_`;
    });
    return parts.join('');
  }

  /** All instances. */
  get instances(): readonly Held[] {
    return [...this.#held.values()];
  }

  /** The changes of the last three minutes, oldest first. */
  get changes(): readonly Change[] {
    const now = this.clock.monotonic();
    this.#changes = this.#changes.filter(({ at }) => now - at <= CHANGES_KEPT);
    return this.#changes;
  }

  /** The instance of this id. */
  find(id: string): Held | undefined {
    return this.#held.get(id);
  }

  /** Puts an instance in, or replaces it. */
  register(app: string, id: string, wire: WireInstance): void {
    const override = this.#overrides.get(id);
    const status = override ?? (typeof wire['status'] === 'string' ? wire['status'] : 'UNKNOWN');
    const written = { ...wire, status, overriddenStatus: override ?? 'UNKNOWN' };
    this.#keep({ app, id, status, wire: written, forgotten: false }, 'ADDED');
  }

  /** Takes an instance out; says whether it was there. */
  cancel(id: string): boolean {
    const held = this.#held.get(id);
    if (!held) return false;
    this.#held.delete(id);
    this.#overrides.delete(id);
    this.#note(held, 'DELETED');
    return true;
  }

  /** Sets what an operator says; `undefined` takes that back. Says whether the instance is there. */
  override(id: string, override: string | undefined, status = override ?? 'UNKNOWN'): boolean {
    const held = this.#held.get(id);
    if (!held) return false;
    if (override === undefined) this.#overrides.delete(id);
    else this.#overrides.set(id, override);
    const wire = { ...held.wire, status, overriddenStatus: override ?? 'UNKNOWN' };
    const forgotten = override === undefined && status === 'UNKNOWN';
    this.#keep({ ...held, status, wire, forgotten }, 'MODIFIED');
    return true;
  }

  /** Adds facts. Says whether the instance is there. */
  describe(id: string, facts: Readonly<Record<string, string>>): boolean {
    const held = this.#held.get(id);
    if (!held) return false;
    const metadata = { ...(held.wire['metadata'] as object | undefined), ...facts };
    this.#keep({ ...held, wire: { ...held.wire, metadata } }, 'ADDED');
    return true;
  }

  /** Forgets all, as a server does that was started anew. */
  restart(): void {
    this.#held.clear();
    this.#overrides.clear();
    this.#changes = [];
    this.#version = 1;
  }

  #keep(held: Held, action: string): void {
    this.#held.set(held.id, { ...held, wire: { ...held.wire, actionType: 'ADDED' } });
    this.#note(held, action);
  }

  #note({ app, wire }: Held, action: string): void {
    this.#version++;
    const at = this.clock.monotonic();
    this.#changes = [...this.changes, { app, wire: { ...wire, actionType: action }, at }];
  }
}

/** The JSON of an instance that a test describes. */
export function wireOf(instance: FakeEurekaInstance, now: number): WireInstance {
  const { app, id, hostName = 'host.test', ipAddr = '10.0.0.1', port = 8080 } = instance;
  const { secure = false, status = 'UP', metadata = {} } = instance;
  const none = Object.keys(metadata).length === 0;
  return {
    instanceId: id,
    hostName,
    app: app.toUpperCase(),
    ipAddr,
    status,
    overriddenStatus: 'UNKNOWN',
    port: { $: secure ? 80 : port, '@enabled': String(!secure) },
    securePort: { $: secure ? port : 443, '@enabled': String(secure) },
    countryId: 1,
    dataCenterInfo: {
      '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
      name: 'MyOwn',
    },
    leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90, registrationTimestamp: now },
    metadata: none ? { '@class': 'java.util.Collections$EmptyMap' } : metadata,
    vipAddress: app.toLowerCase(),
    secureVipAddress: app.toLowerCase(),
    isCoordinatingDiscoveryServer: 'false',
    lastUpdatedTimestamp: String(now),
    lastDirtyTimestamp: String(now),
  };
}
