import { InvalidOptionError } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { TraceSpan } from '../trace-span';
import { TailSampler } from './tail-sampler';
import type { TailSamplingOptions } from './tail-sampling-options';

const T1 = '1'.repeat(32);
const T2 = '2'.repeat(32);
const T3 = '3'.repeat(32);
const ROOT = { parentSpanId: undefined };
const FAILED = { status: 'error' } as const;

// A child of kind internal that ended well, unless it is said otherwise.
const span = (spanId: string, changes: Partial<TraceSpan> = {}): TraceSpan => ({
  traceId: T1,
  spanId,
  parentSpanId: 'f'.repeat(16),
  sampled: false,
  operationName: 'work',
  kind: 'internal',
  startTime: new Date(0),
  endTime: new Date(10),
  duration: 10,
  tags: { own: 1 },
  logs: [],
  links: [],
  status: 'ok',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
  ...changes,
});

function setUp(options: TailSamplingOptions = {}) {
  const diagnostics = new RecordingDiagnostics();
  const tail = new TailSampler(options, diagnostics);
  const take = (id: string, changes: Partial<TraceSpan> = {}, now = 0): string[] =>
    tail.select(span(id, changes), now).map(({ spanId }) => spanId);
  return { tail, take, diagnostics };
}

const reasonFor = (changes: Partial<TraceSpan>, options: TailSamplingOptions): unknown =>
  setUp(options).tail.select(span('a', changes), 0)[0]?.tags['rx_mesh.sampled_by'];

describe(TailSampler.name, () => {
  it('passes sampled spans as they are', () => {
    const { tail } = setUp();
    const sampled = span('a', { sampled: true });

    expect(tail.select(sampled, 0)[0]).toBe(sampled);
    expect(tail.statistics).toEqual({
      waiting: 0,
      kept: 0,
      forgotten: 0,
      settled: 0,
      waitingTraces: 0,
      keptTraces: 0,
    });
  });

  it('lets a trace out when one of its spans fails, and what comes after', () => {
    const { tail, take } = setUp();

    expect(take('a')).toEqual([]);
    expect(take('x', { traceId: T2 })).toEqual([]);
    expect(take('b', { kind: 'client' })).toEqual([]);
    expect(take('c', FAILED)).toEqual(['a', 'b', 'c']);
    expect(take('d')).toEqual(['d']);
    expect(take('e', ROOT)).toEqual(['e']);
    expect(take('y', { traceId: T2 })).toEqual([]);
    expect(tail.statistics).toMatchObject({ waiting: 2, kept: 5, waitingTraces: 1, keptTraces: 1 });
  });

  it('marks what it lets out, and leaves it not sampled', () => {
    const { tail } = setUp();
    const [first, failed, later] = [span('a'), span('b', FAILED), span('c', { duration: 9999 })];
    const out = [first, failed, later].flatMap((one) => tail.select(one, 0));

    const marked = { own: 1, 'rx_mesh.sampled_by': 'error' };
    expect(out).toEqual([first, failed, later].map((one) => ({ ...one, tags: marked })));
    expect(out.map(({ sampled }) => sampled)).toEqual([false, false, false]);
    expect(first.tags).toEqual({ own: 1 });
  });

  it.each<[unknown, Partial<TraceSpan>, TailSamplingOptions]>([
    ['error', { status: 'error' }, {}],
    ['error', { status: 'timeout' }, {}],
    ['error', { status: 'error', kind: 'client', duration: 5000 }, {}],
    [undefined, { status: 'cancelled' }, {}],
    [undefined, { status: 'unset' }, {}],
    [undefined, { status: 'error' }, { errors: false }],
    ['slow', { status: 'timeout', kind: 'client', duration: 2000 }, { errors: false }],
    ['slow', { kind: 'client', duration: 2000 }, {}],
    ['slow', { kind: 'client', duration: 2000, status: 'cancelled' }, {}],
    ['slow', { ...ROOT, duration: 2000 }, {}],
    [undefined, { kind: 'client', duration: 1999.9 }, {}],
    [undefined, { kind: 'consumer', duration: 1e6 }, {}],
    ['slow', { kind: 'client', duration: 0 }, { slow: 0 }],
    [undefined, { kind: 'client', duration: 1e9 }, { slow: Infinity }],
    ['rule', { operationName: 'pay' }, { keep: ({ operationName }) => operationName === 'pay' }],
    ['error', FAILED, { keep: () => true }],
    [undefined, {}, { keep: () => Promise.resolve(true) as unknown as boolean }],
  ])('gives as the reason %p for %j', (reason, changes, options) => {
    expect(reasonFor(changes, options)).toBe(reason);
  });

  it('lets out what waits when a sampled span of the trace fails, which it leaves as it is', () => {
    const { tail, take } = setUp();
    take('a');
    const failed = span('b', { ...FAILED, sampled: true });
    const out = tail.select(failed, 0);

    expect(out.map(({ spanId }) => spanId)).toEqual(['a', 'b']);
    expect(out[1]).toBe(failed);
    expect(take('c')).toEqual(['c']);
    expect(tail.statistics).toMatchObject({ kept: 2, keptTraces: 1 });
  });

  it('waits for children after the root has ended well, and then lets the trace go', () => {
    const { tail, take } = setUp();
    take('a', ROOT, 0);
    expect(take('b', {}, 4999)).toEqual([]);
    expect(take('c', FAILED, 9998)).toEqual(['a', 'b', 'c']);

    take('d', { traceId: T2, ...ROOT }, 10_000);
    expect(take('e', { traceId: T2, ...FAILED }, 15_000)).toEqual(['e']);
    expect(tail.statistics).toMatchObject({ waiting: 0, kept: 4, settled: 1, forgotten: 0 });
  });

  it('hears by a sampled span too that a trace goes on, and that it is over', () => {
    const { tail, take } = setUp();
    take('a', {}, 0);
    take('b', { sampled: true }, 59_000);
    take('c', { sampled: true, ...ROOT }, 118_000);
    take('x', { traceId: T2 }, 122_999);
    expect(tail.statistics).toMatchObject({ waiting: 2, settled: 0 });

    take('y', { traceId: T2 }, 123_000);
    expect(tail.statistics).toMatchObject({ waiting: 2, settled: 1, forgotten: 0 });
  });

  it('forgets a trace of which nothing is heard for too long', () => {
    const { tail, take } = setUp();
    take('a', {}, 0);
    take('b', {}, 59_999);
    expect(take('c', FAILED, 119_998)).toEqual(['a', 'b', 'c']);

    take('d', { traceId: T2 }, 120_000);
    expect(take('e', { traceId: T2, ...FAILED }, 180_000)).toEqual(['e']);
    expect(tail.statistics).toMatchObject({ forgotten: 1, settled: 0, kept: 4 });
  });

  it('waits no longer for a trace that has ended than for one that has not', () => {
    const { tail, take } = setUp({ maxAge: 100 });
    take('a', ROOT, 0);
    take('b', { traceId: T2 }, 100);

    expect(tail.statistics).toMatchObject({ waiting: 1, settled: 1 });
  });

  it('forgets the oldest spans of a trace of too many', () => {
    const { tail, take } = setUp({ maxSpansPerTrace: 2 });
    for (const id of ['a', 'b', 'c']) take(id);

    expect(take('d', FAILED)).toEqual(['b', 'c', 'd']);
    expect(tail.statistics).toMatchObject({ forgotten: 1, kept: 3, waiting: 0 });
  });

  it('forgets of too many traces one that has ended well, else the one that was silent for longest', () => {
    const { tail, take } = setUp({ maxTraces: 2 });
    take('a', { traceId: T1 });
    take('b', { traceId: T2, ...ROOT });
    take('c', { traceId: T3 });
    expect(take('d', { traceId: T2, ...FAILED })).toEqual(['d']);

    take('e', { traceId: T1 });
    take('f', { traceId: '4'.repeat(32) });
    expect(take('g', { traceId: T3, ...FAILED })).toEqual(['g']);
    expect(take('h', { traceId: T1, ...FAILED })).toEqual(['a', 'e', 'h']);
    expect(tail.statistics).toMatchObject({ forgotten: 2, kept: 5, waiting: 1 });
  });

  it('forgets a whole trace when too many spans wait in all, but never the one that is added to', () => {
    const { tail, take } = setUp({ maxSpans: 3 });
    take('a', { traceId: T1, ...ROOT });
    take('b', { traceId: T2 });
    take('c', { traceId: T2 });
    take('d', { traceId: T1 });
    expect(tail.statistics).toMatchObject({ waiting: 2, waitingTraces: 1, forgotten: 2 });

    take('e', { traceId: T1 });
    take('f', { traceId: T1 });
    expect(take('g', { traceId: T1, ...FAILED })).toEqual(['d', 'e', 'f', 'g']);
    expect(tail.statistics).toMatchObject({ waiting: 0, forgotten: 3 });
  });

  it('remembers a bounded number of kept traces, for as long as they go on', () => {
    const { tail, take } = setUp({ maxTraces: 2 });
    take('a', { traceId: T1, ...FAILED });
    take('b', { traceId: T2, ...FAILED });
    take('c', { traceId: T1 });
    take('d', { traceId: T3, ...FAILED });
    expect(take('e', { traceId: T2 })).toEqual([]);
    expect(take('f', { traceId: T1 }, 59_999)).toEqual(['f']);
    expect(take('g', { traceId: T1 }, 119_999)).toEqual([]);
    expect(tail.statistics.keptTraces).toBe(0);
  });

  it('is not confused by a clock that steps back, or reads no number', () => {
    const { tail, take } = setUp();
    take('a', {}, 100_000);
    take('b', {}, 5);
    take('c', {}, NaN);
    expect(take('d', FAILED, 100_001)).toEqual(['a', 'b', 'c', 'd']);
    expect(tail.statistics).toMatchObject({ forgotten: 0 });
  });

  it('goes on where keep throws, and tells once', () => {
    const cause = new Error('odd');
    const { take, diagnostics } = setUp({
      keep: () => {
        throw cause;
      },
    });

    expect(take('a')).toEqual([]);
    expect(take('b')).toEqual([]);
    expect(take('c', FAILED)).toEqual(['a', 'b', 'c']);
    expect(diagnostics.records).toEqual([
      {
        code: 'RXM806',
        severity: 'error',
        source: 'tracing',
        message:
          'The `keep` of tailSampling threw, so it keeps no trace for this span, nor for others of which it does. Let it answer false where it cannot tell.',
        cause,
      },
    ]);
  });

  it('stays sound where keep hands it another span', () => {
    const tail: TailSampler = new TailSampler(
      {
        keep: ({ spanId }) => {
          if (spanId === 'b') tail.select(span('c', FAILED), 0);
          return false;
        },
      },
      new RecordingDiagnostics(),
    );
    tail.select(span('a'), 0);
    tail.select(span('b'), 0);

    expect(tail.statistics).toMatchObject({ kept: 2, waiting: 1, keptTraces: 1 });
    expect(tail.select(span('d'), 0).map(({ spanId }) => spanId)).toEqual(['b', 'd']);
  });

  it('takes ids and tags of any name', () => {
    const { tail } = setUp();
    const tags = Object.fromEntries([['__proto__', 'x']]);
    tail.select(span('a', { traceId: '__proto__', tags }), 0);
    const [out] = tail.select(span('b', { traceId: '__proto__', ...FAILED }), 0);

    expect(Object.entries(out?.tags ?? {})).toEqual([
      ['__proto__', 'x'],
      ['rx_mesh.sampled_by', 'error'],
    ]);
  });

  it.each<[keyof TailSamplingOptions, unknown]>([
    ['slow', -1],
    ['slow', NaN],
    ['errors', 1],
    ['keep', true],
    ['maxTraces', 0],
    ['maxSpansPerTrace', 1.5],
    ['maxSpans', Infinity],
    ['maxAge', 0],
    ['settle', -1],
  ])('refuses %s: %p', (name, value) => {
    expect(() => setUp({ [name]: value })).toThrow(InvalidOptionError);
    expect(() => setUp({ [name]: value })).toThrow(`TailSamplingOptions.${name} is `);
  });
});
