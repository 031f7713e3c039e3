import { inject, provideEnvironmentInitializer } from '@angular/core';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { PROMETHEUS, type PrometheusOptions } from './prometheus-options';
import { PUSH_FLOW } from './push-flow';

/**
 * Says where Prometheus is. With a `pushPeriod` pages push by themselves, from the start until the application ends: not
 * while they are hidden or offline, not on the server, and once more when they are hidden or end.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withPrometheus({ pushUrl: '/pushgateway', pushPeriod: 60_000, job: 'shop', queryUrl: '/prometheus' }),
 * );
 * ```
 */
export function withPrometheus(options: PrometheusOptions): RxMeshFeature<'prometheus'> {
  return ɵmakeFeature('prometheus', [
    PROMETHEUS.provide(options),
    provideEnvironmentInitializer(() => {
      if (!isServer()) inject(PUSH_FLOW);
    }),
  ]);
}
