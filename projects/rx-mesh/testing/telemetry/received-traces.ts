import { BehaviorSubject, type Observable } from 'rxjs';
import type { ReceivedSpan, ReceivedTrace } from './received-span';

/** A span, and what it was made of: whoever asks for it gets that back. */
export interface HeldSpan<W> {
  readonly span: ReceivedSpan;
  readonly wire: W;
}

const MOST_TRACES = 200;
const MOST_SPANS = 1000;

/** The traces of a receiver: at most 200, and of each at most 1000 spans. What is older gives way. */
export class ReceivedTraces<W> {
  readonly #held = new Map<string, Map<string, HeldSpan<W>>>();
  readonly #traces = new BehaviorSubject<readonly ReceivedTrace[]>([]);

  /** The traces now and after each change. Never ends. */
  readonly traces$: Observable<readonly ReceivedTrace[]> = this.#traces.asObservable();

  /** The traces, oldest first. */
  get traces(): readonly ReceivedTrace[] {
    return this.#traces.value;
  }

  /** The names of those who recorded spans, in order. */
  get services(): readonly string[] {
    const names = this.traces.flatMap(({ spans }) => spans.map(({ service }) => service));
    return [...new Set(names)].filter((name) => name !== '').sort();
  }

  /** The spans of a trace; none when it is not known. */
  find(traceId: string): readonly HeldSpan<W>[] {
    return [...(this.#held.get(traceId)?.values() ?? [])];
  }

  /** Takes spans in. One that comes again takes the place of the one before. */
  add(spans: readonly HeldSpan<W>[]): void {
    for (const each of spans) {
      const trace = this.#traceOf(each.span.traceId);
      // Caller and callee may share an id with Zipkin: they are two spans all the same.
      const { spanId, kind, service } = each.span;
      trace.set(`${spanId} ${kind} ${service}`, each);
      dropOldest(trace, MOST_SPANS);
    }
    dropOldest(this.#held, MOST_TRACES);
    if (spans.length > 0) this.#tell();
  }

  /** Forgets all. */
  clear(): void {
    this.#held.clear();
    this.#tell();
  }

  #traceOf(traceId: string): Map<string, HeldSpan<W>> {
    const trace = this.#held.get(traceId) ?? new Map<string, HeldSpan<W>>();
    this.#held.set(traceId, trace);
    return trace;
  }

  #tell(): void {
    const traces = Array.from(this.#held, ([traceId, spans]) => ({
      traceId,
      spans: Array.from(spans.values(), ({ span }) => span),
    }));
    this.#traces.next(traces);
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
