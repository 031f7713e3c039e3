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
import { DOCUMENT, effect, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { EMPTY, NEVER, Observable, of, retry, take, timeout } from 'rxjs';
import {
  MetricsInterceptor,
  ROUTE_TEMPLATE,
  SKIP_METRICS,
  metricsInterceptor,
} from './metrics-interceptor';
import { MetricsService } from './metrics-service';

type Feature = HttpFeature<HttpFeatureKind>;

const asFunction: Feature[] = [withInterceptors([metricsInterceptor])];
const inner = (next: HttpInterceptorFn): Feature[] => [
  withInterceptors([metricsInterceptor, next]),
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
  const metrics = TestBed.inject(MetricsService);
  const series = (name: string) => metrics.collect().filter((one) => one.name === name);
  return {
    metrics,
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpClient),
    server: TestBed.inject(HttpTestingController),
    durations: () => series('http.client.request.duration'),
    outcomes: () => series('http.client.request.duration').map(({ tags }) => outcome(tags)),
    active: () => series('http.client.active_requests').map(({ value }) => value),
  };
}

const outcome = (tags: Readonly<Record<string, string>>) =>
  [tags['http.response.status_code'], tags['error.type'], tags['rx_mesh.cancelled']].join(' ');
const ignored = { error: () => undefined };
const own = { 'server.address': 'localhost', 'server.port': '80' };

describe.each([
  ['metricsInterceptor', () => setUp(asFunction)],
  [
    'MetricsInterceptor',
    () =>
      setUp([withInterceptorsFromDi()], {
        provide: HTTP_INTERCEPTORS,
        useExisting: MetricsInterceptor,
        multi: true,
      }),
  ],
])('%s', (_, start) => {
  it('measures a request that succeeds, in seconds', () => {
    const { http, server, clock, durations, active } = start();
    const seen: unknown[] = [];
    http.get('/api/orders/42?page=2').subscribe((body) => seen.push(body, durations().length));
    clock.advance(250);

    expect([durations(), active()]).toEqual([[], [1]]);

    server.expectOne('/api/orders/42?page=2').flush('ok');

    // It is recorded before the subscriber hears of it.
    expect(seen).toEqual(['ok', 1]);
    expect(active()).toEqual([0]);
    expect(durations()).toEqual([
      expect.objectContaining({
        type: 'histogram',
        unit: 's',
        count: 1,
        sum: 0.25,
        tags: {
          'http.request.method': 'GET',
          'http.response.status_code': '200',
          'url.template': '/api/orders/:id',
          ...own,
        },
      }),
    ]);
  });

  it('measures a request that fails, with its status', () => {
    const { http, server, clock, durations, active } = start();
    const errors: unknown[] = [];
    http.post('/orders', {}).subscribe({ error: (error: unknown) => errors.push(error) });
    clock.advance(1000);
    server.expectOne('/orders').flush('no', { status: 503, statusText: 'a secret text' });

    expect(errors).toEqual([expect.objectContaining({ status: 503 })]);
    expect(active()).toEqual([0]);
    expect(durations()).toEqual([
      expect.objectContaining({
        count: 1,
        sum: 1,
        tags: {
          'error.type': '503',
          'http.request.method': 'POST',
          'http.response.status_code': '503',
          'url.template': '/orders',
          ...own,
        },
      }),
    ]);
  });

  it('measures a request that is aborted, as no error', () => {
    const { http, server, clock, durations, active } = start();
    const subscription = http.get('/orders').subscribe();
    const request = server.expectOne('/orders');
    clock.advance(40);
    subscription.unsubscribe();
    subscription.unsubscribe();

    expect(request.cancelled).toBe(true);
    expect(active()).toEqual([0]);
    expect(durations()).toEqual([
      expect.objectContaining({
        count: 1,
        sum: 0.04,
        tags: {
          'http.request.method': 'GET',
          'rx_mesh.cancelled': 'true',
          'url.template': '/orders',
          ...own,
        },
      }),
    ]);
  });

  it('measures each attempt of a retried request', () => {
    const { http, server, clock, outcomes, active, durations } = start();
    const seen: unknown[] = [];
    http
      .get('/orders')
      .pipe(retry(2))
      .subscribe((body) => seen.push(body));
    clock.advance(10);
    server.expectOne('/orders').flush('', { status: 500, statusText: '' });
    clock.advance(20);
    server.expectOne('/orders').error(new ProgressEvent('error'));
    clock.advance(30);
    server.expectOne('/orders').flush('ok');

    expect(seen).toEqual(['ok']);
    expect(outcomes()).toEqual(['500 500 ', ' NetworkError ', '200  ']);
    expect(durations().map(({ sum }) => sum)).toEqual([0.01, 0.02, 0.03]);
    expect(active()).toEqual([0]);
  });
});

describe(metricsInterceptor.name, () => {
  it('measures once a subscription when an outer interceptor subscribes again', () => {
    const again: HttpInterceptorFn = (request, next) => next(request).pipe(retry(1));
    const { http, server, outcomes, active, durations } = setUp([
      withInterceptors([again, metricsInterceptor]),
    ]);
    http.get('/orders').subscribe();
    server.expectOne('/orders').flush('', { status: 500, statusText: '' });

    expect(active()).toEqual([1]);

    server.expectOne('/orders').flush('ok');

    expect(outcomes()).toEqual(['500 500 ', '200  ']);
    expect(durations().map(({ tags }) => tags['http.request.resend_count'])).toEqual([
      undefined,
      '1',
    ]);
    expect(active()).toEqual([0]);
  });

  it('comes back to none when what is next throws at once', () => {
    const { http, outcomes, active } = setUp(
      inner(() => {
        throw new TypeError('a secret text');
      }),
    );
    const errors: unknown[] = [];
    http.get('/orders').subscribe({ error: (error: unknown) => errors.push(error) });

    expect(errors).toEqual([new TypeError('a secret text')]);
    expect([outcomes(), active()]).toEqual([[' TypeError '], [0]]);
  });

  it.each<[string, Observable<HttpResponse<unknown>>, string]>([
    ['a status that is no success', of(new HttpResponse({ status: 404 })), '404 404 '],
    ['an answer that was cached', of(new HttpResponse({ status: 304 })), '304  '],
    ['an end without an answer', EMPTY, '  '],
    ['an answer after the answer', of(ok(), ok()), '200  '],
    ['a number that is no status', of(new HttpResponse({ status: 7 })), '  '],
  ])('measures %s once', (_, answer, expected) => {
    const { http, outcomes, active, durations } = setUp(inner(() => answer));
    http.get('/orders').subscribe();

    expect(outcomes()).toEqual([expected]);
    expect([durations()[0]?.count, active()]).toEqual([1, [0]]);
  });

  it.each<[string, unknown, string]>([
    ['no connection', failed(0, new TypeError('Failed to fetch')), ' NetworkError '],
    ['a time-out', failed(0, new DOMException('late', 'TimeoutError')), ' TimeoutError '],
    ['an abort from outside', failed(0, new DOMException('', 'AbortError')), ' AbortError '],
    ['a body that is none', failed(200, { error: new SyntaxError() }), '200 ParseError '],
    ['a redirect', failed(302, null), '302 302 '],
    ['an error of rx-mesh', new InvalidOptionError('o', 1, 'two'), ' RXM101 '],
    ['a name of many words', named('user 42 was refused'), ' _OTHER '],
    ['something that is no error', 'user 42 was refused', ' _OTHER '],
    ['nothing', undefined, ' _OTHER '],
  ])('says of %s what kind it was', (_, error, expected) => {
    const { http, outcomes, active } = setUp(
      inner(() => new Observable((subscriber) => subscriber.error(error))),
    );
    http.get('/orders').subscribe(ignored);

    expect([outcomes(), active()]).toEqual([[expected], [0]]);
  });

  it('names a time-out that RxJS makes further in', () => {
    const { http, server, clock, outcomes } = setUp(
      inner((request, next) => {
        const { scheduler } = TestBed.inject(ManualClock);
        return next(request).pipe(timeout({ each: 500, scheduler }));
      }),
    );
    http.get('/orders').subscribe(ignored);
    const request = server.expectOne('/orders');
    clock.advance(500);

    expect([outcomes(), request.cancelled]).toEqual([[' TimeoutError '], true]);
  });

  it('takes one event of several and leaves for cancelled, unless it was the answer', () => {
    const { http, server, outcomes } = setUp(asFunction);
    http.get('/orders', { observe: 'events' }).pipe(take(1)).subscribe();
    http.get('/orders', { observe: 'response' }).pipe(take(1)).subscribe();
    server.match('/orders')[1]?.flush('ok');

    expect(outcomes()).toEqual(['  true', '200  ']);
  });

  it('measures nothing that is to be skipped', () => {
    const { http, server, metrics } = setUp(asFunction);
    http.get('/push', { context: new HttpContext().set(SKIP_METRICS, true) }).subscribe();
    server.expectOne('/push').flush('ok');

    expect(metrics.collect()).toEqual([]);
  });

  it('prefers the template that it is given', () => {
    const { http, server, durations } = setUp(asFunction);
    const context = new HttpContext().set(ROUTE_TEMPLATE, '/stock/:sku');
    http.get('/stock/mug', { context, params: { page: 1 } }).subscribe();
    server.expectOne('/stock/mug?page=1').flush('ok');

    expect(durations()[0]?.tags['url.template']).toBe('/stock/:sku');
  });

  it('knows the usual methods only', () => {
    const { http, server, durations } = setUp(asFunction);
    for (const method of ['get', 'QUERY', 'HACK-1', 'HACK-2'])
      http.request(method, '/').subscribe();
    for (const request of server.match('/')) request.flush('ok');

    expect(durations().map(({ tags, count }) => [tags['http.request.method'], count])).toEqual([
      ['GET', 1],
      ['QUERY', 1],
      ['_OTHER', 2],
    ]);
  });

  it.each([
    ['orders/7', '/orders/:id', 'localhost', '80'],
    ['https://api.example/orders/7', '/orders/:id', 'api.example', '443'],
    ['http://api.example:8080/', '/', 'api.example', '8080'],
    ['//api.example/a b', '/:id', 'api.example', '80'],
    ['https://user:secret@api.example', '/', 'api.example', '443'],
    ['app://local/orders', '/orders', 'local', undefined],
    ['data:text/plain,a/secret', 'data:', undefined, undefined],
    ['http://', '/', undefined, undefined],
  ])('tells of %p route and server', (url, template, address, port) => {
    const { http, durations } = setUp(inner(() => of(ok())));
    http.get(url).subscribe();
    const tags = durations()[0]?.tags ?? {};

    expect([tags['url.template'], tags['server.address'], tags['server.port']]).toEqual([
      template,
      address,
      port,
    ]);
  });

  it('has a route but no server where the page has no address', () => {
    const detached = { location: null, body: document.body, head: document.head };
    const { http, durations } = setUp(
      inner(() => of(ok())),
      {
        provide: DOCUMENT,
        useValue: detached,
      },
    );
    http.get('/orders/7?a=b').subscribe();

    expect(durations()[0]?.tags).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': '200',
      'url.template': '/orders/:id',
    });
  });

  it('counts what is under way for each server, and comes back after a reset', () => {
    const { http, metrics, active } = setUp(inner(() => NEVER));
    const subscriptions = ['/a', '/a', 'http://b.example/a'].map((url) =>
      http.get(url).subscribe(),
    );

    expect(active()).toEqual([2, 1]);

    metrics.reset();
    for (const subscription of subscriptions) subscription.unsubscribe();

    expect(active()).toEqual([]);
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual([]);
  });

  it('does not make an effect that sends depend on what is read on the way', () => {
    const token = signal('one');
    const sent: unknown[] = [];
    const { http } = setUp(
      inner((request) => {
        sent.push(
          request.clone({ headers: new HttpHeaders({ token: token() }) }).headers.get('token'),
        );
        return of(ok());
      }),
    );
    TestBed.runInInjectionContext(() => effect(() => void http.get('/orders').subscribe()));
    TestBed.tick();
    token.set('two');
    TestBed.tick();

    expect(sent).toEqual(['one']);
  });

  it('needs neither options nor other providers of rx-mesh', () => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(...asFunction), provideHttpClientTesting()],
    });
    TestBed.inject(HttpClient).get('/orders').subscribe();
    TestBed.inject(HttpTestingController).expectOne('/orders').flush('ok');

    expect(TestBed.inject(MetricsService).quantile('http.client.request.duration', 1)).toBeLessThan(
      60,
    );
  });
});

function ok(): HttpResponse<unknown> {
  return new HttpResponse({ status: 200 });
}

function failed(status: number, error: unknown): HttpErrorResponse {
  return new HttpErrorResponse({ status, error });
}

function named(name: string): Error {
  return Object.assign(new Error(), { name });
}
