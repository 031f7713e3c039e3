import {
  type CallCounts,
  type CallOutcome,
  DirectFeed,
  type FeedAims,
  MetricFeed,
  type MetricsView,
} from './call-feed';
import type { SloSource } from './slo-source';

/** All calls of one SLO or service: those it is told of, and those of the first source that has any. */
export class CallMeter {
  readonly #direct: DirectFeed;
  readonly #feeds: readonly MetricFeed[];

  constructor(metrics: MetricsView, sources: readonly SloSource[], aims: FeedAims, at: number) {
    this.#direct = new DirectFeed(aims, at);
    this.#feeds = sources.map((source) => new MetricFeed(metrics, source, aims, at));
  }

  /** Takes a call in. */
  record(outcome: CallOutcome, latency: number | undefined): void {
    this.#direct.record(outcome, latency);
  }

  /** What came since the last look. */
  look(at: number): CallCounts {
    // All of them look, so that none counts later what came while it was not the first.
    const looks = this.#feeds.map((feed) => feed.look(at));
    const counts = looks.find((each) => each !== undefined);
    const direct = this.#direct.look(at);
    const sum = (key: keyof CallCounts) => (direct?.[key] ?? 0) + (counts?.[key] ?? 0);
    return { total: sum('total'), failed: sum('failed'), errors: sum('errors'), fast: sum('fast') };
  }

  /** A quantile of the durations in the window, in milliseconds; that of the calls it is told of, if there are any. */
  quantile(q: number): number | undefined {
    return [this.#direct, ...this.#feeds]
      .map((feed) => feed.quantile(q))
      .find((value) => value !== undefined);
  }
}
