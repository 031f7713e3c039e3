import { computed } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import type { TraceSpan } from './trace-span';
import type { TracerEvent } from './span-options';
import { Tracer } from './tracer';

const setUp = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  const tracer = TestBed.inject(Tracer);
  const events: string[] = [];
  const note = ({ type, span }: TracerEvent) => events.push(`${type} ${span.operationName}`);
  return { tracer, events, note };
};

describe('what a tracer shows', () => {
  it('are snapshots, which never change afterwards', () => {
    const { tracer } = setUp();
    const seen: ReadonlyMap<string, TraceSpan>[] = [];
    tracer.activeSpans$.subscribe((spans) => seen.push(spans));
    const started = tracer.startSpan('a', { tags: { k: 1 } });
    const { spanId } = started;
    tracer.tag(spanId, 'k', 2);
    tracer.log(spanId, 'note');
    tracer.end(spanId);

    expect(started).toMatchObject({ tags: { k: 1 }, logs: [], status: 'unset' });
    expect(
      seen.map((spans) => [...spans.values()].map(({ tags, logs }) => [tags['k'], logs.length])),
    ).toEqual([[], [[1, 0]], [[2, 0]], [[2, 1]], []]);
    expect(new Set(seen).size).toBe(5);
  });

  it('is the same object as long as nothing happens', () => {
    const { tracer } = setUp();
    const { spanId } = tracer.startSpan('a');
    const before = tracer.activeSpans();
    tracer.tag('unknown', 'k', 1);

    expect(tracer.activeSpans()).toBe(before);

    tracer.startSpan('b');

    expect(tracer.activeSpans()).not.toBe(before);
    expect(tracer.activeSpans().get(spanId)).toBe(before.get(spanId));
  });

  it('are beginnings and ends, each when the list of active spans says so too', () => {
    const { tracer, events, note } = setUp();
    const sizes: number[] = [];
    tracer.events$.subscribe((event) => {
      note(event);
      sizes.push(tracer.activeSpans().size);
    });
    const a = tracer.startSpan('a');
    tracer.startSpan('b', { parent: { ...a, sampled: false } });
    tracer.end(a.spanId);

    expect(events).toEqual(['span-started a', 'span-ended a']);
    expect(sizes).toEqual([1, 0]);
  });

  it('begins before it ends, also when a listener ends it at once', () => {
    const { tracer, events, note } = setUp();
    tracer.activeSpans$.subscribe((spans) => {
      for (const spanId of spans.keys()) tracer.end(spanId);
    });
    tracer.events$.subscribe(note);
    tracer.startSpan('a');

    expect(events).toEqual(['span-started a', 'span-ended a']);
    expect(tracer.activeSpans().size).toBe(0);
  });

  it('is told in the same order to everybody when a listener begins spans', () => {
    const { tracer, events, note } = setUp();
    const once = tracer.finished$.subscribe(() => {
      once.unsubscribe();
      tracer.end(tracer.startSpan('b').spanId);
    });
    tracer.events$.subscribe(note);
    tracer.end(tracer.startSpan('a').spanId);

    expect(events).toEqual(['span-started a', 'span-ended a', 'span-started b', 'span-ended b']);
  });

  it('can be written while a signal is computed, and the signal does not depend on it', () => {
    const { tracer } = setUp();
    // Since somebody looks, a write is told of.
    expect(tracer.activeSpans().size).toBe(0);

    let runs = 0;
    const value = computed(() => {
      runs++;
      return tracer.end(tracer.startSpan('a').spanId);
    });

    expect(value()).toBe(true);

    tracer.startSpan('b');

    expect([value(), runs]).toEqual([true, 1]);
  });
});
