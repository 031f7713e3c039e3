import type { Clock } from 'rx-mesh/kernel';
import { EMPTY, type Observable, catchError, defer, map, of, switchMap, tap } from 'rxjs';
import type { ServiceInstance } from '../../service-instance';
import { isRegistryRequestError } from '../registry/registry-errors';
import { SnapshotKeeper } from '../registry/snapshot-keeper';
import type { RegistrySnapshot } from '../registry-source';
import { toServiceInstance } from './eureka-instances';
import type { EurekaNews } from './eureka-news';
import { type EurekaValues, wantedApps } from './eureka-options';
import { EurekaRegistry } from './eureka-registry';
import type { EurekaRequests } from './eureka-requests';
import type { EurekaAnswer, EurekaInstance } from './eureka-wire';

/** What a feed needs of the world. */
export interface FeedPorts {
  readonly clock: Clock;
  readonly requests: EurekaRequests;
  readonly news: EurekaNews;
  /** Told each time that the changes did not lead to the set of the server. */
  readonly onMismatch: () => void;
}

interface Made {
  readonly instance?: ServiceInstance | undefined;
  readonly fault?: unknown;
}

// For so long a server keeps a change.
const CHANGES_KEPT = 180_000;

/**
 * What one watcher of Eureka knows, and how it gets to know more: all at first, then changes, and all again whenever
 * those may be incomplete.
 */
export class EurekaFeed {
  readonly #wanted: ReadonlyMap<string, string> | undefined;
  readonly #registry = new EurekaRegistry();
  readonly #keeper = new SnapshotKeeper();
  #made: ReadonlyMap<string, ReadonlyMap<EurekaInstance, Made>> = new Map();
  /** Whether what is known is all that there was at the last answer. */
  #whole = false;
  #deltas: boolean;
  #answeredAt = { wall: 0, monotonic: 0 };
  #emptySince: number | undefined;
  #unreadable: readonly unknown[] = [];

  constructor(
    private readonly ports: FeedPorts,
    private readonly options: EurekaValues,
  ) {
    this.#wanted = options.services && wantedApps(options.services);
    this.#deltas = options.deltas;
  }

  /** Asks once. Emits all that is known when that was confirmed, and nothing when the answer is not believed. */
  readonly round: Observable<RegistrySnapshot> = defer(() =>
    this.#deltas && this.#whole && !this.#isLate() ? this.#readChanges() : this.#readAll(),
  ).pipe(tap(() => this.#note()));

  #readAll(): Observable<RegistrySnapshot> {
    return this.ports.requests.read('/apps').pipe(
      switchMap((answer) => {
        this.ports.news.answered();
        if (!this.#believes(answer)) return EMPTY;
        this.#registry.replace(answer.instances);
        this.#whole = true;
        this.#unreadable = answer.faults;
        return of(this.#tell(answer.faults));
      }),
    );
  }

  #readChanges(): Observable<RegistrySnapshot> {
    let refused = false;
    return this.ports.requests.read('/apps/delta').pipe(
      map((answer) => this.#apply(answer)),
      catchError((error: unknown) => {
        const status = isRegistryRequestError(error) ? error.status : undefined;
        refused = status === 403;
        if (refused || status === 404) return of(undefined);
        throw error;
      }),
      switchMap((applied) => {
        if (applied) return of(this.#tell([...this.#unreadable, ...applied.faults]));
        // A server that still reads from its peers refuses changes too, but then it refuses all else as well.
        return this.#readAll().pipe(
          tap(() => {
            if (refused) this.#deltas = false;
          }),
        );
      }),
    );
  }

  /** Takes changes; `undefined` when they do not lead to the set of the server. */
  #apply(answer: EurekaAnswer): EurekaAnswer | undefined {
    this.#registry.apply(answer.instances);
    if (this.#registry.hashcode === answer.hashcode) {
      this.ports.news.answered();
      return answer;
    }
    this.#whole = false;
    this.ports.onMismatch();
    return undefined;
  }

  /** An answer without any instance is not believed at once where some were known. */
  #believes({ instances }: EurekaAnswer): boolean {
    const { clock, news } = this.ports;
    const known = this.#registry.size;
    const empty = instances.length === 0 && known > 0;
    const since = empty ? (this.#emptySince ?? clock.monotonic()) : undefined;
    const { emptyGrace } = this.options;
    const doubted = since !== undefined && clock.monotonic() - since < emptyGrace;
    this.#emptySince = doubted ? since : undefined;
    if (doubted) this.#whole = false;
    news.doubted(doubted, known, emptyGrace);
    return !doubted;
  }

  /** Whether changes may have been dropped since the last answer. The machine may have slept, without its clock. */
  #isLate(): boolean {
    const { clock } = this.ports;
    const { wall, monotonic } = this.#answeredAt;
    return Math.max(clock.now() - wall, clock.monotonic() - monotonic) > CHANGES_KEPT;
  }

  #note(): void {
    const { clock } = this.ports;
    this.#answeredAt = { wall: clock.now(), monotonic: clock.monotonic() };
  }

  #tell(unreadable: readonly unknown[]): RegistrySnapshot {
    const lastSeen = new Date(this.ports.clock.now());
    const made = new Map<string, ReadonlyMap<EurekaInstance, Made>>();
    const faults: unknown[] = [...unreadable];
    for (const [service, app] of this.#wanted ?? this.#all()) {
      const before = this.#made.get(service);
      const now = new Map<EurekaInstance, Made>();
      const instances: ServiceInstance[] = [];
      for (const from of this.#registry.instancesOf(app).values()) {
        const each = before?.get(from) ?? this.#make(service, from, lastSeen);
        now.set(from, each);
        if (each.instance) instances.push(each.instance);
        if (each.fault !== undefined) faults.push(each.fault);
      }
      made.set(service, now);
      this.#keeper.set(service, instances);
    }
    this.#made = made;
    this.#keeper.retain(new Set(made.keys()));
    this.ports.news.unusable(faults);
    return this.#keeper.snapshot;
  }

  #all(): ReadonlyMap<string, string> {
    return new Map(this.#registry.apps.map((app) => [app.toLowerCase(), app]));
  }

  #make(service: string, from: EurekaInstance, lastSeen: Date): Made {
    try {
      return { instance: toServiceInstance(service, from, this.options, lastSeen) };
    } catch (fault) {
      return { fault };
    }
  }
}
