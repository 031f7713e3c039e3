import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { endedSpan } from '../spec-support/ended-span';
import type { TraceContext } from './trace-span';
import { Tracer } from './tracer';
import type { TracingOptions } from './tracing-options';
import { withTracing } from './with-tracing';

const OTHER: TraceContext = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: true };

function setUp(options: TracingOptions = {}) {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withTracing(options).ɵproviders],
  });
  return { tracer: TestBed.inject(Tracer), clock: TestBed.inject(ManualClock) };
}

describe(`${Tracer.name} with links`, () => {
  it('keeps the links of the start and those of later', () => {
    const { tracer } = setUp();
    const { spanId } = tracer.startSpan('batch', { links: [{ context: OTHER, tags: { at: 1 } }] });
    tracer.link(spanId, { context: { ...OTHER, spanId: 'e'.repeat(16) } });
    tracer.link('nobody', { context: OTHER });

    expect(endedSpan(tracer, spanId)).toMatchObject({
      links: [
        { context: OTHER, tags: { at: 1 } },
        { context: { spanId: 'e'.repeat(16) }, tags: undefined },
      ],
      droppedLinks: 0,
    });
  });

  it.each([
    ['of malformed ids', { context: { ...OTHER, traceId: 'x' } }],
    ['of no context', { context: null as unknown as TraceContext }],
  ])('counts a link %s as dropped', (_, link) => {
    const { tracer } = setUp();
    const { spanId } = tracer.startSpan('batch', { links: [link] });

    expect(endedSpan(tracer, spanId)).toMatchObject({ links: [], droppedLinks: 1 });
  });

  it('counts the links that are too many', () => {
    const { tracer } = setUp({ maxLinks: 1 });
    const { spanId } = tracer.startSpan('batch', { links: [{ context: OTHER }] });
    tracer.link(spanId, { context: OTHER });

    expect(endedSpan(tracer, spanId)).toMatchObject({ links: [{}], droppedLinks: 1 });
  });
});

describe(`${Tracer.name} with baggage`, () => {
  it.each([1, 0])('adds to what the parent hands on, at a sampling of %d', (sampleRatio) => {
    const { tracer } = setUp({ sampleRatio });
    const root = tracer.startSpan('a', { baggage: { user: 'jo', shop: 'de' } });
    const child = tracer.startSpan('b', { parent: root, baggage: { user: 'ann' } });
    const grandchild = tracer.startSpan('c', { parent: child });

    expect([root, child, grandchild].map(({ baggage }) => baggage)).toEqual([
      { user: 'jo', shop: 'de' },
      { user: 'ann', shop: 'de' },
      { user: 'ann', shop: 'de' },
    ]);
    expect(tracer.startSpan('d', { parent: null }).baggage).toBeUndefined();
  });
});

describe(`${Tracer.name} afterwards`, () => {
  it('notes work that was done before, on both clocks', () => {
    const { tracer, clock } = setUp();
    clock.advance(1000);
    const span = tracer.startSpan('load', { startedAt: clock.monotonic() - 400 });
    tracer.end(span.spanId, 'ok', clock.monotonic() - 100);

    expect(tracer.recentSpans()).toMatchObject([
      {
        duration: 300,
        startTime: new Date(clock.now() - 400),
        endTime: new Date(clock.now() - 100),
      },
    ]);
  });

  it.each([
    ['in the future', 50],
    ['not a number', NaN],
  ])('takes a start %s for now', (_, ahead) => {
    const { tracer, clock } = setUp();
    const { startTime } = tracer.startSpan('a', { startedAt: clock.monotonic() + ahead });

    expect(startTime).toEqual(new Date(clock.now()));
  });

  it('never lasts less than no time, or no number', () => {
    const { tracer, clock } = setUp();
    for (const endedAt of [clock.monotonic() - 50, NaN]) {
      tracer.end(tracer.startSpan('a').spanId, 'ok', endedAt);
    }

    expect(tracer.recentSpans().map(({ duration }) => duration)).toEqual([0, 0]);
  });
});

describe(`${Tracer.name} and the spans of late`, () => {
  const names = (tracer: Tracer) => tracer.recentSpans().map((span) => span.operationName);
  const end = (tracer: Tracer, name: string) => tracer.end(tracer.startSpan(name).spanId);

  it('shows the last ones, oldest first', () => {
    const { tracer } = setUp({ maxRecentSpans: 3 });
    const shown: string[][] = [];
    tracer.recentSpans$.subscribe((spans) => shown.push(spans.map((span) => span.operationName)));
    for (const name of ['a', 'b', 'c', 'd', 'e']) end(tracer, name);

    expect(names(tracer)).toEqual(['c', 'd', 'e']);
    expect(shown.at(-1)).toEqual(['c', 'd', 'e']);
    expect(shown[0]).toEqual([]);
  });

  it('forgets them when it is told to, and shows what comes after', () => {
    const { tracer } = setUp();
    end(tracer, 'a');
    tracer.clearRecentSpans();
    const before = names(tracer);
    end(tracer, 'b');

    expect([before, names(tracer)]).toEqual([[], ['b']]);
  });

  it('keeps none where none is asked for', () => {
    const { tracer } = setUp({ maxRecentSpans: 0 });
    end(tracer, 'a');

    expect(tracer.recentSpans()).toEqual([]);
  });

  it('holds a bounded number of spans, whatever comes: 1,000,000', () => {
    const { tracer } = setUp();
    for (let i = 0; i < 1_000_000; i++) tracer.end(tracer.startSpan('a').spanId);

    expect([tracer.recentSpans().length, tracer.activeSpans().size]).toEqual([256, 0]);
  });
});
