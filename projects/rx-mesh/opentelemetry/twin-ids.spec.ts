import { TraceFlags } from '@opentelemetry/api';
import { SequentialIds } from 'rx-mesh/testing';
import { TwinIds } from './twin-ids';

describe(TwinIds.name, () => {
  const twin = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };

  it('takes the ids of the twin for one span', () => {
    const ids = new TwinIds(new SequentialIds());
    const taken = ids.as(twin, () => [ids.traceId(), ids.spanId(), ids.spanId(), ids.uuid()]);

    expect(taken).toEqual([
      twin.traceId,
      twin.spanId,
      '0000000000000001',
      '00000000-0000-4000-8000-000000000001',
    ]);
  });

  it('takes none after that, though the span took none or failed to begin', () => {
    const ids = new TwinIds(new SequentialIds());
    const failure = new Error('begin');
    const failing = () =>
      ids.as(twin, () => {
        throw failure;
      });

    expect(failing).toThrow(failure);
    expect([ids.traceId(), ids.spanId()]).toEqual(['1'.padStart(32, '0'), '1'.padStart(16, '0')]);
  });
});
