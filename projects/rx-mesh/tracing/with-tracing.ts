import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { TRACING, type TracingOptions } from './tracing-options';

/**
 * Sets which servers are told of traces, which share of them is recorded, and the limits of spans. Without it the
 * defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop', allowedOrigins: ['https://api.example.com'] }));
 * ```
 */
export function withTracing(options: TracingOptions = {}): RxMeshFeature<'tracing'> {
  return ɵmakeFeature('tracing', [TRACING.provide(options)]);
}
