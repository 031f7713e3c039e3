import { DestroyRef, inject, provideEnvironmentInitializer } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import type { MetricsFeature } from '../metrics-feature';
import { TabLine } from './tab-line';
import { TAB_METRICS, type TabMetricsOptions } from './tab-options';

/**
 * Lets this tab tell the others of its metrics, to be handed to `withMetrics`: while somebody looks at {@link TabMetrics} in any
 * tab of the origin, each tells what is new at most once a period. As long as nobody looks there is an open
 * `BroadcastChannel`, no timer and no message; none while the page is in the back/forward cache, and none on a server.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withMetrics({}, withTabMetrics({ gauges: { 'app.version': 'max' } })));
 * ```
 */
export function withTabMetrics(options: TabMetricsOptions = {}): MetricsFeature {
  return {
    ɵproviders: [
      TAB_METRICS.provide(options),
      provideEnvironmentInitializer(() => {
        if (isServer()) return;
        const answering = inject(TabLine).answers$.subscribe();
        inject(DestroyRef).onDestroy(() => answering.unsubscribe());
      }),
    ],
  };
}
