import { SequentialIds } from './sequential-ids';

describe(SequentialIds.name, () => {
  it('counts each kind by itself, from 1', () => {
    const ids = new SequentialIds();

    expect([ids.traceId(), ids.traceId()]).toEqual([
      '00000000000000000000000000000001',
      '00000000000000000000000000000002',
    ]);
    expect([ids.spanId(), ids.spanId()]).toEqual(['0000000000000001', '0000000000000002']);
    expect([ids.uuid(), ids.uuid()]).toEqual([
      '00000000-0000-4000-8000-000000000001',
      '00000000-0000-4000-8000-000000000002',
    ]);
  });

  it('keeps the form of real ids', () => {
    const ids = new SequentialIds();
    for (let i = 0; i < 300; i++) {
      expect(ids.traceId()).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
      expect(ids.spanId()).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
      expect(ids.uuid()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }

    expect(ids.spanId()).toBe('000000000000012d');
  });

  it('counts from 1 again after a reset', () => {
    const ids = new SequentialIds();
    const first = [ids.traceId(), ids.spanId(), ids.uuid()];
    ids.reset();

    expect([ids.traceId(), ids.spanId(), ids.uuid()]).toEqual(first);
  });
});
