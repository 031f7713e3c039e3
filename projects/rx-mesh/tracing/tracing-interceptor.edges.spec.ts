import {
  HttpClient,
  HttpContext,
  HttpEventType,
  HttpHeaders,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import type { TraceSpan } from './trace-span';
import { Tracer } from './tracer';
import { PARENT_TRACE, tracingInterceptor } from './tracing-interceptor';

const PAGE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

function setUp() {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([tracingInterceptor])),
      provideHttpClientTesting(),
    ],
  });
  const tracer = TestBed.inject(Tracer);
  const spans: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => spans.push(span));
  return {
    tracer,
    spans,
    http: TestBed.inject(HttpClient),
    server: TestBed.inject(HttpTestingController),
  };
}

describe(`${tracingInterceptor.name} at its edges`, () => {
  it('does not end with progress, but with the response', () => {
    const { http, server, tracer, spans } = setUp();
    const events: HttpEventType[] = [];
    http
      .post('/orders', 'body', {
        observe: 'events',
        reportDownloadProgress: true,
        reportUploadProgress: true,
        responseType: 'text',
      })
      .subscribe(({ type }) => events.push(type));
    const request = server.expectOne('/orders');
    request.event({ type: HttpEventType.UploadProgress, loaded: 1, total: 4 });
    request.event({ type: HttpEventType.DownloadProgress, loaded: 1, partialText: 'o' });

    expect([tracer.activeSpans().size, spans]).toEqual([1, []]);

    request.flush('ok');

    expect(spans).toMatchObject([{ operationName: 'POST', status: 'ok' }]);
    expect(events).toEqual([
      HttpEventType.Sent,
      HttpEventType.UploadProgress,
      HttpEventType.DownloadProgress,
      HttpEventType.Response,
    ]);
  });

  it('sends a JSONP request as it is, since Angular refuses one with headers', () => {
    const { http, server, spans } = setUp();
    http.request('JSONP', '/orders?callback=JSONP_CALLBACK').subscribe();
    const sent = server.expectOne('/orders?callback=JSONP_CALLBACK');
    sent.flush({});

    expect(sent.request.headers.keys()).toEqual([]);
    expect(spans).toMatchObject([{ operationName: 'HTTP', status: 'ok' }]);
  });

  it('takes a null parent for none, so that the page is the parent', () => {
    const { http, server, tracer } = setUp();
    tracer.useTraceContext(PAGE);
    http.get('/orders', { context: new HttpContext().set(PARENT_TRACE, null) }).subscribe();

    expect(server.expectOne('/orders').request.headers.get('traceparent')).toBe(
      `00-${PAGE.traceId}-0000000000000001-01`,
    );
  });

  it('reads headers of its own in whatever case, and several of one name', () => {
    const { http, server, spans } = setUp();
    const headers = new HttpHeaders()
      .set('TraceParent', `00-${PAGE.traceId}-${PAGE.spanId}-00`)
      .append('TraceState', 'rojo=1')
      .append('tracestate', 'congo=2');
    http.get('/orders', { headers }).subscribe();
    server.expectOne('/orders').flush({});

    // It says that the trace is not recorded.
    expect(spans).toEqual([]);

    http
      .get('/orders', {
        headers: headers.set('traceparent', `00-${PAGE.traceId}-${PAGE.spanId}-01`),
      })
      .subscribe();
    server.expectOne('/orders').flush({});

    expect(spans).toMatchObject([{ parentSpanId: PAGE.spanId, traceState: 'rojo=1,congo=2' }]);
  });
});
