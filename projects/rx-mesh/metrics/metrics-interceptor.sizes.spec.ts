import {
  HttpClient,
  HttpErrorResponse,
  HttpHeaders,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, type Observable, of, throwError } from 'rxjs';
import { metricsInterceptor } from './metrics-interceptor';
import { MetricsService } from './metrics-service';

const DURATION = 'http.client.request.duration';
const SENT = 'http.client.request.body.size';
const GOT = 'http.client.response.body.size';

function setUp(answer: () => Observable<HttpResponse<unknown>>) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([metricsInterceptor, answer])),
    ],
  });
  const metrics = TestBed.inject(MetricsService);
  return {
    metrics,
    http: TestBed.inject(HttpClient),
    clock: TestBed.inject(ManualClock),
    named: (name: string) => metrics.collect().filter((one) => one.name === name),
  };
}

const ok = (length?: string) => () =>
  of(
    new HttpResponse({
      status: 200,
      headers: new HttpHeaders(length === undefined ? {} : { 'Content-Length': length }),
    }),
  );
const ignored = { error: () => undefined };

describe('metricsInterceptor, of the size of bodies', () => {
  it.each<[string, unknown, number[]]>([
    ['a text, in bytes of UTF-8', 'Grüße', [7]],
    ['an empty text', '', [0]],
    ['a Blob', new Blob(['12345']), [5]],
    ['an ArrayBuffer', new ArrayBuffer(3), [3]],
    ['an object, which is made a text later', { a: 1 }, []],
    ['a form', new FormData(), []],
    ['nothing', null, []],
  ])('knows what is sent of %s', (_, body, sums) => {
    const { http, named } = setUp(ok());
    http.post('/orders', body).subscribe();

    expect(named(SENT).map(({ sum }) => sum)).toEqual(sums);
    expect(named(GOT)).toEqual([]);
  });

  it('has the tags of the duration, in bytes', () => {
    const { http, named } = setUp(ok('1234'));
    http.put('/orders/7', 'new').subscribe();

    const tags = named(DURATION)[0]?.tags;
    expect(tags).toMatchObject({ 'http.request.method': 'PUT', 'url.template': '/orders/:id' });
    expect(named(SENT)).toMatchObject([{ type: 'histogram', unit: 'By', sum: 3, tags }]);
    expect(named(GOT)).toMatchObject([{ type: 'histogram', unit: 'By', sum: 1234, tags }]);
  });

  it.each(['', '-1', '12, 12', '1e3', '0x10', '9'.repeat(16)])(
    'takes no %p for a length',
    (length) => {
      const { http, named } = setUp(ok(length));
      http.get('/orders').subscribe();

      expect(named(GOT)).toEqual([]);
    },
  );

  it('takes a length of an error, but not of an answer to HEAD or of one that never came', () => {
    const headers = new HttpHeaders({ 'Content-Length': '10' });
    const failed = setUp(() => throwError(() => new HttpErrorResponse({ status: 500, headers })));
    failed.http.get('/orders').subscribe(ignored);

    expect(failed.named(GOT)).toMatchObject([{ sum: 10, tags: { 'error.type': '500' } }]);

    TestBed.resetTestingModule();
    const head = setUp(ok('10'));
    head.http.head('/orders').subscribe();

    expect(head.named(GOT)).toEqual([]);

    TestBed.resetTestingModule();
    const left = setUp(() => NEVER);
    left.http.post('/orders', 'four').subscribe().unsubscribe();

    expect(left.named(GOT)).toEqual([]);
    expect(left.named(SENT)).toMatchObject([{ sum: 4, tags: { 'rx_mesh.cancelled': 'true' } }]);
  });
});

describe('metricsInterceptor, of the duration', () => {
  it('has the buckets of the semantic conventions', () => {
    const { http, named } = setUp(ok());
    http.get('/orders').subscribe();

    expect(named(DURATION)[0]?.description).toBe('Duration of HTTP client requests.');
    expect(named(DURATION)[0]?.buckets?.map(({ upTo }) => upTo)).toEqual([
      0.005,
      0.01,
      0.025,
      0.05,
      0.075,
      0.1,
      0.25,
      0.5,
      0.75,
      1,
      2.5,
      5,
      7.5,
      10,
      Infinity,
    ]);
  });

  it('goes on with what the application defined before, whatever that is', () => {
    const { http, metrics, named } = setUp(ok('1'));
    metrics.histogram(DURATION, { unit: 's', buckets: [1] });
    metrics.counter(GOT);
    const statuses: number[] = [];
    http.get('/a', { observe: 'response' }).subscribe(({ status }) => statuses.push(status));

    expect(statuses).toEqual([200]);
    expect(named(DURATION)[0]?.buckets).toEqual([
      { upTo: 1, count: 1 },
      { upTo: Infinity, count: 1 },
    ]);
    expect(metrics.rejected).toBe(1);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM852']);
  });
});

describe('metricsInterceptor, of exemplars', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const spanId = '00f067aa0ba902b7';

  it('makes one of a request whose trace is kept', () => {
    const { http, named, clock } = setUp(ok('5'));
    const headers = { traceparent: `00-${traceId}-${spanId}-03` };
    http.post('/orders', 'body', { headers }).subscribe();

    const timestamp = new Date(clock.now());
    const of = (value: number) => [{ value, traceId, spanId, timestamp }];
    expect(named(DURATION)[0]?.exemplars).toEqual(of(0));
    expect(named(SENT)[0]?.exemplars).toEqual(of(4));
    expect(named(GOT)[0]?.exemplars).toEqual(of(5));
  });

  it.each([
    `00-${traceId}-${spanId}-00`,
    `00-${traceId}-${spanId}-fe`,
    `01-${traceId}-${spanId}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-0x`,
    '',
  ])('makes none of %p', (traceparent) => {
    const { http, named } = setUp(ok());
    http.get('/orders', { headers: { traceparent } }).subscribe();

    expect(named(DURATION)).toMatchObject([{ count: 1 }]);
    expect(named(DURATION)[0]).not.toHaveProperty('exemplars');
  });
});
