import { hasIds } from '../trace-span';
import { type ChildContext, headerText, isSpanId } from './header-ids';
import type { Propagator } from './propagator';

const FIELDS = ['x-trace-id', 'x-span-id', 'x-parent-span-id'] as const;

/**
 * The plain headers `X-Trace-ID`, `X-Span-ID` and `X-Parent-Span-ID`, for services that know no standard.
 *
 * The ids are those of W3C trace context, and anything else is malformed, which is as good as none. The headers do not
 * say whether a trace is sampled, so one that is read counts as sampled. The parent is not sent where a trace begins, and
 * one that is empty is read as none, for some services send it so.
 *
 * @usageNotes
 * ```ts
 * const propagator = compositePropagator(w3cPropagator, traceIdHeaders());
 * providers: [{ provide: PROPAGATOR, useValue: propagator }];
 * ```
 */
export function traceIdHeaders(): Propagator {
  return {
    fields: FIELDS,
    inject: (context: ChildContext, set) => {
      if (!hasIds(context)) return;
      set('x-trace-id', context.traceId);
      set('x-span-id', context.spanId);
      if (isSpanId(context.parentSpanId)) set('x-parent-span-id', context.parentSpanId);
    },
    extract: (get): ChildContext | undefined => {
      const traceId = headerText(get, 'x-trace-id') ?? '';
      const spanId = headerText(get, 'x-span-id') ?? '';
      const parent = headerText(get, 'x-parent-span-id') ?? '';
      if (!hasIds({ traceId, spanId }) || (parent !== '' && !isSpanId(parent))) return undefined;
      return { traceId, spanId, parentSpanId: parent === '' ? undefined : parent, remote: true };
    },
  };
}
