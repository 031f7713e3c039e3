import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { TraceSpan } from '../trace-span';
import { TAIL_SAMPLER, TailSampler } from './tail-sampler';
import { tailSampling } from './tail-sampling';

const SPAN: TraceSpan = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  sampled: false,
  operationName: 'pay',
  kind: 'client',
  startTime: new Date(0),
  endTime: new Date(500),
  duration: 500,
  tags: {},
  logs: [],
  links: [],
  status: 'ok',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
};

describe(tailSampling.name, () => {
  it('is off by itself', () => {
    expect(TestBed.inject(TAIL_SAMPLER)).toBeNull();
  });

  it('brings one tail sampler of its options, which tells the diagnostics of the application', () => {
    const { ɵproviders } = tailSampling({
      slow: 1000,
      keep: () => {
        throw new Error('odd');
      },
    });
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting(), ...ɵproviders] });
    const tail = TestBed.inject(TAIL_SAMPLER);

    expect(tail).toBeInstanceOf(TailSampler);
    expect(TestBed.inject(TAIL_SAMPLER)).toBe(tail);
    expect(tail?.select(SPAN, 0)).toEqual([]);
    expect(tail?.select({ ...SPAN, duration: 1000 }, 0)).toHaveLength(2);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM806']);
  });

  it('needs no options', () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...tailSampling().ɵproviders],
    });

    expect(TestBed.inject(TAIL_SAMPLER)?.select({ ...SPAN, status: 'error' }, 0)).toHaveLength(1);
  });

  it('refuses a bad option where it is given', () => {
    expect(() => tailSampling({ maxTraces: 0 })).toThrow(
      new InvalidOptionError('TailSamplingOptions.maxTraces', 0, 'a whole number of at least 1'),
    );
  });
});
