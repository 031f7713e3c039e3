import type { ServiceInstance } from '../service-instance';
import type { InstanceLoad } from './instance-load';
import type { ServicePool } from './service-pool';

/**
 * How a call to an instance ended. `success`: it answered, be it with a refusal such as 404; `failure`: it did not, or said
 * that it cannot at present; `cancelled`: its caller left before.
 */
export type LeaseOutcome = 'success' | 'failure' | 'cancelled';

/** What more is known of the end of a call. */
export interface LeaseEnd {
  /**
   * How long the instance asks to be left alone, in milliseconds (`Retry-After`), at most five minutes. Until then it gets
   * calls only where all the others have asked for the same, or none is left. @default 0
   */
  readonly pause?: number | undefined;
}

/**
 * The right to call one instance once. Say when the call starts and when it is over; a lease that is never started
 * costs nothing and need not be given back.
 */
export interface InstanceLease {
  /** The instance to call. */
  readonly instance: ServiceInstance;
  /** The call starts: the instance has one more in flight. Counts once, and not after `done`. */
  start(): void;
  /** The call is over, however it ended, or will not start. Counts once. */
  done(outcome: LeaseOutcome, end?: LeaseEnd): void;
}

/** What a lease tells of its call. */
export interface LeaseKeeper {
  /** A reading of the monotonic clock. */
  readonly now: () => number;
  /** How often the page was hidden or asleep: what spans that says nothing of the instance. */
  readonly interruptions: () => number;
  /** A call starts. */
  readonly started: (instance: ServiceInstance) => void;
  /** A call is over; `took` is missing where the page slept meanwhile. */
  readonly settled: (lease: CountedLease, outcome: LeaseOutcome, took: number | undefined) => void;
}

/** A lease that counts its call, and learns from it how the instance is. */
export class CountedLease implements InstanceLease {
  readonly instance: ServiceInstance;
  /** Where the instance was picked. */
  readonly pool: ServicePool;
  /** Which part of the application calls. */
  readonly from: string;
  readonly #load: InstanceLoad;
  readonly #keeper: LeaseKeeper;
  #startedAt = NaN;
  #interruptions = 0;
  #over = false;

  constructor(instance: ServiceInstance, pool: ServicePool, keeper: LeaseKeeper, from: string) {
    this.instance = instance;
    this.pool = pool;
    this.from = from;
    this.#load = pool.loadOf(instance);
    this.#keeper = keeper;
  }

  start(): void {
    if (this.#over || this.#hasStarted()) return;
    this.#startedAt = this.#keeper.now();
    this.#interruptions = this.#keeper.interruptions();
    this.#load.started(this.#startedAt);
    this.#keeper.started(this.instance);
  }

  done(outcome: LeaseOutcome, { pause = 0 }: LeaseEnd = {}): void {
    const started = !this.#over && this.#hasStarted();
    this.#over = true;
    if (!started) return;
    const now = this.#keeper.now();
    const load = this.#load;
    load.left(now);
    // A page that slept has measured its own sleep.
    const awake = this.#keeper.interruptions() === this.#interruptions;
    const took = awake ? now - this.#startedAt : undefined;
    if (took !== undefined) {
      if (outcome === 'success') load.answered(took, now);
      else load.tookAtLeast(took, now);
    }
    if (outcome === 'failure') {
      load.failed(pause, now);
      if (pause > 0) this.pool.pause(this.instance, pause);
    }
    this.#keeper.settled(this, outcome, took);
  }

  #hasStarted(): boolean {
    return !Number.isNaN(this.#startedAt);
  }
}
