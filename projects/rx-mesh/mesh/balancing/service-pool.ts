import type { Clock, RandomSource } from 'rx-mesh/kernel';
import {
  type CallVerdict,
  type Ejection,
  type EjectionReason,
  OutlierDetector,
} from '../health/outlier-detector';
import type { OutlierValues } from '../health/outlier-options';
import type { ServiceInstance } from '../service-instance';
import type { BalancingContext, BalancingStrategy } from './balancing-strategy';
import {
  type Arrangement,
  type Candidates,
  type InstanceFacts,
  type Selection,
  arrange,
  groupOf,
  keepLists,
} from './candidates';
import { InstanceLoad } from './instance-load';
import { Pauses } from './pauses';

type Instances = readonly ServiceInstance[];

/** What a pool needs to know of the world. */
export interface PoolPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Another number whenever `isIll` may have changed for somebody. */
  readonly revision: () => number;
  /** What is known of its health beside what its registry and its calls say. */
  readonly isIll: (instance: ServiceInstance) => boolean;
  /** Whether an ejected instance is kept out beyond its time. */
  readonly hold: (id: string, ejection: Ejection) => boolean;
}

/** Arrangements of one service that are kept: one a version and zone in use. */
const MOST_ARRANGEMENTS = 64;
/** The least share of its weight that an instance has while it warms up (Envoy). */
const LEAST_WARMTH = 0.1;
const NO_VALUES: Instances = /* @__PURE__ */ Object.freeze([]);

/**
 * The instances of one service as the load balancer sees them: their load, who is ejected, and the lists that strategies
 * pick from. Lists are made when something has changed, so that a pick is cheap.
 */
export class ServicePool implements BalancingContext, InstanceFacts {
  readonly service: string;
  readonly #ports: PoolPorts;
  readonly #loads = new Map<string, InstanceLoad>();
  readonly #pauses = new Pauses();
  #arrangements = new Map<string, Arrangement>();
  /** Those of the time before, whose lists are kept where nothing has changed. */
  #before: ReadonlyMap<string, Arrangement> = this.#arrangements;
  #detector: OutlierDetector | undefined;
  #outliers: OutlierValues | false = false;
  #known: Instances = NO_VALUES;
  #ids: ReadonlySet<string> = /* @__PURE__ */ new Set<string>();
  #revision = -1;

  group = '';
  instances: Instances = NO_VALUES;
  tried: ReadonlySet<string> = /* @__PURE__ */ new Set<string>();
  key: string | undefined;
  now = 0;
  /** How long a new instance warms up, in milliseconds. */
  slowStart = 0;

  constructor(service: string, ports: PoolPorts) {
    this.service = service;
    this.#ports = ports;
  }

  /** Who gets no calls at present because of how its calls went. */
  get detector(): OutlierDetector | undefined {
    return this.#detector;
  }

  /** The load of an instance. */
  loadOf({ id }: ServiceInstance): InstanceLoad {
    return this.#loads.get(id) ?? this.#loadOf(id);
  }

  /** The weight of an instance, less while it warms up. */
  weightOf(instance: ServiceInstance): number {
    if (this.slowStart === 0) return instance.weight;
    const age = this.now - this.loadOf(instance).since;
    return age >= this.slowStart
      ? instance.weight
      : instance.weight * Math.max(LEAST_WARMTH, age / this.slowStart);
  }

  /** The load of an instance; `undefined` while nothing is known of it. */
  knownLoad(id: string): InstanceLoad | undefined {
    return this.#loads.get(id);
  }

  /** Takes note of a call that is over, and says why its instance is ejected if it is. */
  record({ id }: ServiceInstance, verdict: CallVerdict): EjectionReason | undefined {
    // It went while the call was under way: nobody would ever let it back.
    if (!this.#ids.has(id)) return undefined;
    const now = this.#ports.clock.monotonic();
    const reason = this.#detector?.record(id, verdict, {
      size: this.#known.length,
      latency: this.#loads.get(id)?.latency(now),
      others: () => this.#latencies(id, now),
    });
    if (reason !== undefined) this.refresh();
    return reason;
  }

  /** Brings the pool up to what is known, and says who is back from ejection. */
  update(known: Instances, outliers: OutlierValues | false): readonly string[] {
    const now = (this.now = this.#ports.clock.monotonic());
    if (!sameValues(outliers, this.#outliers)) this.#judge(outliers);
    const back = this.#detector?.advance(now, this.#ports.hold) ?? [];
    for (const id of back) this.#loadOf(id).since = now;
    if (this.#pauses.advance(now)) this.refresh();
    const revision = this.#ports.revision();
    if (known !== this.#known) this.#replace(known, now);
    else if (back.length === 0 && revision === this.#revision) return back;
    this.#revision = revision;
    this.refresh();
    return back;
  }

  /** An instance asks to be left alone for a while, in milliseconds. */
  pause({ id }: ServiceInstance, pause: number): void {
    if (!this.#ids.has(id)) return;
    this.#pauses.add(id, pause, this.#ports.clock.monotonic());
    this.refresh();
  }

  /** For how long all that a selection leaves have asked to be left alone, in milliseconds; 0 as long as one has not. */
  pausedFor(selection: Selection): number {
    const { elsewhere, own } = this.arrangementOf(selection);
    const left = [...own.instances, ...elsewhere.instances].map((each) => this.pauseOf(each));
    return left.length === 0 ? 0 : Math.min(...left);
  }

  /** Lists are made anew at the next pick: somebody was ejected, for instance. */
  refresh(): void {
    if (this.#arrangements.size === 0) return;
    this.#before = this.#arrangements;
    this.#arrangements = new Map();
  }

  /** The instances that a selection leaves. */
  arrangementOf(selection: Selection): Arrangement {
    const name = groupOf(this.service, selection);
    const ready = this.#arrangements.get(name);
    if (ready) return ready;
    const made = arrange(this.service, this.#known, selection, this);
    const kept = keepLists(made, this.#before.get(name));
    if (this.#arrangements.size >= MOST_ARRANGEMENTS) this.#arrangements.clear();
    this.#arrangements.set(name, kept);
    return kept;
  }

  /** One instance, or `undefined` when the strategy wants none. What the call is about has to be set before. */
  pick(
    strategy: BalancingStrategy,
    { elsewhere, own, share }: Arrangement,
  ): ServiceInstance | undefined {
    const here =
      share === 1 || elsewhere.instances.length === 0 || this.#ports.random.next() < share;
    const drawn = here ? own : elsewhere;
    const other = here ? elsewhere : own;
    // A new attempt goes to another zone rather than to the same instance again.
    const first = this.#hasUntried(drawn) || !this.#hasUntried(other) ? drawn : other;
    return this.#from(first, strategy) ?? this.#from(first === drawn ? other : drawn, strategy);
  }

  #loadOf(id: string): InstanceLoad {
    const load = this.#loads.get(id) ?? new InstanceLoad();
    this.#loads.set(id, load);
    return load;
  }

  #from(
    { group, instances }: Candidates,
    strategy: BalancingStrategy,
  ): ServiceInstance | undefined {
    this.group = group;
    this.instances = instances;
    return instances.length === 0 ? undefined : strategy.pick(this);
  }

  #latencies(except: string, now: number): readonly number[] {
    const latencies: number[] = [];
    for (const [id, load] of this.#loads) {
      const latency = id === except ? undefined : load.latency(now);
      if (latency !== undefined) latencies.push(latency);
    }
    return latencies;
  }

  /** Whether an instance is one that a call would want: well, in use, and not tried. */
  suits(instance: ServiceInstance, tried: ReadonlySet<string>): boolean {
    const { id, weight } = instance;
    return weight > 0 && !tried.has(id) && this.isWell(instance) && this.pauseOf(instance) === 0;
  }

  #hasUntried({ instances }: Candidates): boolean {
    return this.tried.size === 0
      ? instances.length > 0
      : instances.some(({ id }) => !this.tried.has(id));
  }

  isWell(instance: ServiceInstance): boolean {
    return !this.#ports.isIll(instance) && this.#detector?.isEjected(instance.id) !== true;
  }

  pauseOf({ id }: ServiceInstance): number {
    return this.#pauses.left(id, this.now);
  }

  #judge(outliers: OutlierValues | false): void {
    this.#outliers = outliers;
    this.#detector = outliers ? new OutlierDetector(outliers, this.#ports) : undefined;
    this.refresh();
  }

  #replace(known: Instances, now: number): void {
    const ids = new Set(known.map(({ id }) => id));
    const before = this.#ids;
    for (const id of this.#loads.keys()) if (!ids.has(id)) this.#loads.delete(id);
    // Those of the first list were there before this page was.
    for (const id of before.size > 0 ? ids : []) {
      if (!before.has(id)) this.#loadOf(id).since = now;
    }
    this.#detector?.retain(ids);
    this.#pauses.retain(ids);
    this.#known = known;
    this.#ids = ids;
  }
}

/** Rules are made anew with every change of a policy, and mostly say the same. */
function sameValues(a: OutlierValues | false, b: OutlierValues | false): boolean {
  if (a === b || a === false || b === false) return a === b;
  const keys = Object.keys(a) as (keyof OutlierValues)[];
  return keys.every((key) => a[key] === b[key]);
}
