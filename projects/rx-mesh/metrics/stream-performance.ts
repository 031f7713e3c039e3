import { assertInInjectionContext, inject } from '@angular/core';
import { tapSettled } from 'rx-mesh/kernel';
import { type Observable, defer } from 'rxjs';
import { collectMetrics } from './collect-metrics';
import { MetricsService } from './metrics-service';

/**
 * Watches how a stream performs: all that {@link collectMetrics} records under `stream.{name}`, and the gauge
 * `stream.{name}.active_subscribers` with the true number of subscribers. Each subscription is passed through as it is.
 *
 * @param name What the stream is called: a part of the names of metrics, so letters, digits, `_`, `.`, `-` and `/`.
 * @param metrics Where to record. Left out, the function needs an injection context.
 * @returns A stream that fails with a `MetricDefinitionError` when such metrics cannot be.
 * @usageNotes
 * ```ts
 * readonly prices$ = monitorStreamPerformance('prices', inject(Feed).prices$);
 * ```
 */
export function monitorStreamPerformance<T>(
  name: string,
  source: Observable<T>,
  metrics: MetricsService = injected(),
): Observable<T> {
  return defer(() => {
    const measured = collectMetrics<T>(`stream.${name}`, {}, metrics);
    const active = metrics.gauge(`stream.${name}.active_subscribers`).bind();
    return defer(() => {
      const release = active.hold();
      return source.pipe(tapSettled<T>({ success: release, failure: release, cancelled: release }));
    }).pipe(measured);
  });
}

function injected(): MetricsService {
  assertInInjectionContext(monitorStreamPerformance);
  return inject(MetricsService);
}
