import { computed, effect } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { map } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import type { TraceContext, TraceSpan } from './trace-span';
import type { TracerEvent } from './span-options';
import { Tracer } from './tracer';
import type { TracingOptions } from './tracing-options';
import { withTracing } from './with-tracing';
import { endedSpan } from '../spec-support/ended-span';

const REMOTE: TraceContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceState: 'rojo=1',
  baggage: { user: 'jo' },
  remote: true,
};

function setUp(options: TracingOptions = {}) {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withTracing(options).ɵproviders],
  });
  const tracer = TestBed.inject(Tracer);
  const finished: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => finished.push(span));
  return { tracer, finished, clock: TestBed.inject(ManualClock) };
}

const id = (count: number, digits = 16) => String(count).padStart(digits, '0');

describe(Tracer.name, () => {
  it('records a span from its start to its end', () => {
    const { tracer, finished, clock } = setUp();
    const started = tracer.startSpan('import', { kind: 'consumer', tags: { file: 'a.csv' } });
    clock.advance(250);
    tracer.tag(started.spanId, 'rows', 3);
    tracer.tag(started.spanId, 'rows', 4);
    tracer.log(started.spanId, 'parsed', { ok: true });
    clock.advance(50);
    const ended = endedSpan(tracer, started.spanId);

    expect(started).toEqual({
      traceId: id(1, 32),
      spanId: id(1),
      parentSpanId: undefined,
      sampled: true,
      random: true,
      operationName: 'import',
      kind: 'consumer',
      startTime: new Date('2026-01-01T00:00:00Z'),
      tags: { file: 'a.csv' },
      logs: [],
      links: [],
      status: 'unset',
      droppedTags: 0,
      droppedLogs: 0,
      droppedLinks: 0,
    });
    expect(ended).toEqual({
      ...started,
      endTime: new Date('2026-01-01T00:00:00.300Z'),
      duration: 300,
      tags: { file: 'a.csv', rows: 4 },
      logs: [
        {
          timestamp: new Date('2026-01-01T00:00:00.250Z'),
          message: 'parsed',
          fields: { ok: true },
        },
      ],
      status: 'ok',
    });
    expect(finished).toEqual([ended]);
  });

  it('ends a span once, and ignores what comes later or was never begun', () => {
    const { tracer, finished } = setUp();
    const { spanId } = tracer.startSpan('a');

    expect(endedSpan(tracer, spanId, 'error')?.status).toBe('error');
    expect(tracer.end(spanId, 'ok')).toBe(false);
    expect(tracer.end('nobody')).toBe(false);

    tracer.tag(spanId, 'late', true);
    tracer.log(spanId, 'late');
    tracer.tag('nobody', 'late', true);
    tracer.log('nobody', 'late');

    expect(finished).toMatchObject([{ status: 'error', tags: {}, logs: [] }]);
  });

  it('ends a span once, even when whoever hears of it ends it again', () => {
    const { tracer, finished } = setUp();
    const again: unknown[] = [];
    tracer.activeSpans$.subscribe((active) => {
      if (active.size === 0) again.push(tracer.end(id(1)));
    });
    tracer.finished$.subscribe(({ spanId }) => again.push(tracer.end(spanId)));
    tracer.startSpan('a');
    tracer.end(id(1));

    expect(again).toEqual([false, false, false]);
    expect(finished).toHaveLength(1);
  });

  it('counts time on the monotonic clock, whatever the wall does', () => {
    const { tracer, clock } = setUp();
    const { spanId, startTime } = tracer.startSpan('a');
    clock.advance(10);
    clock.jumpWall(-60_000);
    tracer.log(spanId, 'now');
    const ended = endedSpan(tracer, spanId);

    expect(ended?.duration).toBe(10);
    expect(ended?.endTime?.getTime()).toBe(startTime.getTime() + 10);
    expect(ended?.logs[0]?.timestamp).toEqual(ended?.endTime);
  });

  it('is never negative, even with a clock that is replaced', () => {
    const { tracer, clock } = setUp();
    clock.advance(100);
    const { spanId } = tracer.startSpan('a');
    jest.spyOn(clock, 'monotonic').mockReturnValue(5);

    expect(endedSpan(tracer, spanId)?.duration).toBe(0);
  });

  it('makes a child of what it is given', () => {
    const { tracer } = setUp({ sampleRatio: 0 });
    const parent = tracer.startSpan('parent', { parent: REMOTE });
    const child = tracer.startSpan('child', { parent: tracer.contextOf(parent) });
    const grandchild = tracer.startSpan('grandchild', { parent: child });

    expect([parent.parentSpanId, child.parentSpanId, grandchild.parentSpanId]).toEqual([
      REMOTE.spanId,
      parent.spanId,
      child.spanId,
    ]);
    expect(new Set([parent, child, grandchild].map(({ traceId }) => traceId))).toEqual(
      new Set([REMOTE.traceId]),
    );
    expect(tracer.contextOf(grandchild)).toEqual({
      traceId: REMOTE.traceId,
      spanId: grandchild.spanId,
      parentSpanId: child.spanId,
      sampled: true,
      traceState: 'rojo=1',
      baggage: { user: 'jo' },
    });
  });

  it('takes the context of the page where no parent is given, and none for null', () => {
    const { tracer } = setUp();
    const seen: unknown[] = [];
    tracer.traceContext$.subscribe((context) => seen.push(context));
    tracer.useTraceContext(REMOTE);
    const child = tracer.startSpan('child', { parent: undefined });
    const alone = tracer.startSpan('alone', { parent: null });

    expect(child).toMatchObject({ traceId: REMOTE.traceId, parentSpanId: REMOTE.spanId });
    expect(alone).toMatchObject({ traceId: id(1, 32), parentSpanId: undefined });

    tracer.useTraceContext(null);

    expect(tracer.startSpan('next').traceId).toBe(id(2, 32));
    expect(seen).toEqual([null, REMOTE, null]);
    expect(tracer.traceContext()).toBeNull();
  });

  it.each([
    { traceId: 'A'.repeat(32), spanId: 'b'.repeat(16) },
    { traceId: 'a'.repeat(32), spanId: '0'.repeat(16) },
    { traceId: '', spanId: '' },
    {} as TraceContext,
  ])('begins a trace where %p is the parent', (parent) => {
    const { tracer } = setUp();
    tracer.useTraceContext(parent);

    expect(tracer.traceContext()).toBeNull();
    expect(tracer.startSpan('a', { parent })).toMatchObject({
      traceId: id(1, 32),
      parentSpanId: undefined,
    });
  });

  it('does not record what is not sampled, but gives it ids to hand on', () => {
    const { tracer, finished } = setUp({ sampleRatio: 0 });
    const events: TracerEvent[] = [];
    tracer.events$.subscribe((event) => events.push(event));
    const span = tracer.startSpan('a', { tags: { cart: 1 } });
    tracer.tag(span.spanId, 'key', 1);

    expect(span).toMatchObject({ traceId: id(1, 32), sampled: false, tags: {} });
    expect(tracer.startSpan('b', { parent: span }).sampled).toBe(false);
    expect(tracer.end(span.spanId)).toBe(false);
    expect([tracer.activeSpans().size, finished, events]).toEqual([0, [], []]);
  });

  it('asks no second time whether a trace is recorded', () => {
    const { tracer } = setUp();

    expect(tracer.startSpan('a', { parent: { ...REMOTE, sampled: false } }).sampled).toBe(false);
    expect(tracer.activeSpans().size).toBe(0);
  });

  it('shows the active spans, oldest first, and copies only when somebody looks', () => {
    const { tracer } = setUp();
    const maps: ReadonlyMap<string, TraceSpan>[] = [];
    const subscription = tracer.activeSpans$.subscribe((map) => maps.push(map));
    const [a, b] = [tracer.startSpan('a'), tracer.startSpan('b')];
    tracer.tag(a.spanId, 'key', 1);
    tracer.end(b.spanId);
    subscription.unsubscribe();
    const before = tracer.activeSpans();

    expect(maps.map((map) => [...map.keys()])).toEqual([
      [],
      [a.spanId],
      [a.spanId, b.spanId],
      [a.spanId, b.spanId],
      [a.spanId],
    ]);
    expect(maps.at(-1)).toBe(before);
    expect(maps[2]?.get(a.spanId)).toBe(a); // a snapshot stays as it was
    expect(maps[3]?.get(a.spanId)?.tags).toEqual({ key: 1 });
    expect(maps[3]?.get(b.spanId)).toBe(b); // and one that did not change is the same

    tracer.startSpan('c');

    expect(before.size).toBe(1);
    expect(tracer.activeSpans().size).toBe(2);
  });

  it('tells what happens, in order', () => {
    const { tracer } = setUp();
    const seen: string[] = [];
    tracer.events$.subscribe(({ type, span }) => {
      seen.push(`${type} ${span.operationName}`);
      if (span.operationName === 'a' && type === 'span-ended') tracer.startSpan('b');
    });
    tracer.end(tracer.startSpan('a').spanId, 'cancelled');

    expect(seen).toEqual(['span-started a', 'span-ended a', 'span-started b']);
  });

  it('can be used where Angular refuses to write', () => {
    const { tracer, finished } = setUp();
    const value = computed(() => tracer.end(tracer.startSpan('computed').spanId));

    expect(value()).toBe(true);
    expect(finished).toHaveLength(1);
  });

  it('does not make an effect that writes depend on what is active', () => {
    const { tracer } = setUp();
    let runs = 0;
    tracer.activeSpans$.subscribe(() => tracer.activeSpans());
    TestBed.runInInjectionContext(() =>
      effect(() => {
        runs++;
        tracer.startSpan('effect');
      }),
    );
    TestBed.tick();
    tracer.startSpan('outside');
    TestBed.tick();

    expect(runs).toBe(1);
  });

  it('follows virtual time by itself', () => {
    runMarbles(({ cold, expectObservable }) => {
      const tracer = TestBed.inject(Tracer);
      const finished = tracer.finished$;
      cold('a----(b|)').subscribe((event) => {
        if (event === 'a') tracer.startSpan('a', { parent: null });
        else tracer.end([...tracer.activeSpans().keys()][0] ?? '');
      });
      expectObservable(finished.pipe(map(({ duration }) => duration))).toBe('-----a', { a: 5 });
    });
  });

  it('reports nothing that is usual', () => {
    const { tracer } = setUp();
    for (let i = 0; i < 5000; i++) tracer.end(tracer.startSpan('a').spanId);

    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual([]);
  });
});
