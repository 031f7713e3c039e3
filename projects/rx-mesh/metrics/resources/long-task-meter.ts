import type { Clock } from 'rx-mesh/kernel';

const LONG_TASK = 'longtask';

/** What is needed of a window that tells of long tasks. */
export interface LongTaskView {
  readonly PerformanceObserver?: typeof PerformanceObserver | undefined;
}

/** Which share of the time long tasks hold the main thread. It listens from `start` to `stop`. */
export class LongTaskMeter {
  readonly #view: LongTaskView;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #observer: PerformanceObserver | undefined;
  #since = 0;
  #busy = 0;

  constructor(view: LongTaskView, clock: Pick<Clock, 'monotonic'>) {
    this.#view = view;
    this.#clock = clock;
  }

  /** Begins to listen, where the platform tells of long tasks. */
  start(): void {
    const { PerformanceObserver: Observer } = this.#view;
    if (!Observer?.supportedEntryTypes.includes(LONG_TASK)) return;
    this.#since = this.#clock.monotonic();
    this.#busy = 0;
    this.#observer = new Observer((list) => this.#add(list.getEntries()));
    this.#observer.observe({ type: LONG_TASK });
  }

  /** Stops listening. */
  stop(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  /** The share since the last time it was asked, from 0 to 1; `undefined` when nobody tells, or no time has passed. */
  share(): number | undefined {
    if (!this.#observer) return undefined;
    this.#add(this.#observer.takeRecords());
    const now = this.#clock.monotonic();
    const passed = now - this.#since;
    if (passed <= 0) return undefined;
    // A task is told of when it is over, so it may have begun before.
    const share = Math.min(1, this.#busy / passed);
    this.#since = now;
    this.#busy = 0;
    return share;
  }

  #add(tasks: readonly PerformanceEntry[]): void {
    for (const { duration } of tasks) this.#busy += duration;
  }
}
