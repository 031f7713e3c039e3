import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, Observable, of, retry, take, throwError } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import type { TraceSpan } from './trace-span';
import { traced } from './traced';
import { Tracer } from './tracer';

const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

const setUp = () => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  const tracer = TestBed.inject(Tracer);
  const finished: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => finished.push(span));
  return { tracer, finished, statuses: () => finished.map(({ status }) => status) };
};

describe(traced.name, () => {
  it('passes everything on, and ends with the stream', () => {
    const { tracer, finished } = setUp();
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      expectObservable(source.pipe(traced('work', { tracer }))).toBe('-a-b-|');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });

    expect(finished).toMatchObject([{ operationName: 'work', kind: 'internal', status: 'ok' }]);
    expect(finished[0]?.tags).toEqual({});
  });

  it('passes an error on, and notes its kind without its message', () => {
    const { tracer, finished } = setUp();
    const error = new TypeError('order 42');
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#', { a: 1 }, error);
      expectObservable(source.pipe(traced('work', { tracer }))).toBe('-a-#', { a: 1 }, error);
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });

    expect(finished).toMatchObject([{ status: 'error', tags: { 'error.type': 'TypeError' } }]);
    expect(JSON.stringify(finished)).not.toContain('order 42');
  });

  it('is cancelled by a subscriber who leaves, and lets go of the source', () => {
    const { tracer, finished } = setUp();
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-|');
      expectObservable(source.pipe(traced('work', { tracer })), '^-!').toBe('-a-');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });

    expect(finished).toMatchObject([{ status: 'cancelled', tags: { 'rx_mesh.cancelled': true } }]);
  });

  it('tells a time-out, a departure and an end apart, each once', () => {
    const { tracer, statuses } = setUp();
    const listen = (source: Observable<unknown>) =>
      source.pipe(traced('work', { tracer })).subscribe({ error: () => undefined });
    listen(throwError(() => Object.assign(new Error(), { name: 'TimeoutError' })));
    listen(NEVER).unsubscribe();
    listen(of(1, 2));
    of(1, 2).pipe(traced('work', { tracer }), take(1)).subscribe();

    expect(statuses()).toEqual(['timeout', 'cancelled', 'ok', 'cancelled']);
    expect(tracer.activeSpans().size).toBe(0);
  });

  it('makes a span of each subscription, and none before', () => {
    const { tracer, finished } = setUp();
    let runs = 0;
    const flaky = new Observable<number>((subscriber) => {
      if (runs++ === 0) subscriber.error(new Error());
      else subscriber.complete();
    }).pipe(traced('work', { tracer }));

    expect(tracer.activeSpans().size).toBe(0);

    flaky.pipe(retry(1)).subscribe();

    expect(finished.map(({ spanId, status }) => [spanId, status])).toEqual([
      ['0000000000000001', 'error'],
      ['0000000000000002', 'ok'],
    ]);
  });

  it('begins as it is told', () => {
    const { tracer, finished } = setUp();
    of(1)
      .pipe(traced('send', { tracer, kind: 'producer', parent: PARENT, tags: { size: 3 } }))
      .subscribe();

    expect(finished).toMatchObject([
      { kind: 'producer', traceId: PARENT.traceId, parentSpanId: PARENT.spanId, tags: { size: 3 } },
    ]);
  });

  it('ends when subscribing throws', () => {
    const { tracer, statuses } = setUp();
    const broken = new Observable(() => {
      throw new Error('a bug');
    });
    const errors: unknown[] = [];
    broken
      .pipe(traced('work', { tracer }))
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect([statuses(), errors]).toEqual([['error'], [new Error('a bug')]]);
  });

  it('ends with an error that nobody can look at', () => {
    const { tracer, statuses } = setUp();
    const odd = {
      get name(): string {
        throw new Error('no');
      },
    };
    const errors: unknown[] = [];
    new Observable((subscriber) => subscriber.error(odd))
      .pipe(traced('work', { tracer }))
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect([statuses(), errors[0] === odd, tracer.activeSpans().size]).toEqual([
      ['error'],
      true,
      0,
    ]);
  });

  it('ends when a listener of the tracer unsubscribes as it begins', () => {
    const { tracer, statuses } = setUp();
    const gone = new Observable<void>((subscriber) => {
      const told = tracer.activeSpans$.subscribe((spans) => {
        if (spans.size > 0) subscriber.complete();
      });
      subscriber.add(told);
      subscriber.add(NEVER.pipe(traced('work', { tracer })).subscribe());
    });
    gone.subscribe();

    expect([statuses(), tracer.activeSpans().size]).toEqual([['cancelled'], 0]);
  });

  it('takes the tracer of the injection context, and needs one without it', () => {
    const { statuses } = setUp();
    const operator = TestBed.runInInjectionContext(() => traced<number>('work'));
    of(1).pipe(operator).subscribe();

    expect(statuses()).toEqual(['ok']);
    expect(() => traced('work')).toThrow(/traced\(\) can only be used within an injection context/);
  });
});
