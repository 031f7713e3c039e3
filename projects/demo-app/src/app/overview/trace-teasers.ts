import { type SpanState } from '../ui/span-look';
import { type WaterfallRow } from '../ui/waterfall';
import { type TraceView, rowsOf } from '../tracing/trace-view';
import { formatDuration } from '../ui/format';

/** A trace that is over, small enough for a list. */
export interface TraceTeaser {
  readonly traceId: string;
  readonly name: string;
  readonly state: SpanState;
  readonly duration: string;
  readonly facts: string;
  readonly rows: readonly WaterfallRow[];
  /** In milliseconds. */
  readonly total: number;
}

/** The latest traces that are over, newest first. One that is running would change under the eyes of who reads it. */
export function traceTeasers(traces: readonly TraceView[], most: number): readonly TraceTeaser[] {
  return traces
    .filter(({ state }) => state !== 'running')
    .slice(0, most)
    .map((trace) => {
      const { duration, name, spans, state, traceId } = trace;
      const count = spans.length === 1 ? '1 span' : `${spans.length} spans`;
      return {
        traceId,
        name,
        state,
        duration: formatDuration(duration),
        facts: `${count} · ${traceId.slice(0, 8)}`,
        // Nothing of it is running, so it does not matter when now is.
        ...rowsOf(trace, 0),
      };
    });
}
