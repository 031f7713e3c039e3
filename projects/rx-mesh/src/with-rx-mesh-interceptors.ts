import { type HttpFeature, type HttpFeatureKind, withInterceptors } from '@angular/common/http';
import { metricsInterceptor } from 'rx-mesh/metrics';
import { tracingInterceptor } from 'rx-mesh/tracing';

/**
 * Registers the interceptors of rx-mesh in their order: tracing, then metrics, so that a measurement is made inside of
 * its span.
 *
 * An interceptor of yours that changes the URL of requests goes before it: where trace headers may go is decided by the
 * URL that arrives here. One that retries goes before it, too, so that each try is a span of its own.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withRxMeshInterceptors());
 * ```
 */
export function withRxMeshInterceptors(): HttpFeature<HttpFeatureKind.Interceptors> {
  return withInterceptors([tracingInterceptor, metricsInterceptor]);
}
