import { type HttpFeature, type HttpFeatureKind, withInterceptors } from '@angular/common/http';
import { metricsInterceptor } from 'rx-mesh/metrics';
import { tracingInterceptor } from 'rx-mesh/tracing';

/**
 * Registers the interceptors of rx-mesh in their order: tracing, then metrics, so that a measurement is made inside of
 * its span. Interceptors of your own go before or after it, as they should run around or inside of these.
 *
 * @usageNotes
 * ```ts
 * provideHttpClient(withRxMeshInterceptors());
 * ```
 */
export function withRxMeshInterceptors(): HttpFeature<HttpFeatureKind.Interceptors> {
  return withInterceptors([tracingInterceptor, metricsInterceptor]);
}
