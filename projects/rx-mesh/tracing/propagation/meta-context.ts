import type { TraceContext } from '../trace-span';
import { compositePropagator } from './composite-propagator';
import type { Propagator } from './propagator';
import { baggagePropagator } from './w3c-baggage';
import { w3cPropagator } from './w3c-propagator';

/**
 * The context that a server rendered into its page, so that what the page does is a part of the request that fetched it:
 * `<meta name="traceparent" content="00-…">` in the head, and `tracestate` and `baggage` beside it. `undefined` when it
 * is missing or malformed. Of several with one name, the first counts.
 *
 * A page that is cached tells every visitor of the same trace: leave it out of those.
 *
 * @param propagator The form that the elements have; their names are its fields. @default W3C trace context and baggage
 * @usageNotes
 * ```ts
 * const context = contextOfDocument(inject(DOCUMENT));
 * if (context) inject(Tracer).useTraceContext(context);
 * ```
 */
export function contextOfDocument(
  document: Pick<Document, 'querySelectorAll'>,
  propagator: Propagator = compositePropagator(w3cPropagator, baggagePropagator()),
): TraceContext | undefined {
  const found = new Map<string, string>();
  // Not from the body: what users wrote may stand there.
  for (const meta of Array.from(document.querySelectorAll('head > meta[name][content]'))) {
    const name = meta.getAttribute('name')?.toLowerCase() ?? '';
    if (!found.has(name)) found.set(name, meta.getAttribute('content') ?? '');
  }
  return propagator.extract((name) => found.get(name));
}
