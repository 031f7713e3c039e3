import { QuantileSketch, createOptions, nonNegative, positiveInteger } from 'rx-mesh/kernel';
import { Observable, type Subscriber } from 'rxjs';
import { pause } from './pause';
import {
  type CallContext,
  type ResiliencePolicy,
  type ResiliencePorts,
  definePolicy,
} from './policy';
import { Relay } from './relay';
import { type RetryAllowance, noBudget } from './retry-budget';

/** Options of {@link hedgePolicy}. */
export interface HedgeOptions {
  /**
   * After how many milliseconds without an answer one more request goes out: a number of at least 0, or a share of
   * earlier answers that came by then, written `p95` for 95 %. @default 'p95'
   */
  readonly delay?: number | `p${number}` | undefined;
  /** How many more requests there may be: at least 1. @default 1 */
  readonly maxHedges?: number | undefined;
  /** How many answers a share needs before it means anything; until then there are no hedges. At least 1. @default 20 */
  readonly minimumSamples?: number | undefined;
  /** What hedges may spend, shared with the retries of the same origin. @default no limit */
  readonly budget?: RetryAllowance | undefined;
}

/** The options of {@link hedgePolicy} with a value for each. */
export type HedgeValues = {
  readonly [K in keyof HedgeOptions]-?: NonNullable<HedgeOptions[K]>;
};

const HEDGE = /* @__PURE__ */ createOptions<HedgeValues>(
  'HedgeOptions',
  { delay: 'p95', maxHedges: 1, minimumSamples: 20, budget: noBudget },
  {
    delay: (delay) =>
      (typeof delay === 'number' ? nonNegative(delay) === undefined : shareOf(delay) < 1)
        ? undefined
        : "a number of at least 0, or a share such as 'p95'",
    maxHedges: positiveInteger,
    minimumSamples: positiveInteger,
  },
);

/**
 * Sends a second request when the first takes unusually long, takes the answer that comes first and aborts the other
 * ("hedged requests" of Dean and Barroso, "The Tail at Scale"). Only for work that is safe to do twice at once, and not for
 * a user who saves data. A failure waits for the answer of the others; the failure that came first is told when all
 * have failed.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * search$.pipe(resilient(hedgePolicy(ports, { delay: 300 }), 'search'));
 * ```
 */
export function hedgePolicy(ports: ResiliencePorts, options: HedgeOptions = {}): ResiliencePolicy {
  const resolved = HEDGE.resolve(options);
  const durations = new QuantileSketch();
  const { delay, minimumSamples } = resolved;
  const wait = (): number | undefined => {
    if (typeof delay === 'number') return delay;
    return durations.count < minimumSamples ? undefined : durations.quantile(shareOf(delay));
  };
  return definePolicy('hedge', (source, context) => {
    const { idempotent = true, safe = idempotent } = context;
    return safe && !ports.page?.saveData
      ? new Observable((out) => {
          const race = new Race(source, out, context, ports, resolved, (duration) =>
            durations.record(duration),
          );
          race.run(wait());
        })
      : source;
  });
}

function shareOf(text: string): number {
  const percent = /^p(\d{1,2}(?:\.\d+)?)$/.exec(text)?.[1];
  return percent === undefined ? NaN : Number(percent) / 100;
}

/** The requests of one call. */
class Race<T> {
  readonly #runners = new Set<Runner<T>>();
  readonly #since: number;
  #sent = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly source: Observable<T>,
    private readonly out: Subscriber<T>,
    private readonly context: CallContext,
    private readonly ports: ResiliencePorts,
    private readonly options: HedgeValues,
    private readonly measured: (duration: number) => void,
  ) {
    this.#since = ports.clock.monotonic();
  }

  /** Sends one, and another one after each wait. */
  run(wait: number | undefined): void {
    const { budget, maxHedges } = this.options;
    const first = this.#sent === 0;
    this.#sent++;
    const runner = new Runner(this.out, this, first);
    this.#runners.add(runner);
    this.source.subscribe(runner);
    if (wait === undefined || this.#sent > maxHedges || this.out.closed || this.#runners.size < 1) {
      return;
    }
    this.out.add(
      pause(wait, this.ports, () => {
        if (this.#runners.size < 1 || this.#failure || !budget.trySpend()) return;
        const delay = this.ports.clock.monotonic() - this.#since;
        this.context.observe?.({ type: 'hedged', hedge: this.#sent, delay });
        this.run(wait);
      }),
    );
  }

  /** Whether a value decides the race. */
  isAnswer(value: T): boolean {
    return this.context.isAnswer?.(value) ?? true;
  }

  /** One has the answer: the others are aborted before it is passed on. */
  won(winner: Runner<T>): void {
    this.measured(this.ports.clock.monotonic() - this.#since);
    for (const runner of this.#runners) if (runner !== winner) runner.unsubscribe();
    this.#runners.clear();
    this.options.budget.succeeded();
  }

  failed(runner: Runner<T>, error: unknown): void {
    this.#runners.delete(runner);
    this.#failure ??= { error };
    if (this.#runners.size === 0) this.out.error(this.#failure.error);
  }
}

class Runner<T> extends Relay<T> {
  #won = false;

  constructor(
    out: Subscriber<T>,
    private readonly race: Race<T>,
    private readonly first: boolean,
  ) {
    super(out);
  }

  override next(value: T): void {
    if (!this.live) return;
    try {
      if (!this.#won && this.race.isAnswer(value)) this.#win();
    } catch (bug) {
      this.out.error(bug);
      return;
    }
    // The progress of a hedge is nobody's: only the first request shows how far it is.
    if (this.#won || this.first) super.next(value);
  }

  protected override failed(error: unknown): void {
    this.unsubscribe();
    if (this.#won) this.out.error(error);
    else this.race.failed(this, error);
  }

  protected override completed(): void {
    if (!this.#won) this.#win();
    super.completed();
  }

  #win(): void {
    this.#won = true;
    this.race.won(this);
  }
}
