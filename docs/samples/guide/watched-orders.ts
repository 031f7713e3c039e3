import { provideHttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import {
  MetricsService,
  otlpMetricsExporter,
  provideRxMesh,
  withAlerting,
  withMetrics,
  withRxMeshInterceptors,
  withSlos,
} from 'rx-mesh';

export const watchedProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withMetrics({}, otlpMetricsExporter({ url: '/v1/metrics', serviceName: 'shop' })),
    withSlos({
      slos: [
        {
          name: 'orders',
          service: 'orders',
          objective: 0.99,
          indicator: { type: 'availability' },
        },
      ],
    }),
    withAlerting({
      rules: [
        {
          name: 'OrdersBurn',
          severity: 'critical',
          condition: { type: 'burn-rate', slo: 'orders' },
        },
      ],
    }),
  ),
];

@Injectable({ providedIn: 'root' })
export class Till {
  private readonly metrics = inject(MetricsService);

  /** A number of the business beside those of the technique. Few values for a tag: never an id. */
  paid(currency: 'EUR' | 'USD'): void {
    this.metrics.incrementCounter('orders.paid', { currency });
  }
}
