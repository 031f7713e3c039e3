import type { Clock } from 'rx-mesh/kernel';
import { type Observable, delay, finalize, fromEvent, of, take, tap } from 'rxjs';
import type { TraceContext, TraceSpan } from '../trace-span';
import type { Tracer } from '../tracer';
import { finiteOf, membersOf } from './unknown-shape';

const MARKS = [
  ['fetchStart', 'fetch_start'],
  ['responseStart', 'response_start'],
  ['domInteractive', 'dom_interactive'],
  ['domContentLoadedEventEnd', 'dom_content_loaded'],
  ['loadEventEnd', 'load'],
] as const;

type Timing = Readonly<Partial<Record<(typeof MARKS)[number][0] | 'type', unknown>>>;

/** The load of a document that is followed. */
export interface DocumentLoad {
  readonly span: TraceSpan;
  /** Ends the span when the document is loaded, or when it is unsubscribed. */
  readonly end$: Observable<unknown>;
}

/** Begins the span of the load; `undefined` where nothing measures it. */
export function beginDocumentLoad(
  document: Document,
  tracer: Tracer,
  clock: Clock,
  parent: TraceContext | undefined,
): DocumentLoad | undefined {
  const view = document.defaultView;
  if (!view || !timingOf(view)) return undefined;
  const span = tracer.startSpan('documentLoad', { parent, startedAt: 0 });
  const { spanId } = span;
  const loaded: Observable<unknown> =
    document.readyState === 'complete' ? of(null) : fromEvent(view, 'load');
  const end$ = loaded.pipe(
    take(1),
    // The end of `load` is measured after the last listener of it.
    delay(0, clock.scheduler),
    tap(() => end(tracer, spanId, timingOf(view) ?? {})),
    finalize(() => tracer.end(spanId, 'cancelled')),
  );
  return { span, end$ };
}

function end(tracer: Tracer, spanId: string, timing: Timing): void {
  for (const [mark, name] of MARKS) {
    const at = past(timing[mark]);
    if (at !== undefined) tracer.tag(spanId, `rx_mesh.document.${name}`, at);
  }
  const { type } = timing;
  if (typeof type === 'string') tracer.tag(spanId, 'rx_mesh.document.navigation_type', type);
  tracer.end(spanId, 'ok', past(timing.loadEventEnd));
}

// A mark that was not reached is 0.
function past(mark: unknown): number | undefined {
  const at = finiteOf(mark);
  return at !== undefined && at > 0 ? at : undefined;
}

function timingOf({ performance }: Window): Timing | undefined {
  // jsdom and old browsers have no such method.
  const read = (performance as Partial<Performance>).getEntriesByType?.bind(performance);
  return membersOf(read?.('navigation')[0]);
}
