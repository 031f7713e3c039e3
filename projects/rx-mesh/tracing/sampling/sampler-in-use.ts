import { InjectionToken, inject } from '@angular/core';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import { TRACING } from '../tracing-options';
import { guardedSampler } from './guarded-sampler';
import { isSampled } from './ratio-sampler';
import type { Sampler } from './sampler';
import { TAIL_SAMPLER } from './tail-sampler';

declare const ngDevMode: boolean;

/** Who decides which spans are recorded. */
export interface SamplerInUse extends Sampler {
  /** Whether spans that are not sampled are recorded too, since they are looked at once they have ended. */
  readonly recordsAll: boolean;
  /** Whether no trace that begins here is recorded. */
  readonly isOff: boolean;
}

/** The sampler of the application, or the one that follows the parent and else `sampleRatio`. */
export const SAMPLER = new InjectionToken<SamplerInUse>(ngDevMode ? 'rx-mesh SAMPLER' : '', {
  providedIn: 'root',
  factory: () => {
    const { sampler, sampleRatio } = inject(TRACING.token);
    const own = sampler && guardedSampler(sampler, inject(DIAGNOSTICS));
    const recordsAll = inject(TAIL_SAMPLER) !== null;
    return {
      recordsAll,
      isOff: !own && sampleRatio === 0 && !recordsAll,
      sample: (request) => {
        const { parent, traceId } = request;
        // Whoever asks for it wants to see all, whatever is sampled.
        if (parent?.debug) return true;
        if (own) return own.sample(request);
        return parent ? (parent.sampled ?? true) : isSampled(traceId, sampleRatio);
      },
    };
  },
});
