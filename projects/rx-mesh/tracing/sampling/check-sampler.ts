import { InvalidOptionError } from 'rx-mesh/kernel';
import type { Sampler } from './sampler';

/** The sampler itself. @throws InvalidOptionError when it is none. */
export function checkSampler(option: string, sampler: Sampler): Sampler {
  // It may come from where no compiler has looked.
  const { sample } = Object(sampler) as { sample?: unknown };
  if (typeof sample === 'function') return sampler;
  throw new InvalidOptionError(option, sampler, 'a sampler, such as ratioSampler(0.1)');
}
