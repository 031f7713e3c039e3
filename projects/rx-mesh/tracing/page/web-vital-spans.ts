import { inject } from '@angular/core';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import {
  EMPTY,
  Observable,
  catchError,
  defer,
  filter,
  ignoreElements,
  merge,
  switchMap,
  take,
  tap,
} from 'rxjs';
import type { SpanTagValue, TraceContext } from '../trace-span';
import { Tracer } from '../tracer';
import type { TracingFeature } from '../tracing-feature';
import { pageFeature } from './page-feature';
import { finiteOf } from './unknown-shape';

/** What is read of a metric that `web-vitals` reports. */
export interface WebVital {
  /** Which metric, such as `LCP`. */
  readonly name: string;
  /** Its value up to now: milliseconds, or a score for `CLS`. */
  readonly value: number;
  /** What has come to the value since the last report of it. */
  readonly delta: number;
  /** How good it is: `good`, `needs-improvement` or `poor`. */
  readonly rating: string;
  /** Which measurement it is: reports of one have one id. */
  readonly id: string;
  /** How the page was come to, such as `navigate` or `back-forward-cache`. */
  readonly navigationType: string;
}

/** How a metric is asked for. It cannot be ended. */
export type OnWebVital = (report: (metric: WebVital) => void) => void;

/** What is asked of the package `web-vitals`, 4 or newer. */
export interface WebVitalsModule {
  /** Cumulative layout shift. */
  readonly onCLS: OnWebVital;
  /** Interaction to next paint. */
  readonly onINP: OnWebVital;
  /** Largest contentful paint. */
  readonly onLCP: OnWebVital;
  /** First contentful paint. */
  readonly onFCP: OnWebVital;
  /** Time to first byte. */
  readonly onTTFB: OnWebVital;
}

/**
 * A span of no length, `web vital`, for each metric that the package `web-vitals` reports: LCP, FCP and TTFB once, CLS and
 * INP each time the page is hidden, of which the last counts. It is a part of what the page was at first, for that is what
 * is measured. The application has the package; rx-mesh does not bring it. It is loaded when the application begins, and
 * not on a server; when that fails, RXM807 says so and nothing else happens.
 *
 * @param load Loads the package.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop' }, webVitalSpans(() => import('web-vitals'))));
 * ```
 */
export function webVitalSpans(load: () => Promise<WebVitalsModule>): TracingFeature {
  return pageFeature(() => {
    const diagnostics = inject(DIAGNOSTICS);
    const tracer = inject(Tracer);
    let first: TraceContext | undefined;
    const origin$ = tracer.traceContext$.pipe(
      filter((context) => context !== null),
      take(1),
      tap((context) => (first = context)),
      ignoreElements(),
    );
    const metrics$ = defer(load).pipe(
      switchMap(reportsOf),
      tap((metric) => note(tracer, metric, first)),
      catchError((cause: unknown) => {
        diagnostics.report({
          code: 'RXM807',
          severity: 'warning',
          source: 'tracing',
          message:
            'web-vitals could not be loaded, so there are no spans of web vitals. Install the package, 4 or newer, and look at the cause.',
          cause,
        });
        return EMPTY;
      }),
    );
    return merge(origin$, metrics$);
  });
}

function reportsOf(vitals: WebVitalsModule): Observable<WebVital> {
  return new Observable((subscriber) => {
    const report = (metric: WebVital): void => subscriber.next(metric);
    // There is no way to end them: what comes later is heard by nobody.
    for (const on of [vitals.onTTFB, vitals.onFCP, vitals.onLCP, vitals.onCLS, vitals.onINP]) {
      on(report);
    }
  });
}

function note(tracer: Tracer, metric: WebVital, first: TraceContext | undefined): void {
  const { delta, id, name, navigationType, rating, value } = metric;
  if (finiteOf(value) === undefined) return;
  const tags: Record<string, SpanTagValue> = {
    'rx_mesh.web_vital.name': name,
    'rx_mesh.web_vital.value': value,
    'rx_mesh.web_vital.rating': rating,
    'rx_mesh.web_vital.id': id,
    'rx_mesh.web_vital.navigation_type': navigationType,
  };
  if (finiteOf(delta) !== undefined) tags['rx_mesh.web_vital.delta'] = delta;
  // The others are of a page that came later.
  const isOfLoad = navigationType !== 'soft-navigation' && navigationType !== 'back-forward-cache';
  tracer.end(tracer.startSpan('web vital', { parent: isOfLoad ? first : undefined, tags }).spanId);
}
