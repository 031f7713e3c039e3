import {
  HttpClient,
  type HttpRequest,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import {
  Subject,
  concatMap,
  defer,
  from,
  lastValueFrom,
  mergeMap,
  of,
  retry,
  switchMap,
  throwError,
} from 'rxjs';
import { DistributedTracingService } from './distributed-tracing-service';
import { inTrace } from './in-trace';
import type { TraceContext, TraceSpan } from './trace-span';
import { traced } from './traced';
import { Tracer } from './tracer';
import { tracingInterceptor } from './tracing-interceptor';
import { withSpan } from './with-span';

function setUp() {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([tracingInterceptor])),
      provideHttpClientTesting(),
    ],
  });
  const tracer = TestBed.inject(Tracer);
  const finished: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => finished.push(span));
  const of = (name: string) => finished.filter((span) => span.operationName === name);
  return { tracer, finished, of, http: TestBed.inject(HttpClient) };
}

describe(withSpan.name, () => {
  it('ends the span as the work ends, one for each subscriber', () => {
    const { tracer, finished } = setUp();
    const work$ = withSpan('work', (span) => of(span.spanId), { tracer, tags: { a: 1 } });
    const seen: string[] = [];
    work$.subscribe((value) => seen.push(value));
    work$.subscribe((value) => seen.push(value));

    expect(finished).toMatchObject(
      seen.map((spanId) => ({ spanId, status: 'ok', tags: { a: 1 } })),
    );
    expect(new Set(seen).size).toBe(2);
  });

  it('takes the tracer of the injection context, and says so where there is none', () => {
    const { finished } = setUp();
    TestBed.runInInjectionContext(() => withSpan('work', () => of(1))).subscribe();

    expect(finished).toMatchObject([{ operationName: 'work' }]);
    expect(() => withSpan('work', () => of(1))).toThrow(/withSpan/);
  });

  it('fails by what the work throws, and is cancelled by who leaves', () => {
    const { tracer, finished } = setUp();
    const failing$ = withSpan('fails', () => throwError(() => new TypeError('no')), { tracer });
    const errors: unknown[] = [];
    failing$.subscribe({ error: (error: unknown) => errors.push(error) });
    withSpan('left', () => new Subject<never>(), { tracer })
      .subscribe()
      .unsubscribe();

    expect(errors).toEqual([new TypeError('no')]);
    expect(finished).toMatchObject([
      { status: 'error', tags: { 'error.type': 'TypeError' } },
      { status: 'cancelled' },
    ]);
  });

  it('hands its context to nested work, over operators, retries and gaps, in one trace', async () => {
    const { tracer, of: spansOf } = setUp();
    let tries = 0;
    const flow$ = withSpan(
      'outer',
      (outer) =>
        of(1).pipe(
          switchMap(async (value) => {
            await Promise.resolve();
            return value;
          }),
          mergeMap((value) =>
            withSpan(
              'try',
              (attempt) =>
                defer(() => (++tries < 3 ? throwError(() => new Error('again')) : of(value))).pipe(
                  traced('inner', { tracer, parent: attempt }),
                ),
              { tracer, parent: outer },
            ).pipe(retry(2)),
          ),
          concatMap((value) => withSpan('last', () => of(value), { tracer, parent: outer })),
        ),
      { tracer },
    );

    await expect(lastValueFrom(flow$, { defaultValue: 0 })).resolves.toBe(1);
    const [outer] = spansOf('outer');
    const attempts = spansOf('try');

    expect(attempts.map(({ status, parentSpanId }) => [status, parentSpanId])).toEqual([
      ['error', outer?.spanId],
      ['error', outer?.spanId],
      ['ok', outer?.spanId],
    ]);
    expect(spansOf('inner').map(({ parentSpanId }) => parentSpanId)).toEqual(
      attempts.map(({ spanId }) => spanId),
    );
    expect(spansOf('last')).toMatchObject([{ parentSpanId: outer?.spanId }]);
    expect(new Set([...attempts, ...spansOf('last')].map(({ traceId }) => traceId))).toEqual(
      new Set([outer?.traceId]),
    );
  });

  it('never mixes up flows that run side by side', async () => {
    const { tracer, of: spansOf } = setUp();
    const flow = (name: string) =>
      withSpan(
        name,
        (span) =>
          from([1, 2, 3]).pipe(
            mergeMap((value) =>
              withSpan(`${name}.step`, async () => Promise.resolve(value), {
                tracer,
                parent: span,
              }),
            ),
          ),
        { tracer },
      );
    await Promise.all(
      ['a', 'b', 'c'].map(async (name) => lastValueFrom(flow(name), { defaultValue: 0 })),
    );

    for (const name of ['a', 'b', 'c']) {
      const [outer] = spansOf(name);
      expect(
        spansOf(`${name}.step`).map(({ traceId, parentSpanId }) => [traceId, parentSpanId]),
      ).toEqual([1, 2, 3].map(() => [outer?.traceId, outer?.spanId]));
    }
  });

  it('makes a request a part of the span', () => {
    const { http, of: spansOf } = setUp();
    const tracing = TestBed.inject(DistributedTracingService);
    let context: TraceContext | undefined;
    tracing
      .withSpan('open order', (span) => {
        context = span;
        return http.get('/orders/1', { context: inTrace(span) });
      })
      .subscribe();
    const sent = TestBed.inject(HttpTestingController).expectOne('/orders/1');
    sent.flush({});
    const [outer] = spansOf('open order');

    expect(context).toMatchObject({ spanId: outer?.spanId });
    expect(spansOf('GET')).toMatchObject([{ parentSpanId: outer?.spanId, status: 'ok' }]);
    expect(traceOnTheWire(sent.request)).toBe(outer?.traceId);
  });
});

function traceOnTheWire(request: HttpRequest<unknown>): string | undefined {
  return request.headers.get('traceparent')?.split('-')[1];
}
