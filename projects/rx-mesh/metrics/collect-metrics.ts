import { assertInInjectionContext, inject } from '@angular/core';
import { tapSettled } from 'rx-mesh/kernel';
import { type MonoTypeOperatorFunction, defer, tap } from 'rxjs';
import type { MetricTags } from './metric-data';
import { MetricsService } from './metrics-service';

/**
 * Measures a stream: what it emits, how long each subscription lasts and how it ends.
 *
 * Under a name `orders` it records the counter `orders.items`, the timer `orders.duration` with the tag `status`
 * (`success`, `error` or `cancelled`) exactly once a subscription, the counter `orders.errors`, and the gauge
 * `orders.in_flight`. A subscriber that leaves before the end, as `take(1)` and `switchMap` do, has cancelled.
 *
 * @param name What the names of the metrics start with.
 * @param tags Tags for all of them; a tag `status` is overwritten.
 * @param metrics Where to record. Left out, the operator needs an injection context.
 * @throws MetricDefinitionError where it is called, when such metrics cannot be.
 * @usageNotes
 * ```ts
 * readonly orders$ = this.api.orders().pipe(collectMetrics('orders', { page: 'checkout' }));
 * ```
 */
export function collectMetrics<T>(
  name: string,
  tags: MetricTags = {},
  metrics: MetricsService = injected(),
): MonoTypeOperatorFunction<T> {
  const fixed = Object.assign({}, tags);
  const items = metrics.counter(`${name}.items`).bind(fixed);
  const errors = metrics.counter(`${name}.errors`).bind(fixed);
  const inFlight = metrics.gauge(`${name}.in_flight`).bind(fixed);
  const duration = metrics.timer(`${name}.duration`);
  return (source) =>
    defer(() => {
      const elapsed = metrics.stopwatch();
      const release = inFlight.hold();
      const settle = (status: 'success' | 'error' | 'cancelled') => {
        release();
        duration.record(elapsed(), Object.assign({}, fixed, { status }));
      };
      return source.pipe(
        tap(() => items.add()),
        tapSettled({
          success: () => settle('success'),
          failure: () => {
            errors.add();
            settle('error');
          },
          cancelled: () => settle('cancelled'),
        }),
      );
    });
}

function injected(): MetricsService {
  assertInInjectionContext(collectMetrics);
  return inject(MetricsService);
}
