import {
  HTTP_INTERCEPTORS,
  HttpClient,
  HttpContext,
  HttpErrorResponse,
  type HttpFeature,
  type HttpFeatureKind,
  HttpHeaders,
  type HttpInterceptorFn,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
  withInterceptorsFromDi,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { EMPTY, NEVER, Observable, of, retry, take, timeout } from 'rxjs';
import type { TraceSpan } from './trace-span';
import { Tracer } from './tracer';
import {
  PARENT_TRACE,
  SKIP_TRACING,
  TracingInterceptor,
  URL_TEMPLATE,
  tracingInterceptor,
} from './tracing-interceptor';
import { withTracing } from './with-tracing';

type Feature = HttpFeature<HttpFeatureKind>;

const asFunction: Feature[] = [withInterceptors([tracingInterceptor])];
const inner = (next: HttpInterceptorFn): Feature[] => [
  withInterceptors([tracingInterceptor, next]),
];

function setUp(features: Feature[], ...providers: unknown[]) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(...features),
      provideHttpClientTesting(),
      providers,
    ],
  });
  const tracer = TestBed.inject(Tracer);
  const spans: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => spans.push(span));
  return {
    spans,
    tracer,
    active: () => tracer.activeSpans().size,
    statuses: () => spans.map(({ status, tags }) => [status, tags['error.type']].join(' ')),
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpClient),
    server: TestBed.inject(HttpTestingController),
  };
}

const ignored = { error: () => undefined };
const failed = (status: number, error: unknown) => new HttpErrorResponse({ status, error });
const id = (count: number, digits = 16) => String(count).padStart(digits, '0');

describe.each([
  ['tracingInterceptor', () => setUp(asFunction)],
  [
    'TracingInterceptor',
    () =>
      setUp([withInterceptorsFromDi()], {
        provide: HTTP_INTERCEPTORS,
        useExisting: TracingInterceptor,
        multi: true,
      }),
  ],
])('%s', (_, start) => {
  it('gives a request a span and tells the server of it', () => {
    const { http, server, clock, spans, active } = start();
    const seen: unknown[] = [];
    const context = new HttpContext().set(URL_TEMPLATE, '/orders/:id');
    http.get('/orders/7?page=2', { context }).subscribe((body) => seen.push(body, spans.length));
    clock.advance(250);
    const sent = server.expectOne('/orders/7?page=2');

    expect(sent.request.headers.get('traceparent')).toBe(`00-${id(1, 32)}-${id(1)}-03`);
    expect(sent.request.headers.keys()).not.toContain('tracestate');
    expect(active()).toBe(1);

    sent.flush('ok');

    // It ends before the subscriber hears of it.
    expect(seen).toEqual(['ok', 1]);
    expect(active()).toBe(0);
    expect(spans).toEqual([
      expect.objectContaining({
        operationName: 'GET /orders/:id',
        kind: 'client',
        duration: 250,
        status: 'ok',
        tags: {
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          'server.address': 'localhost',
          'server.port': 80,
          'url.full': 'http://localhost/orders/7?page=2',
          'url.template': '/orders/:id',
        },
      }),
    ]);
  });

  it('tells of a failure by its status, and never its message', () => {
    const { http, server, spans } = start();
    const errors: unknown[] = [];
    http.post('/orders', {}).subscribe({ error: (error: unknown) => errors.push(error) });
    server.expectOne('/orders').flush('no', { status: 503, statusText: 'a secret text' });

    expect(errors).toEqual([expect.objectContaining({ status: 503 })]);
    expect(spans).toMatchObject([{ operationName: 'POST', status: 'error' }]);
    expect(spans[0]?.tags).toMatchObject({
      'error.type': '503',
      'http.response.status_code': 503,
    });
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('has no status for a request that reached nobody', () => {
    const { http, server, statuses, spans } = start();
    http.get('/orders').subscribe(ignored);
    server.expectOne('/orders').error(new ProgressEvent('error'));

    expect(statuses()).toEqual(['error NetworkError']);
    expect(spans[0]?.tags).not.toHaveProperty('http.response.status_code');
  });

  it('ends the span of a request that is aborted, as no error', () => {
    const { http, server, spans, active } = start();
    const subscription = http.get('/orders').subscribe();
    const sent = server.expectOne('/orders');
    subscription.unsubscribe();
    subscription.unsubscribe();

    expect([sent.cancelled, active()]).toEqual([true, 0]);
    expect(spans).toMatchObject([{ status: 'cancelled', tags: { 'rx_mesh.cancelled': true } }]);
    expect(spans[0]?.tags).not.toHaveProperty('error.type');
  });

  it('gives each attempt of a retried request a span of its own', () => {
    const { http, server, statuses, spans } = start();
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    http
      .get('/orders', { context: new HttpContext().set(PARENT_TRACE, parent) })
      .pipe(retry(1))
      .subscribe();
    const headers: unknown[] = [];
    for (const status of [500, 200]) {
      const sent = server.expectOne('/orders');
      headers.push(sent.request.headers.get('traceparent'));
      sent.flush('', { status, statusText: '' });
    }

    expect(statuses()).toEqual(['error 500', 'ok ']);
    expect(headers).toEqual([1, 2].map((n) => `00-${parent.traceId}-${id(n)}-01`));
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([parent.spanId, parent.spanId]);
  });
});

describe(tracingInterceptor.name, () => {
  it('gives each attempt a span when an outer interceptor subscribes again', () => {
    const again: HttpInterceptorFn = (request, next) => next(request).pipe(retry(1));
    const { http, server, statuses, active, spans } = setUp([
      withInterceptors([again, tracingInterceptor]),
    ]);
    http.get('/orders').subscribe();
    const first = server.expectOne('/orders');
    first.flush('', { status: 500, statusText: '' });
    const second = server.expectOne('/orders');

    expect(active()).toBe(1);
    expect(second.request.headers.get('traceparent')).not.toBe(
      first.request.headers.get('traceparent'),
    );

    second.flush('ok');

    expect(statuses()).toEqual(['error 500', 'ok ']);
    expect(spans.map(({ tags }) => tags['http.request.resend_count'])).toEqual([undefined, 1]);
    expect(active()).toBe(0);
  });

  it('makes one trace of requests inside of a span, and keeps two flows apart', () => {
    const { http, server, tracer, spans } = setUp(asFunction);
    for (const name of ['one', 'two']) {
      const outer = tracer.startSpan(name);
      const context = new HttpContext().set(PARENT_TRACE, tracer.contextOf(outer));
      http.get('/a', { context }).subscribe();
      http.get('/b', { context }).subscribe(() => tracer.end(outer.spanId));
    }
    // The answers come in no order.
    for (const url of ['/b', '/a']) server.match(url).forEach((sent) => sent.flush('ok'));
    const [one, two] = spans.filter(({ kind }) => kind === 'internal');

    for (const outer of [one, two]) {
      const children = spans.filter(({ parentSpanId }) => parentSpanId === outer?.spanId);
      expect(children.map(({ traceId }) => traceId)).toEqual([outer?.traceId, outer?.traceId]);
    }
    expect(one?.traceId).not.toBe(two?.traceId);
  });

  it('joins the trace of the page where no parent is given', () => {
    const { http, server, tracer, spans } = setUp(asFunction);
    tracer.useTraceContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
    http.get('/orders').subscribe();
    server.expectOne('/orders').flush('ok');

    expect(spans).toMatchObject([{ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) }]);
  });

  it('fails the span when what is next throws at once', () => {
    const { http, statuses, active } = setUp(
      inner(() => {
        throw new TypeError('a bug');
      }),
    );
    const errors: unknown[] = [];
    http.get('/orders').subscribe({ error: (error: unknown) => errors.push(error) });

    expect(errors).toEqual([new TypeError('a bug')]);
    expect([statuses(), active()]).toEqual([['error TypeError'], 0]);
  });

  it.each<[string, Observable<HttpResponse<unknown>>, string, unknown]>([
    ['a status that is no success', of(ok(404)), 'error 404', 404],
    ['an answer that was cached', of(ok(304)), 'ok ', 304],
    ['an end without an answer', EMPTY, 'ok ', undefined],
    ['an answer after the answer', of(ok(), ok(500)), 'ok ', 200],
    ['an error after the answer', withErrorAfter(ok()), 'ok ', 200],
    ['a status of nobody', of(ok(0)), 'ok ', undefined],
  ])('ends once with %s', (_, answer, expected, code) => {
    const { http, statuses, spans } = setUp(inner(() => answer));
    http.get('/orders').subscribe(ignored);

    expect(statuses()).toEqual([expected]);
    expect(spans[0]?.tags['http.response.status_code']).toBe(code);
  });

  it.each<[string, unknown, string]>([
    ['no connection', failed(0, new TypeError('Failed to fetch')), 'error NetworkError'],
    ['a time-out', failed(0, new DOMException('late', 'TimeoutError')), 'timeout TimeoutError'],
    ['an abort from outside', failed(0, new DOMException('', 'AbortError')), 'error AbortError'],
    ['a body that is none', failed(200, { error: new SyntaxError() }), 'error ParseError'],
    ['something that is no error', 'user 42 was refused', 'error _OTHER'],
    ['nothing', undefined, 'error _OTHER'],
  ])('tells of %s what kind it was', (_, error, expected) => {
    const { http, statuses, active } = setUp(
      inner(() => new Observable((subscriber) => subscriber.error(error))),
    );
    http.get('/orders').subscribe(ignored);

    expect([statuses(), active()]).toEqual([[expected], 0]);
  });

  it('knows a time-out that RxJS makes further in', () => {
    const { http, server, clock, statuses } = setUp(
      inner((request, next) => {
        const { scheduler } = TestBed.inject(ManualClock);
        return next(request).pipe(timeout({ each: 500, scheduler }));
      }),
    );
    http.get('/orders').subscribe(ignored);
    const sent = server.expectOne('/orders');
    clock.advance(500);

    expect([statuses(), sent.cancelled]).toEqual([['timeout TimeoutError'], true]);
  });

  it('takes one event of several and leaves for cancelled, unless it was the answer', () => {
    const { http, server, statuses } = setUp(asFunction);
    http.get('/orders', { observe: 'events' }).pipe(take(1)).subscribe();
    http.get('/orders', { observe: 'response' }).pipe(take(1)).subscribe();
    server.match('/orders')[1]?.flush('ok');

    expect(statuses()).toEqual(['cancelled ', 'ok ']);
  });

  it('does nothing before somebody subscribes', () => {
    const { http, active, spans } = setUp(asFunction);
    http.get('/orders');

    expect([active(), spans]).toEqual([0, []]);
  });

  it('traces nothing that is to be skipped', () => {
    const { http, server, spans } = setUp(asFunction);
    http.get('/push', { context: new HttpContext().set(SKIP_TRACING, true) }).subscribe();
    const sent = server.expectOne('/push');
    sent.flush('ok');

    expect([sent.request.headers.keys(), spans]).toEqual([[], []]);
  });

  it('tells the server that a trace is not recorded, and records nothing', () => {
    const { http, server, spans, active } = setUp(
      asFunction,
      withTracing({ sampleRatio: 0 }).ɵproviders,
    );
    http.get('/orders').subscribe();
    const sent = server.expectOne('/orders');

    expect(sent.request.headers.get('traceparent')).toBe(`00-${id(1, 32)}-${id(1)}-02`);
    expect(active()).toBe(0);

    sent.flush('ok');

    expect(spans).toEqual([]);
  });

  it('names spans by methods that are known', () => {
    const { http, server, spans } = setUp(asFunction);
    const context = new HttpContext().set(URL_TEMPLATE, '/a');
    http.request('QUERY', '/a').subscribe();
    http.request('HACK-1', '/a', { context }).subscribe();
    server.match('/a').forEach((sent) => sent.flush('ok'));

    expect(spans.map(({ operationName }) => operationName)).toEqual(['QUERY', 'HTTP /a']);
    expect(spans[1]?.tags).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'HACK-1',
    });
  });

  it.each([
    ['orders', { page: '1' }, 'http://localhost/orders?page=1', 'localhost', 80],
    ['https://api.example/', {}, 'https://api.example/', 'api.example', 443],
    ['http://api.example:8080', {}, 'http://api.example:8080/', 'api.example', 8080],
    [
      'https://jo:pw@a.example/#end',
      { sig: 'secret' },
      'https://REDACTED:REDACTED@a.example/?sig=REDACTED',
      'a.example',
      443,
    ],
    ['data:text/plain,a/secret', {}, 'data:', undefined, undefined],
    ['blob:http://localhost/1f0d', {}, 'blob:', undefined, undefined],
    ['http://', {}, undefined, undefined, undefined],
  ])('tells where %s goes, without secrets', (url, params, full, address, port) => {
    const { http, spans } = setUp(inner(() => of(ok())));
    http.get(url, { params }).subscribe();
    const tags = spans[0]?.tags ?? {};

    expect([tags['url.full'], tags['server.address'], tags['server.port']]).toEqual([
      full,
      address,
      port,
    ]);
  });

  it('does not make an effect that sends depend on what is read on the way', () => {
    const token = signal('one');
    const sent: unknown[] = [];
    const { http } = setUp(
      inner((request) => {
        const headers = new HttpHeaders({ token: token() });
        sent.push(request.clone({ headers }).headers.get('token'));
        return of(ok());
      }),
    );
    TestBed.runInInjectionContext(() => effect(() => void http.get('/orders').subscribe()));
    TestBed.tick();
    token.set('two');
    TestBed.tick();

    expect(sent).toEqual(['one']);
  });

  it('holds no more spans than it may, when requests hang', () => {
    const { http, active } = setUp(
      inner(() => NEVER),
      withTracing({ maxActiveSpans: 5 }).ɵproviders,
    );
    for (let i = 0; i < 20; i++) http.get('/orders').subscribe();

    expect(active()).toBe(5);
  });
});

function ok(status = 200): HttpResponse<unknown> {
  return new HttpResponse({ status });
}

function withErrorAfter(answer: HttpResponse<unknown>): Observable<HttpResponse<unknown>> {
  return new Observable((subscriber) => {
    subscriber.next(answer);
    subscriber.error(new Error('late'));
  });
}
