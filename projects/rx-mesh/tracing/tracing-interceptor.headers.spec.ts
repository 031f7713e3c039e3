import {
  HttpClient,
  HttpContext,
  type HttpInterceptorFn,
  type HttpRequest,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { of } from 'rxjs';
import { compositePropagator } from './propagation/composite-propagator';
import { PROPAGATOR, type Propagator } from './propagation/propagator';
import { baggagePropagator } from './propagation/w3c-baggage';
import { w3cPropagator } from './propagation/w3c-propagator';
import type { TraceSpan } from './trace-span';
import { Tracer } from './tracer';
import { PARENT_TRACE, tracingInterceptor } from './tracing-interceptor';
import { withTracing } from './with-tracing';

const TRACE = 'a'.repeat(32);
const SPAN = 'b'.repeat(16);
const SOUND = `00-${TRACE}-${SPAN}-01`;

function setUp(allowedOrigins: string[] = [], ...providers: unknown[]) {
  const sent: HttpRequest<unknown>[] = [];
  const answering: HttpInterceptorFn = (request) => {
    sent.push(request);
    return of(new HttpResponse({ status: 200 }));
  };
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([tracingInterceptor, answering])),
      ...withTracing({ allowedOrigins }).ɵproviders,
      providers,
    ],
  });
  const tracer = TestBed.inject(Tracer);
  const spans: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => spans.push(span));
  return {
    sent,
    spans,
    tracer,
    http: TestBed.inject(HttpClient),
    headers: () => sent.map(({ headers }) => headers.get('traceparent')),
    diagnostics: TestBed.inject(RecordingDiagnostics),
  };
}

const page = (href: string, baseURI = href) => ({
  provide: DOCUMENT,
  useValue: { location: { href }, baseURI, body: document.body, head: document.head },
});

describe(`headers of ${tracingInterceptor.name}`, () => {
  it.each([
    'orders',
    '/orders',
    '?page=2',
    'http://localhost/orders',
    'HTTP://LOCALHOST:80/orders',
    '//localhost/orders',
    'https://api.example/orders',
    'https://api.example:443/orders',
    '//localhost:8080/orders',
  ])('go to %s', (url) => {
    const { http, headers } = setUp(['https://api.example', 'http://localhost:8080']);
    http.get(url).subscribe();

    expect(headers()).toEqual([expect.stringMatching(/^00-\d{32}-\d{16}-03$/)]);
  });

  it.each([
    'https://localhost/orders',
    'http://localhost:81/orders',
    'http://api.example/orders',
    'https://api.example:8443/orders',
    'https://evil.example/orders',
    'https://api.example.evil.example/orders',
    'https://api.example@evil.example/orders',
    'https://sub.api.example/orders',
    '//evil.example/https://api.example',
    '\\\\evil.example/orders',
    'blob:http://localhost/1f0d',
    'blob:https://api.example/1f0d',
    'data:text/plain,a',
    'ftp://api.example/orders',
    'file:///orders',
    'http://',
  ])('do not go to %s, which is sent as it is and traced', (url) => {
    const { http, sent, headers, spans } = setUp(['https://api.example']);
    http.get(url).subscribe();

    expect(headers()).toEqual([null]);
    expect(sent[0]?.headers.keys()).toEqual([]);
    expect(spans).toHaveLength(1);
  });

  it('stay away where the base of the page leads elsewhere', () => {
    const { http, headers } = setUp([], page('http://localhost/', 'https://cdn.example/'));
    http.get('orders').subscribe();
    http.get('http://localhost/orders').subscribe();

    expect(headers()).toEqual([null, expect.any(String)]);
  });

  it.each(['about:blank', 'file:///index.html', 'data:text/html,a', ''])(
    'have no own origin on the page %p',
    (href) => {
      const { http, headers } = setUp(['https://api.example'], page(href, 'http://localhost/'));
      for (const url of ['/orders', 'file:///orders', 'data:,a', 'https://api.example/orders'])
        http.get(url).subscribe();

      expect(headers()).toEqual([null, null, null, expect.any(String)]);
    },
  );

  it('have no own origin where the page has no address', () => {
    const useValue = { location: null, baseURI: 'http://localhost/', body: document.body };
    const { http, headers } = setUp([], { provide: DOCUMENT, useValue });
    http.get('/orders').subscribe();

    expect(headers()).toEqual([null]);
  });

  it('leave the other headers of a request, and what was asked', () => {
    const { http, sent } = setUp();
    http
      .post('/orders', { a: 1 }, { headers: { accept: 'text/plain' }, params: { b: 2 } })
      .subscribe();

    expect(sent[0]?.headers.get('accept')).toBe('text/plain');
    expect([sent[0]?.body, sent[0]?.urlWithParams]).toEqual([{ a: 1 }, '/orders?b=2']);
  });

  it('leave JSONP alone, which cannot have any', () => {
    const { http, sent, spans } = setUp();
    http.request('JSONP', '/orders').subscribe();

    expect(sent[0]?.headers.keys()).toEqual([]);
    expect(spans).toMatchObject([{ operationName: 'HTTP', status: 'ok' }]);
  });

  it('say what the trace of a parent says', () => {
    const { http, sent } = setUp();
    const parent = { traceId: TRACE, spanId: SPAN, random: true, traceState: 'rojo=1' };
    http.get('/orders', { context: new HttpContext().set(PARENT_TRACE, parent) }).subscribe();

    expect(sent[0]?.headers.get('traceparent')).toBe(`00-${TRACE}-0000000000000001-03`);
    expect(sent[0]?.headers.get('tracestate')).toBe('rojo=1');
  });

  it.each(['/orders', 'https://evil.example/orders'])(
    'that are there already stay as they are, and the span to %s joins their trace',
    (url) => {
      const { http, sent, spans } = setUp();
      const context = new HttpContext().set(PARENT_TRACE, {
        traceId: 'c'.repeat(32),
        spanId: 'd'.repeat(16),
      });
      const headers = { TraceParent: SOUND, TraceState: ['a=1', 'b=2'] };
      http.get(url, { context, headers }).subscribe();

      expect(sent[0]?.headers.getAll('traceparent')).toEqual([SOUND]);
      expect(sent[0]?.headers.getAll('tracestate')).toEqual(['a=1', 'b=2']);
      expect(spans).toMatchObject([
        { traceId: TRACE, parentSpanId: SPAN, traceState: 'a=1,b=2', sampled: true },
      ]);
    },
  );

  it.each([
    ['malformed', { traceparent: 'nonsense' }],
    ['two', { traceparent: [SOUND, SOUND] }],
    ['half', { tracestate: 'rojo=1' }],
  ])(
    'that are there already but %s stay as well, and the span has its usual parent',
    (_, given) => {
      const { http, sent, spans } = setUp();
      const context = new HttpContext().set(PARENT_TRACE, { traceId: TRACE, spanId: SPAN });
      http.get('/orders', { context, headers: given }).subscribe();

      expect(sent[0]?.headers.keys()).toEqual(Object.keys(given));
      expect(spans).toMatchObject([{ traceId: TRACE, parentSpanId: SPAN }]);
    },
  );

  it('are those of another propagator, if there is one', () => {
    const other: Propagator = {
      fields: ['x-trace-id'],
      inject: ({ traceId }, set) => set('x-trace-id', traceId),
      extract: () => undefined,
    };
    const { http, sent, spans } = setUp([], { provide: PROPAGATOR, useValue: other });
    http.get('/orders').subscribe();
    http.get('/orders', { headers: { 'x-trace-id': 'mine' } }).subscribe();

    expect(sent.map(({ headers }) => headers.get('x-trace-id'))).toEqual([
      spans[0]?.traceId,
      'mine',
    ]);
  });

  it('join baggage of the request, which stays as it is', () => {
    const both = compositePropagator(w3cPropagator, baggagePropagator());
    const { http, sent, tracer } = setUp([], { provide: PROPAGATOR, useValue: both });
    tracer.useTraceContext({ traceId: TRACE, spanId: SPAN, baggage: { user: 'ours' } });
    http.get('/orders', { headers: { baggage: 'user=mine' } }).subscribe();

    expect(sent[0]?.headers.get('baggage')).toBe('user=mine');
    expect(sent[0]?.headers.get('traceparent')).toMatch(/^00-/);
  });

  it('are left out when a propagator throws, which breaks no request', () => {
    const bug = new Error('a bug');
    const fail = () => {
      throw bug;
    };
    const { http, sent, spans, diagnostics } = setUp([], {
      provide: PROPAGATOR,
      useValue: { fields: ['x-trace-id'], inject: fail, extract: fail },
    });
    http.get('/orders').subscribe();
    http.get('/orders', { headers: { 'x-trace-id': 'mine' } }).subscribe();

    expect(sent).toHaveLength(2);
    expect(spans.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(diagnostics.records).toEqual(
      Array(2).fill({
        code: 'RXM802',
        severity: 'error',
        source: 'tracing',
        message: 'PROPAGATOR threw: a request goes out as it was. Mend it.',
        cause: bug,
      }),
    );
  });
});
