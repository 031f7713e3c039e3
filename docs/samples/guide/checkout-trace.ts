import { HttpClient, provideHttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import {
  DistributedTracingService,
  inTrace,
  otlpExporter,
  provideRxMesh,
  tailSampling,
  withRxMeshInterceptors,
  withTracing,
} from 'rx-mesh';
import { type Observable, switchMap } from 'rxjs';

export const tracedProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withTracing(
      // One trace in ten, and each one in which something fails or is slow.
      { serviceName: 'shop', sampleRatio: 0.1 },
      otlpExporter({ url: '/v1/traces' }),
      tailSampling({ slow: 1000 }),
    ),
  ),
];

@Injectable({ providedIn: 'root' })
export class Checkout {
  private readonly http = inject(HttpClient);
  private readonly tracing = inject(DistributedTracingService);

  /** One trace: the check-out, and its two requests inside. */
  pay(order: string): Observable<unknown> {
    return this.tracing.withSpan('check out', (checkout) => {
      const context = inTrace(checkout);
      return this.http
        .post('/api/reservations', { order }, { context })
        .pipe(switchMap(() => this.http.post('/api/payments', { order }, { context })));
    });
  }
}
