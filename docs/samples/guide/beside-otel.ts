import { Injectable, inject } from '@angular/core';
import { provideRxMesh, withTracing } from 'rx-mesh';
import { OpenTelemetryContext, withOpenTelemetry } from 'rx-mesh/opentelemetry';
import { Tracer, withSpan } from 'rx-mesh/tracing';
import { type Observable, from } from 'rxjs';

export const otelProviders = provideRxMesh(
  withTracing({ allowedOrigins: ['https://api.shop.example'] }),
  withOpenTelemetry(),
);

@Injectable({ providedIn: 'root' })
export class Checkout {
  private readonly otel = inject(OpenTelemetryContext);
  private readonly tracer = inject(Tracer);

  /** What your instrumentations record while `pay` begins is a part of `check out`. */
  checkout(pay: () => Promise<string>): Observable<string> {
    const { otel, tracer } = this;
    return withSpan('check out', (span) => otel.run(span, () => from(pay())), { tracer });
  }
}
