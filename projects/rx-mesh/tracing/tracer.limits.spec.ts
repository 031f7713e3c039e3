import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import assert from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SpanLink, SpanTagValue, TraceContext, TraceSpan } from './trace-span';
import { Tracer } from './tracer';
import type { TracingOptions } from './tracing-options';
import { withTracing } from './with-tracing';
import { endedSpan } from '../spec-support/ended-span';

function setUp(options: TracingOptions = {}) {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withTracing(options).ɵproviders],
  });
  const tracer = TestBed.inject(Tracer);
  const finished: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => finished.push(span));
  return { tracer, finished, diagnostics: TestBed.inject(RecordingDiagnostics) };
}

describe(`${Tracer.name} within its limits`, () => {
  it('ends the oldest span when there are too many, and says so', () => {
    const { tracer, finished, diagnostics } = setUp({ maxActiveSpans: 2 });
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name);

    expect([...tracer.activeSpans().values()].map((span) => span.operationName)).toEqual([
      'b',
      'c',
    ]);
    expect(finished).toMatchObject([
      { operationName: 'a', status: 'unset', tags: { 'rx_mesh.evicted': true } },
    ]);
    expect(diagnostics.records).toEqual([
      {
        code: 'RXM801',
        severity: 'warning',
        source: 'tracing',
        message:
          'There were 2 active spans, so the oldest, "a", was ended. End what you begin, or raise maxActiveSpans.',
      },
    ]);
  });

  it('says so once for as many as may be active', () => {
    const { tracer, finished, diagnostics } = setUp({ maxActiveSpans: 10 });
    for (let i = 0; i < 35; i++) tracer.startSpan('leak');

    expect(finished).toHaveLength(25);
    expect(diagnostics.codes).toEqual(['RXM801', 'RXM801', 'RXM801']);
  });

  it('holds no more than it may, when spans are begun while others are told of', () => {
    const { tracer } = setUp({ maxActiveSpans: 3 });
    let more = 20;
    tracer.finished$.subscribe(() => more-- > 0 && tracer.startSpan('again'));
    for (let i = 0; i < 20; i++) tracer.startSpan('a');

    expect(tracer.activeSpans().size).toBe(3);
  });

  it('keeps its memory bounded, however many spans nobody ends', () => {
    const { tracer } = setUp({ maxActiveSpans: 1000 });
    for (let i = 0; i < 20_000; i++) tracer.startSpan('leak');

    expect(tracer.activeSpans().size).toBe(1000);
  });

  it('leaves out tags that are too many, and counts them', () => {
    const { tracer } = setUp({ maxTags: 2 });
    const { spanId } = tracer.startSpan('a', { tags: { a: 1, b: 2, c: 3 } });
    tracer.tag(spanId, 'd', 4);
    tracer.tag(spanId, 'a', 5);

    expect(endedSpan(tracer, spanId)).toMatchObject({ tags: { a: 5, b: 2 }, droppedTags: 2 });
  });

  it('leaves out logs that are too many, and counts them', () => {
    const { tracer } = setUp({ maxLogs: 1, maxTags: 1 });
    const { spanId } = tracer.startSpan('a');
    tracer.log(spanId, 'first', { a: 1, b: 2 });
    tracer.log(spanId, 'second');
    const ended = endedSpan(tracer, spanId);

    expect(ended).toMatchObject({ droppedLogs: 1, droppedTags: 0 });
    expect(ended?.logs).toMatchObject([{ message: 'first', fields: { a: 1 } }]);
  });

  it('may hold nothing at all', () => {
    const { tracer } = setUp({ maxLogs: 0, maxTags: 0 });
    const { spanId } = tracer.startSpan('a', { tags: { a: 1 } });
    tracer.log(spanId, 'first');

    expect(endedSpan(tracer, spanId)).toMatchObject({
      tags: {},
      logs: [],
      droppedTags: 1,
      droppedLogs: 1,
    });
  });

  it('cuts what is too long, and never in the middle of a character', () => {
    const { tracer } = setUp({ maxValueLength: 4 });
    const { spanId, operationName } = tracer.startSpan('abc\u{1f600}de');
    tracer.tag(spanId, 'a long key', 'a long value');
    tracer.tag(spanId, 'n', 123_456);
    tracer.log(spanId, 'a long message', { 'a long field': 'value' });
    const ended = endedSpan(tracer, spanId);

    expect(operationName).toBe('abc');
    expect(ended?.tags).toEqual({ 'a lo': 'a lo', n: 123_456 });
    expect(ended?.logs).toMatchObject([{ message: 'a lo', fields: { 'a lo': 'valu' } }]);
  });

  it('leaves out values that are none, and keeps odd keys', () => {
    const { tracer } = setUp();
    const { spanId } = tracer.startSpan(undefined as unknown as string);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const value of [cyclic, null, undefined, [], Symbol('a'), () => 1, 1n]) {
      tracer.tag(spanId, 'odd', value as unknown as SpanTagValue);
    }
    tracer.tag(spanId, '', 1);
    tracer.tag(spanId, Symbol('a') as unknown as string, 1);
    tracer.tag(spanId, '__proto__', 'x');
    tracer.tag(spanId, 'constructor', NaN);
    tracer.log(spanId, { a: 1 } as unknown as string, { a: cyclic as unknown as string });
    const ended = endedSpan(tracer, spanId);

    expect(ended).toMatchObject({ operationName: '', droppedTags: 9 });
    expect(Object.entries(ended?.tags ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', NaN],
    ]);
    expect(ended?.logs).toMatchObject([{ message: '', fields: undefined }]);
  });

  it('counts what throws when it is read, and keeps the rest', () => {
    const { tracer } = setUp();
    const bad = {
      a: 1,
      get b(): number {
        throw new Error('no');
      },
      c: 3,
    };
    const { spanId } = tracer.startSpan('a', { tags: bad, links: [null as unknown as SpanLink] });
    tracer.log(spanId, 'log', bad);
    tracer.link(spanId, undefined as unknown as SpanLink);

    expect(endedSpan(tracer, spanId)).toMatchObject({
      tags: { a: 1, c: 3 },
      droppedTags: 1,
      logs: [{ fields: { a: 1, c: 3 } }],
      links: [],
      droppedLinks: 2,
    });
  });

  it.each<[string, unknown]>([
    ['symbols', Symbol('a')],
    ['lists of ids', ['00f067aa0ba902b7']],
    ['what throws as a text', { toString: () => assert.fail() }],
  ])('begins a trace where the ids of a parent are %s', (_, spanId) => {
    const { tracer } = setUp();
    const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId } as TraceContext;
    tracer.useTraceContext(parent);

    expect(tracer.startSpan('a', { parent }).parentSpanId).toBeUndefined();
    expect(tracer.traceContext()).toBeNull();
  });

  it('takes no reading that is infinite for a time', () => {
    const { tracer } = setUp();
    const { spanId, startTime } = tracer.startSpan('a', { startedAt: -Infinity });
    tracer.end(spanId, 'ok', Infinity);

    expect(startTime.getTime()).toBe(TestBed.inject(ManualClock).now());
    expect(tracer.recentSpans()).toMatchObject([{ startTime, endTime: startTime, duration: 0 }]);
  });

  it('holds no more of a long text than it keeps', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { tracer } = setUp();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 64; i++) {
      const { spanId } = tracer.startSpan('a');
      tracer.tag(spanId, 'body', Buffer.alloc(1_000_000, `${i} `).toString('latin1'));
      tracer.end(spanId);
    }
    collect();

    expect(tracer.recentSpans()).toHaveLength(64);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });

  it('agrees with a plain model, after any calls', () => {
    const key = fc.constantFrom('a', 'b', '__proto__');
    const step = fc.oneof(
      fc.record({ do: fc.constant('start' as const) }),
      fc.record({ do: fc.constant('tag' as const), at: fc.nat(9), key, value: fc.nat(3) }),
      fc.record({ do: fc.constant('log' as const), at: fc.nat(9) }),
      fc.record({ do: fc.constant('end' as const), at: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { tracer, finished } = setUp({ maxActiveSpans: 3, maxTags: 2, maxLogs: 1 });
        const model = new Map<string, { tags: Map<string, number>; logs: number }>();
        const ended: string[] = [];
        const started: string[] = [];
        const results: [boolean, boolean][] = [];
        for (const one of steps) {
          const spanId = 'at' in one ? (started[one.at] ?? 'nobody') : '';
          const open = model.get(spanId);
          if (one.do === 'start') {
            const [oldest] = model.keys();
            if (oldest !== undefined && model.size === 3) {
              model.delete(oldest);
              ended.push(oldest);
            }
            const span = tracer.startSpan('a');
            started.push(span.spanId);
            model.set(span.spanId, { tags: new Map(), logs: 0 });
          } else if (one.do === 'tag') {
            tracer.tag(spanId, one.key, one.value);
            if (open && (open.tags.size < 2 || open.tags.has(one.key))) {
              open.tags.set(one.key, one.value);
            }
          } else if (one.do === 'log') {
            tracer.log(spanId, 'log');
            if (open) open.logs = 1;
          } else {
            results.push([tracer.end(spanId), open !== undefined]);
            if (model.delete(spanId)) ended.push(spanId);
          }
          const shown = [...tracer.activeSpans()].map(([id, { tags, logs }]) => [
            id,
            Object.entries(tags),
            logs.length,
          ]);
          expect(shown).toEqual([...model].map(([id, { tags, logs }]) => [id, [...tags], logs]));
        }
        for (const [actual, expected] of results) expect(actual).toBe(expected);
        // Each span once, and each that was begun is either active or has ended.
        expect(finished.map(({ spanId }) => spanId)).toEqual(ended);
        expect(new Set([...ended, ...model.keys()])).toEqual(new Set(started));
      }),
    );
  });
});
