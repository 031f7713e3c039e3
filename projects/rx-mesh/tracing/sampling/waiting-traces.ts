import type { TraceSpan } from '../trace-span';
import { AgingMap } from './aging-map';
import type { TailSamplingValues } from './tail-sampling-options';

/** How much waits. */
export type WaitingLimits = Pick<
  TailSamplingValues,
  'maxTraces' | 'maxSpansPerTrace' | 'maxSpans' | 'maxAge' | 'settle'
>;

/** The spans of traces that nothing is wrong with so far, by trace. */
export class WaitingTraces {
  readonly #limits: WaitingLimits;
  readonly #going = new AgingMap<TraceSpan[]>();
  // Those whose root has ended: apart, for they age faster.
  readonly #ended = new AgingMap<TraceSpan[]>();
  #spans = 0;
  #forgotten = 0;
  #settled = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /** How many spans wait. */
  get spans(): number {
    return this.#spans;
  }

  /** How many traces wait. */
  get traces(): number {
    return this.#going.size + this.#ended.size;
  }

  /** How many spans gave way to a limit. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** How many spans went because their trace was over, and well. */
  get settled(): number {
    return this.#settled;
  }

  /** Notes that a span of a trace has ended. It waits if it is not sampled; if it is, its trace is heard of. */
  note(span: TraceSpan, now: number): void {
    const { traceId, sampled } = span;
    const { maxTraces, maxSpansPerTrace, maxSpans } = this.#limits;
    const isOver = isRoot(span) || this.#ended.get(traceId) !== undefined;
    // Out of both, so that it is not the one that gives way to itself.
    const spans = this.take(traceId);
    if (!sampled) spans.push(span);
    if (spans.length === 0) return;
    if (spans.length > Math.min(maxSpansPerTrace, maxSpans)) {
      spans.shift();
      this.#forgotten++;
    }
    while (this.traces >= maxTraces || this.#spans + spans.length > maxSpans) this.#forgetOne();
    (isOver ? this.#ended : this.#going).put(traceId, spans, now);
    this.#spans += spans.length;
  }

  /** Takes out the spans of a trace, in the order in which they came. */
  take(traceId: string): TraceSpan[] {
    const spans = this.#going.take(traceId) ?? this.#ended.take(traceId) ?? [];
    this.#spans -= spans.length;
    return spans;
  }

  /** Lets go of what is over, and of what nothing was heard of for too long. */
  expire(now: number): void {
    const { maxAge, settle } = this.#limits;
    this.#settled += this.#drop(this.#ended, now - Math.min(settle, maxAge));
    this.#forgotten += this.#drop(this.#going, now - maxAge);
  }

  #drop(traces: AgingMap<TraceSpan[]>, until: number): number {
    let dropped = 0;
    for (let spans = traces.takeOldest(until); spans; spans = traces.takeOldest(until)) {
      dropped += spans.length;
    }
    this.#spans -= dropped;
    return dropped;
  }

  // A trace that has ended well so far is the least loss.
  #forgetOne(): void {
    const { length } = this.#ended.takeOldest() ?? this.#going.takeOldest() ?? [];
    this.#spans -= length;
    this.#forgotten += length;
  }
}

/** Whether a trace begins with this span. */
export function isRoot({ parentSpanId }: TraceSpan): boolean {
  return parentSpanId === undefined;
}
