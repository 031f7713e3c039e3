import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import type { SpanExporterFeature } from './export/exporters';
import { TRACING, type TracingOptions } from './tracing-options';

/**
 * Sets which servers are told of traces, which share of them is recorded, the limits of spans, and where finished spans
 * are sent. Without it the defaults hold, and nothing is sent.
 *
 * @param options What differs from the defaults.
 * @param exporters Where finished spans go, such as `otlpExporter(...)`, and other features, such as `tailSampling()`. On a
 *   server none is sent.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop', allowedOrigins: ['https://api.example.com'] }));
 * ```
 */
export function withTracing(
  options: TracingOptions = {},
  ...exporters: readonly SpanExporterFeature[]
): RxMeshFeature<'tracing'> {
  return ɵmakeFeature('tracing', [
    TRACING.provide(options),
    ...exporters.flatMap(({ ɵproviders }) => ɵproviders),
  ]);
}
