import type { Diagnostics } from 'rx-mesh/kernel';
import type { Sampler } from './sampler';

/**
 * A sampler that never throws. Where the one that it guards does, the span is not sampled, and {@link Diagnostics} hears of
 * it the first time.
 *
 * @usageNotes
 * ```ts
 * const sampler = guardedSampler(ownSampler, inject(DIAGNOSTICS));
 * ```
 */
export function guardedSampler(sampler: Sampler, diagnostics: Diagnostics): Sampler {
  const tell = tellOnce(
    diagnostics,
    'The `sampler` of withTracing threw, so the span is not sampled, and neither will be others of which it does. Let it answer false where it cannot tell.',
  );
  return {
    sample: (request) => {
      try {
        // Not what merely counts as true: the promise of an answer would sample everything.
        return (sampler.sample(request) as unknown) === true;
      } catch (cause) {
        tell(cause);
        return false;
      }
    },
  };
}

/** Tells of the first failure: what throws for one span throws for thousands. */
export function tellOnce(diagnostics: Diagnostics, message: string): (cause: unknown) => void {
  let told = false;
  return (cause) => {
    if (told) return;
    told = true;
    diagnostics.report({ code: 'RXM806', severity: 'error', source: 'tracing', message, cause });
  };
}
