import { checkSampler } from './check-sampler';
import { type Sampler, alwaysSample, neverSample } from './sampler';

/** Options of {@link parentBased}: who decides for a span that has a parent. */
export interface ParentBasedOptions {
  /** For a parent in another service that is sampled. @default alwaysSample */
  readonly remoteSampled?: Sampler | undefined;
  /** For a parent in another service that is not sampled. @default neverSample */
  readonly remoteNotSampled?: Sampler | undefined;
  /** For a parent in this application that is sampled. @default alwaysSample */
  readonly localSampled?: Sampler | undefined;
  /** For a parent in this application that is not sampled. @default neverSample */
  readonly localNotSampled?: Sampler | undefined;
}

/**
 * Samples the spans whose parent is sampled, so that traces are whole, and asks a sampler where a trace begins. As
 * `ParentBased` of OpenTelemetry.
 *
 * A parent counts as sampled unless its `sampled` is `false`, and as one of another service where its `remote` is `true`.
 *
 * @param root Decides where a trace begins.
 * @param options Who decides for the rest.
 * @throws InvalidOptionError when one of them is no sampler.
 * @usageNotes
 * ```ts
 * // Ten new traces a second at most; and whatever a server says, a trace of its own for one in ten.
 * parentBased(rateLimited(10), { remoteNotSampled: ratioSampler(0.1) });
 * ```
 */
export function parentBased(root: Sampler, options: ParentBasedOptions = {}): Sampler {
  const check = (name: string, sampler: Sampler): Sampler =>
    checkSampler(`parentBased.${name}`, sampler);
  const begin = check('root', root);
  const remote = {
    sampled: check('remoteSampled', options.remoteSampled ?? alwaysSample),
    notSampled: check('remoteNotSampled', options.remoteNotSampled ?? neverSample),
  };
  const local = {
    sampled: check('localSampled', options.localSampled ?? alwaysSample),
    notSampled: check('localNotSampled', options.localNotSampled ?? neverSample),
  };
  return {
    sample: (request) => {
      const { parent } = request;
      if (!parent) return begin.sample(request);
      const { sampled, notSampled } = parent.remote === true ? remote : local;
      return (parent.sampled === false ? notSampled : sampled).sample(request);
    },
  };
}
