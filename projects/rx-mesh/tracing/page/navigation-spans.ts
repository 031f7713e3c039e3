import { DOCUMENT, inject } from '@angular/core';
import { CLOCK, createOptions } from 'rx-mesh/kernel';
import { EMPTY, finalize, merge, tap } from 'rxjs';
import { contextOfDocument } from '../propagation/meta-context';
import { Tracer } from '../tracer';
import type { TracingFeature } from '../tracing-feature';
import { beginDocumentLoad } from './document-load';
import { NavigationFlow } from './navigation-flow';
import { pageFeature } from './page-feature';
import type { RouterLike } from './router-events';

/** Options of {@link navigationSpans}. */
export interface NavigationSpanOptions {
  /**
   * Whether spans without a parent, such as those of requests, are a part of the navigation that brought the page, until
   * the next one. It holds for the whole page: what runs side by side, such as a poll that outlives many pages, needs a
   * parent of its own (`PARENT_TRACE`, `parent`). What the application sets by `useTraceContext` holds until the next
   * navigation. @default true
   */
  readonly asPageContext?: boolean | undefined;
  /** Whether the load of the document is a span too, of which the first navigation is a part. @default true */
  readonly documentLoad?: boolean | undefined;
}

/**
 * A span for each navigation of the router, named by its route, such as `navigation /orders/:id`, and never by its URL;
 * and one, `documentLoad`, for the load of the document. Where the server rendered a `<meta name="traceparent">`, the
 * load and the first navigation are a part of its trace; each later navigation begins one.
 *
 * A navigation that is redirected or superseded ends as `cancelled`, and the next one links to it. The span begins when the
 * route is known, and counts from the start of the navigation: requests of `canMatch` guards are a part of the page before.
 * Nothing happens on a server.
 *
 * @param router Gives the router, in an injection context.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop' }, navigationSpans(() => inject(Router))));
 * ```
 */
export function navigationSpans(
  router: () => RouterLike,
  options: NavigationSpanOptions = {},
): TracingFeature {
  const { asPageContext, documentLoad } = NAVIGATION_SPANS.resolve(options);
  return pageFeature(() => {
    const clock = inject(CLOCK);
    const document = inject(DOCUMENT);
    const tracer = inject(Tracer);
    const { events } = router();
    const origin = contextOfDocument(document);
    const loading = documentLoad ? beginDocumentLoad(document, tracer, clock, origin) : undefined;
    const load = loading ? tracer.contextOf(loading.span) : origin;
    if (asPageContext && load) tracer.useTraceContext(load);
    const flow = new NavigationFlow({ tracer, clock, asPageContext, load });
    return merge(
      loading?.end$ ?? EMPTY,
      events.pipe(
        tap((event) => flow.take(event)),
        finalize(() => flow.stop()),
      ),
    );
  });
}

const yesOrNo = (value: unknown): string | undefined =>
  typeof value === 'boolean' ? undefined : 'true or false';

const NAVIGATION_SPANS = /* @__PURE__ */ createOptions<{
  readonly asPageContext: boolean;
  readonly documentLoad: boolean;
}>(
  'NavigationSpanOptions',
  { asPageContext: true, documentLoad: true },
  { asPageContext: yesOrNo, documentLoad: yesOrNo },
);
