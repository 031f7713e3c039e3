import { type SamplingRequest, alwaysSample, neverSample } from './sampler';

const REQUEST: SamplingRequest = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  operationName: 'import',
  kind: 'internal',
  tags: {},
  parent: undefined,
  links: [],
  now: 0,
};

describe('the constant samplers', () => {
  it('sample all, and none', () => {
    expect(alwaysSample.sample(REQUEST)).toBe(true);
    expect(neverSample.sample(REQUEST)).toBe(false);
  });
});
