import { TestBed } from '@angular/core/testing';
import { ManualClock, SequentialIds, provideRxMeshTesting } from 'rx-mesh/testing';
import { Tracer } from './tracer';
import type { TracingOptions } from './tracing-options';
import { withTracing } from './with-tracing';

function setUp(options: TracingOptions) {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withTracing(options).ɵproviders],
  });
  return {
    tracer: TestBed.inject(Tracer),
    clock: TestBed.inject(ManualClock),
    ids: TestBed.inject(SequentialIds),
  };
}

describe('a span that is not sampled', () => {
  it('has ids to hand on, which stay the same, and is in no list', () => {
    const { tracer, clock } = setUp({ sampleRatio: 0 });
    const finished: unknown[] = [];
    tracer.finished$.subscribe((span) => finished.push(span));
    const span = tracer.startSpan('a', { kind: 'client', tags: { a: 1 } });
    const started = new Date(clock.now());
    clock.advance(100);
    tracer.tag(span.spanId, 'b', 2);

    expect(tracer.end(span.spanId)).toBe(false);
    expect(tracer.contextOf(span)).toEqual({
      traceId: '1'.padStart(32, '0'),
      spanId: '1'.padStart(16, '0'),
      sampled: false,
      random: true,
    });
    expect([span.spanId, span.startTime]).toEqual(['1'.padStart(16, '0'), started]);
    expect(span).toMatchObject({
      operationName: 'a',
      kind: 'client',
      tags: {},
      logs: [],
      links: [],
      status: 'unset',
      droppedTags: 0,
      droppedLogs: 0,
      droppedLinks: 0,
    });
    expect([tracer.activeSpans().size, tracer.recentSpans(), finished]).toEqual([0, [], []]);
  });

  it('draws no id before somebody reads it', () => {
    const { tracer, ids } = setUp({ sampleRatio: 0 });
    const drawn = [jest.spyOn(ids, 'traceId'), jest.spyOn(ids, 'spanId')];
    const span = tracer.startSpan('a');

    expect(drawn.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    expect([span.traceId, span.spanId]).not.toContain('');
    expect(drawn.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it('goes on with what its parent says', () => {
    const { tracer } = setUp({ sampleRatio: 1 });
    const parent = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      sampled: false,
      traceState: 'rojo=1',
      baggage: { user: 'jo' },
    };
    const span = tracer.startSpan('a', { parent });

    expect(tracer.contextOf(span)).toEqual({
      ...parent,
      spanId: '1'.padStart(16, '0'),
      parentSpanId: parent.spanId,
    });
  });
});
