import { type Observable, map } from 'rxjs';
import type { ServiceInstance } from '../../service-instance';
import { instanceOf } from '../registry/registry-entry';
import type { RegistryAnswer } from '../registry/registry-request';
import type { SnapshotKeeper } from '../registry/snapshot-keeper';
import { CONSUL_NAME } from './consul-client';
import { type ConsulHealth, readHealth } from './consul-health';
import { type ConsulPace, ConsulQuery, type QueryPorts } from './consul-query';
import type { ConsulReports } from './consul-reports';

/** What {@link WatchedService} needs of the world. */
export interface WatchedPorts extends QueryPorts {
  /** Where the instances go. */
  readonly keeper: SnapshotKeeper;
  readonly reports: ConsulReports;
}

// An answer that says itself that it was filtered proves less still.
const FILTERED_FACTOR = 5;

/** One service of Consul while it is watched: what its answers mean for what is known of it. */
export class WatchedService {
  readonly #ports: WatchedPorts;
  readonly #shared = new Set<string>();
  readonly #name: string;
  readonly #query: ConsulQuery;
  #confirmedAt = -Infinity;
  #emptySince: number | undefined;
  #grace = 0;
  /** Whether it was answered or has failed since it is watched. */
  settled = false;
  /** Whether the catalog lists it no more: then it is watched only until its instances are gone. */
  dismissed = false;

  /**
   * @param name Its name in the application.
   * @param called Its name in Consul.
   */
  constructor(ports: WatchedPorts, pace: ConsulPace, name: string, called: string) {
    this.#ports = ports;
    this.#name = name;
    const { tag } = ports.options;
    const path = `health/service/${encodeURIComponent(called)}`;
    this.#query = new ConsulQuery(ports, pace, path, tag === undefined ? {} : { tag });
  }

  /** Whether nothing is left to watch. */
  get over(): boolean {
    return this.dismissed && this.#ports.keeper.get(this.#name).length === 0;
  }

  /** The query behind it. */
  get query(): ConsulQuery {
    return this.#query;
  }

  /** One read, and what follows from it. */
  read(): Observable<void> {
    return this.#query
      .read((json, answer) => this.#parse(json, answer), this.#remaining())
      .pipe(map((read) => this.#believe(read)));
  }

  /** How long to rest before the next read, in milliseconds. */
  rest(): number {
    return Math.min(this.#query.rest(), Math.max(1000, this.#remaining()));
  }

  /** Takes note of a failure: what was confirmed too long ago is known no more for sure. */
  fail(lease: number): void {
    const { clock, keeper } = this.#ports;
    this.settled = true;
    if (clock.monotonic() - this.#confirmedAt <= lease) return;
    keeper.set(this.#name, keeper.get(this.#name).map(withUnknownHealth));
  }

  #parse(json: unknown, { headers }: RegistryAnswer): Read | undefined {
    const health = readHealth(json, this.#name, this.#ports.options.secure, this.#shared);
    return health && { ...health, filtered: isFiltered(headers) };
  }

  #believe({ entries, faults, empty, filtered }: Read): void {
    const { clock, keeper } = this.#ports;
    this.settled = true;
    this.#confirmedAt = clock.monotonic();
    if (this.#distrusts(empty, filtered)) return;
    const wrong = [...faults];
    keeper.set(this.#name, this.#make(entries, wrong));
    this.#ports.reports.tell(this.#name, wrong.length > 0, {
      code: 'RXM305',
      message: `Consul lists ${wrong.length} instances of ${this.#name} that cannot be used. They are left out; the cause is what is wrong with the first.`,
      cause: wrong[0],
    });
  }

  /** Whether an empty answer is not believed yet. */
  #distrusts(empty: boolean, filtered: boolean): boolean {
    const { clock, keeper, options, reports } = this.#ports;
    const known = keeper.get(this.#name).length;
    const grace = options.emptyGrace * (filtered ? FILTERED_FACTOR : 1);
    if (empty && known > 0) this.#emptySince ??= clock.monotonic();
    else this.#emptySince = undefined;
    this.#grace = grace;
    const kept = this.#emptySince !== undefined && this.#remaining() > 0;
    if (!kept) this.#emptySince = undefined;
    // Once told, it is not told again before instances are back.
    if (!empty || kept || filtered) {
      reports.tell(this.#name, empty, {
        code: 'RXM308',
        message: `Consul lists no instance of ${this.#name}${filtered ? ', and says that it left some out for want of rights' : ''}. ${kept ? `The ${known} that were known are kept for ${grace} ms` : 'None is known'}. If there are some, check the token of withConsul(): without a right Consul answers an empty list.`,
      });
    }
    return kept;
  }

  /** How long an empty answer is not believed from now on, in milliseconds; no end while it is none. */
  #remaining(): number {
    return this.#emptySince === undefined
      ? Infinity
      : this.#emptySince + this.#grace - this.#ports.clock.monotonic();
  }

  #make(entries: ConsulHealth['entries'], wrong: unknown[]): ServiceInstance[] {
    const { clock, options } = this.#ports;
    const lastSeen = new Date(clock.now());
    const instances: ServiceInstance[] = [];
    for (const entry of entries) {
      try {
        const instance = instanceOf(CONSUL_NAME, entry, options.instanceUrl, lastSeen);
        if (instance) instances.push(instance);
      } catch (error) {
        wrong.push(error);
      }
    }
    return instances;
  }
}

interface Read extends ConsulHealth {
  readonly filtered: boolean;
}

/** Whether Consul says that ACLs have left something out of an answer. */
export function isFiltered(headers: Headers): boolean {
  return headers.get('X-Consul-Results-Filtered-By-ACLs') === 'true';
}

function withUnknownHealth(instance: ServiceInstance): ServiceInstance {
  return instance.health === 'unknown'
    ? instance
    : Object.freeze({ ...instance, health: 'unknown' as const });
}
