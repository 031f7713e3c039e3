import { RecordingDiagnostics } from 'rx-mesh/testing';
import { guardedSampler } from './guarded-sampler';
import { type Sampler, type SamplingRequest, alwaysSample, neverSample } from './sampler';

const REQUEST: SamplingRequest = {
  traceId: 'a'.repeat(32),
  operationName: 'import',
  kind: 'internal',
  tags: {},
  parent: undefined,
  links: [],
  now: 0,
};

function setUp(sampler: Sampler) {
  const diagnostics = new RecordingDiagnostics();
  return { diagnostics, sampler: guardedSampler(sampler, diagnostics) };
}

describe(guardedSampler.name, () => {
  it.each([
    [alwaysSample, true],
    [neverSample, false],
  ])('says what the sampler says', (given, expected) => {
    const { sampler, diagnostics } = setUp(given);

    expect(sampler.sample(REQUEST)).toBe(expected);
    expect(diagnostics.records).toEqual([]);
  });

  it('samples nothing where the sampler throws, and tells once', () => {
    const cause = new Error('odd');
    const { sampler, diagnostics } = setUp({
      sample: ({ now }) => {
        if (now < 2) throw cause;
        return true;
      },
    });
    const answers = [0, 1, 2].map((now) => sampler.sample({ ...REQUEST, now }));

    expect(answers).toEqual([false, false, true]);
    expect(diagnostics.records).toEqual([
      {
        code: 'RXM806',
        severity: 'error',
        source: 'tracing',
        message:
          'The `sampler` of withTracing threw, so the span is not sampled, and neither will be others of which it does. Let it answer false where it cannot tell.',
        cause,
      },
    ]);
  });

  it.each([undefined, 1, 'yes', Promise.resolve(true)])('takes %p for no', (answer) => {
    const { sampler, diagnostics } = setUp({ sample: () => answer as unknown as boolean });

    expect(sampler.sample(REQUEST)).toBe(false);
    expect(diagnostics.codes).toEqual([]);
  });

  it('keeps the sampler in its own context', () => {
    class Counting implements Sampler {
      count = 0;
      sample(): boolean {
        this.count++;
        return this.count > 1;
      }
    }
    const { sampler } = setUp(new Counting());

    expect([sampler.sample(REQUEST), sampler.sample(REQUEST)]).toEqual([false, true]);
  });
});
