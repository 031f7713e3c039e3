import { InvalidOptionError } from 'rx-mesh/kernel';
import type { TraceContext } from '../trace-span';
import { type ParentBasedOptions, parentBased } from './parent-based';
import { type Sampler, type SamplingRequest, alwaysSample, neverSample } from './sampler';

const IDS = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

const request = (parent?: TraceContext): SamplingRequest => ({
  traceId: IDS.traceId,
  operationName: 'import',
  kind: 'internal',
  tags: {},
  parent,
  links: [],
  now: 0,
});

// Who was asked, of samplers that all say the same.
function asked(parent: TraceContext | undefined, answer: boolean) {
  const names: string[] = [];
  const named = (name: string): Sampler => ({
    sample: (given) => {
      names.push(name, given.traceId);
      return answer;
    },
  });
  const sampler = parentBased(named('root'), {
    remoteSampled: named('remoteSampled'),
    remoteNotSampled: named('remoteNotSampled'),
    localSampled: named('localSampled'),
    localNotSampled: named('localNotSampled'),
  });
  const sampled = sampler.sample(request(parent));
  return { names, sampled };
}

const PARENTS: readonly [string, TraceContext | undefined, boolean][] = [
  ['root', undefined, true],
  ['remoteSampled', { ...IDS, remote: true, sampled: true }, true],
  ['remoteSampled', { ...IDS, remote: true }, true],
  ['remoteNotSampled', { ...IDS, remote: true, sampled: false }, false],
  ['localSampled', { ...IDS, sampled: true }, true],
  ['localSampled', { ...IDS, remote: false, sampled: undefined }, true],
  ['localNotSampled', { ...IDS, remote: false, sampled: false }, false],
  ['localNotSampled', { ...IDS, sampled: false }, false],
];

describe(parentBased.name, () => {
  it.each(PARENTS)('asks %s, and nobody else, about a span of %j', (name, parent) => {
    expect(asked(parent, true)).toEqual({ names: [name, IDS.traceId], sampled: true });
    expect(asked(parent, false)).toEqual({ names: [name, IDS.traceId], sampled: false });
  });

  it.each(PARENTS.slice(1))(
    'follows the parent by itself (%s, %j): %p',
    (_name, parent, sampled) => {
      expect(parentBased(alwaysSample).sample(request(parent))).toBe(sampled);
      expect(parentBased(neverSample).sample(request(parent))).toBe(sampled);
    },
  );

  it('asks its root where a trace begins', () => {
    expect(parentBased(alwaysSample).sample(request())).toBe(true);
    expect(parentBased(neverSample).sample(request())).toBe(false);
  });

  it.each(['remoteSampled', 'remoteNotSampled', 'localSampled', 'localNotSampled'] as const)(
    'refuses %s that is no sampler where it is given',
    (name) => {
      const options = { [name]: () => true } as unknown as ParentBasedOptions;
      expect(() => parentBased(alwaysSample, options)).toThrow(
        `parentBased.${name} is a function, but must be a sampler, such as ratioSampler(0.1).`,
      );
    },
  );

  it.each([undefined, null, 0.1, {}])('refuses %p for its root', (root) => {
    expect(() => parentBased(root as Sampler)).toThrow(InvalidOptionError);
  });
});
