import { inject } from '@angular/core';
import { DIAGNOSTICS, isServer } from 'rx-mesh/kernel';
import type { TracingFeature } from '../tracing-feature';
import { TAIL_SAMPLER, TailSampler } from './tail-sampler';
import { TAIL_SAMPLING, type TailSamplingOptions } from './tail-sampling-options';

/**
 * Sends the traces in which something goes wrong, whatever share is sampled. See {@link TailSampler} for what that means.
 * On a server, where nothing is sent, it does nothing.
 *
 * @param options What differs from the defaults.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withTracing({ sampleRatio: 0.01 }, otlpExporter({ url: '/v1/traces' }), tailSampling({ slow: 1000 })),
 * );
 * ```
 */
export function tailSampling(options: TailSamplingOptions = {}): TracingFeature {
  const values = TAIL_SAMPLING.resolve(options);
  return {
    ɵproviders: [
      {
        provide: TAIL_SAMPLER,
        useFactory: () => (isServer() ? null : new TailSampler(values, inject(DIAGNOSTICS))),
      },
    ],
  };
}
