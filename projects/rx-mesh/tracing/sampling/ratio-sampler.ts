import { InvalidOptionError, fraction } from 'rx-mesh/kernel';
import type { Sampler } from './sampler';

/**
 * Samples a share of the traces. The id of a trace decides, so all services that sample at the same share record the same
 * traces, and one that samples at a higher share records all of those too.
 *
 * It looks at nothing else: give it to {@link parentBased} for its root, that traces which others have begun stay whole.
 *
 * @param ratio The share, from 0 for none to 1 for all.
 * @throws InvalidOptionError when the share is out of its range.
 * @usageNotes
 * ```ts
 * withTracing({ sampler: parentBased(ratioSampler(0.1)) });
 * ```
 */
export function ratioSampler(ratio: number): Sampler {
  const expected = fraction(ratio);
  if (expected) throw new InvalidOptionError('ratioSampler.ratio', ratio, expected);
  return { sample: ({ traceId }) => isSampled(traceId, ratio) };
}

/**
 * Whether a trace belongs to the share that is recorded. The id decides, so every service that samples at the same
 * share records the same traces (W3C trace context, level 2, and OpenTelemetry "consistent probability sampling": the
 * last 56 bits of the id are its chance). Of these, 52 are read: all that a number holds exactly.
 *
 * @param ratio The share, from 0 for none to 1 for all.
 */
export function isSampled(traceId: string, ratio: number): boolean {
  // Most record all, and to read a number out of a text is dear.
  return ratio >= 1 || Number.parseInt(traceId.slice(-14, -1), 16) >= (1 - ratio) * 2 ** 52;
}
