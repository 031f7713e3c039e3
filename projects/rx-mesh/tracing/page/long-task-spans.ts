import { DOCUMENT, inject } from '@angular/core';
import { CLOCK, type Clock, createOptions, nonNegative, positiveInteger } from 'rx-mesh/kernel';
import { EMPTY, tap } from 'rxjs';
import { Tracer } from '../tracer';
import type { TracingFeature } from '../tracing-feature';
import { readLongTask } from './long-task';
import { pageFeature } from './page-feature';
import { PERFORMANCE_OBSERVER, entriesOf } from './performance-observer';

/** Options of {@link longTaskSpans}. */
export interface LongTaskSpanOptions {
  /** How long a task takes at least, in milliseconds, at least 0; browsers measure none below 50. @default 100 */
  readonly threshold?: number | undefined;
  /** The most spans a minute, at least 1. What is left out is counted in a tag of the next one. @default 60 */
  readonly maxPerMinute?: number | undefined;
}

/**
 * A span, `long task`, for each time the page was too busy to answer its user, as a part of the context of the page. It
 * needs a browser that measures long animation frames or long tasks; elsewhere, as on a server, nothing happens. The clock
 * must be that of the page: its `monotonic()` is `performance.now()`.
 *
 * The script that took the longest is told by its URL without query and fragment; one of another origin, or in the page
 * itself, by its origin alone.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop' }, longTaskSpans({ threshold: 200 })));
 * ```
 */
export function longTaskSpans(options: LongTaskSpanOptions = {}): TracingFeature {
  const { threshold, maxPerMinute } = LONG_TASK_SPANS.resolve(options);
  return pageFeature(() => {
    const Observer = inject(PERFORMANCE_OBSERVER);
    const type = KINDS.find((kind) => Observer?.supportedEntryTypes?.includes(kind));
    if (!Observer || !type) return EMPTY;
    const tracer = inject(Tracer);
    const gate = new MinuteGate(inject(CLOCK), maxPerMinute);
    const { origin } = inject(DOCUMENT).location;
    const take = (entry: unknown): void => {
      const task = readLongTask(entry, origin);
      if (!task || task.duration < threshold || !gate.pass()) return;
      const { startTime, duration, tags } = task;
      const skipped = gate.takeSkipped();
      const { spanId } = tracer.startSpan('long task', {
        startedAt: startTime,
        tags: skipped > 0 ? { ...tags, 'rx_mesh.long_task.skipped': skipped } : tags,
      });
      tracer.end(spanId, 'ok', startTime + duration);
    };
    return entriesOf(Observer, type).pipe(tap((entries) => entries.forEach(take)));
  });
}

// The second is what browsers had before the first.
const KINDS = ['long-animation-frame', 'longtask'] as const;

const LONG_TASK_SPANS = /* @__PURE__ */ createOptions<{
  readonly threshold: number;
  readonly maxPerMinute: number;
}>(
  'LongTaskSpanOptions',
  { threshold: 100, maxPerMinute: 60 },
  { threshold: nonNegative, maxPerMinute: positiveInteger },
);

const MINUTE = 60_000; // ms

class MinuteGate {
  readonly #clock: Clock;
  readonly #most: number;
  #since = -Infinity;
  #passed = 0;
  #skipped = 0;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  pass(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#since >= MINUTE) {
      this.#since = now;
      this.#passed = 0;
    }
    const passes = this.#passed < this.#most;
    if (passes) this.#passed++;
    else this.#skipped++;
    return passes;
  }

  takeSkipped(): number {
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }
}
