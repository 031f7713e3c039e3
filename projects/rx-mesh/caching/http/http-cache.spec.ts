import {
  HttpClient,
  HttpErrorResponse,
  HttpEventType,
  HttpHeaders,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable, toArray } from 'rxjs';
import { FakeRemoteCache } from '../../spec-support/fake-remote-cache';
import { PageCache } from '../page-cache';
import { REMOTE_CACHE } from '../remote-cache';
import { type CachingSetup, withCaching } from '../with-caching';
import { cacheInterceptor } from './cache-interceptor';
import { HttpCache } from './http-cache';
import { HTTP_CACHING, cached, uncached } from './http-cache-options';

type Options = Parameters<HttpClient['get']>[1];

function setUp(...providers: (Provider | EnvironmentProviders)[]) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([cacheInterceptor])),
      provideHttpClientTesting(),
      ...providers,
    ],
  });
  const http = TestBed.inject(HttpClient);
  const server = TestBed.inject(HttpTestingController);
  const clock = TestBed.inject(ManualClock);
  const read = <T>(source$: Observable<T>) => {
    const seen: { values: T[]; error?: unknown; isDone: boolean } = { values: [], isDone: false };
    source$.subscribe({
      next: (value) => seen.values.push(value),
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.isDone = true),
    });
    return seen;
  };
  /** Asks, and lets the server answer if it is asked. */
  const ask = (
    url: string,
    body: unknown,
    headers: string | object = {},
    options: Options = {},
  ) => {
    const seen = read(http.get(url, options));
    const asked = server.match(() => true);
    const given = typeof headers === 'string' ? { 'Cache-Control': headers } : headers;
    asked.forEach((request) => request.flush(body as object, { headers: given as never }));
    return { ...seen, asked: asked.length, value: seen.values[0] };
  };
  return { http, server, read, ask, clock, local: TestBed.inject(PageCache).local };
}

/** With a second level. */
function setUpTwo(setup: CachingSetup = { scope: () => () => 'ann' }) {
  const bed = setUp(...withCaching(setup).ɵproviders, {
    provide: REMOTE_CACHE,
    useFactory: () => new FakeRemoteCache(TestBed.inject(ManualClock)),
  });
  return { ...bed, remote: TestBed.inject(REMOTE_CACHE) as FakeRemoteCache };
}

const withHeader = (name: string, value: string, more: Options = {}) => ({
  ...more,
  headers: new HttpHeaders({ [name]: value }),
});
const MODIFIED = { 'Last-Modified': 'Fri, 27 Nov 2026 07:00:00 GMT' };

describe(HttpCache.name, () => {
  afterEach(() => {
    TestBed.inject(HttpTestingController).verify();
  });

  it.each([
    ['that may be stale for a while', 'max-age=0, stale-while-revalidate=60, stale-if-error=60'],
    ['that has to be asked for', 'no-cache'],
    ['of a minute', 'max-age=60'],
  ])('keeps nothing of an answer %s which it cannot tell from another', (_, control) => {
    const { ask, local, http, server, read } = setUp();
    const headers = { ...MODIFIED, 'Cache-Control': control, Vary: 'Cookie' };
    ask('/me', 'ann', headers);
    expect(local.size).toBe(0);
    const seen = read(http.get('/me'));
    const request = server.expectOne('/me');
    expect(request.request.headers.keys()).toEqual([]);
    request.flush('bert', { headers });
    expect(seen).toMatchObject({ values: ['bert'], isDone: true });
  });

  it('drops what it has when a later answer cannot be told from another', () => {
    const { ask, clock, local } = setUp();
    ask('/me', 1, { ...MODIFIED, 'Cache-Control': 'max-age=60, stale-if-error=600' });
    clock.advance(120_000);
    ask('/me', 2, { 'Cache-Control': 'max-age=60, stale-if-error=600', Vary: 'Cookie' });
    expect(local.size).toBe(0);
  });

  it.each([['must-revalidate'], ['no-cache']])(
    'gives no stale answer that says %s, whatever a request wants',
    (word) => {
      const { ask, http, server, read, clock } = setUp();
      const options = {
        context: cached({ ttl: 60_000, staleWhileRevalidate: 600_000, staleIfError: 600_000 }),
      };
      ask('/a', 1, { ...MODIFIED, 'Cache-Control': word }, options);
      clock.advance(120_000);
      const seen = read(http.get('/a', options));
      expect(seen.values).toEqual([]);
      server.expectOne('/a').flush('no', { status: 503, statusText: 'x' });
      expect(seen.error).toMatchObject({ status: 503 });
    },
  );

  describe('with a second level', () => {
    const forAll = { context: cached({ levels: 'all' }) };

    it('keeps there what is asked to be, and reads it there', () => {
      const { ask, remote, local, clock } = setUpTwo();
      ask('/a', 1, { 'Cache-Control': 'max-age=60', Vary: 'Accept, Accept-Encoding' }, forAll);
      expect(remote.writes).not.toEqual([]);
      local.clear();
      expect(ask('/a', 2, {}, forAll)).toMatchObject({ asked: 0, value: 1 });
      expect([remote.open, clock.pending]).toEqual([0, 0]);
    });

    it.each([['Accept-Language'], ['User-Agent'], ['Origin'], ['Cookie']])(
      'keeps what varies by %s, which the browser sets, in the page',
      (name) => {
        const { ask, remote } = setUpTwo();
        const headers = { 'Cache-Control': 'max-age=60', Vary: name };
        ask('/a', 1, headers, forAll);
        expect(ask('/a', 2, headers, forAll)).toMatchObject({ asked: 0, value: 1 });
        expect(remote.writes).toEqual([]);
      },
    );

    it('keeps there what varies by a language that the application has set', () => {
      const { ask, remote } = setUpTwo();
      const headers = { 'Cache-Control': 'max-age=60', Vary: 'Accept-Language' };
      ask('/a', 1, headers, withHeader('Accept-Language', 'de', forAll));
      expect(remote.writes).not.toEqual([]);
    });

    it.each([['X-Api-Key'], ['Authorization'], ['Ocp-Apim-Subscription-Key']])(
      'keeps what was given to a sender of %s in the page, and the header out of keys',
      (name) => {
        const { ask, remote, local } = setUpTwo();
        const as = (value: string) => withHeader(name, value, forAll);
        ask('/a', 1, 'max-age=60', as('secret-1'));
        expect(ask('/a', 2, 'max-age=60', as('secret-2'))).toMatchObject({ asked: 1, value: 2 });
        expect(ask('/a', 3, {}, as('secret-1'))).toMatchObject({ asked: 0, value: 1 });
        expect(remote.calls).toEqual([]);
        expect(local.size).toBe(2);
      },
    );

    it('keeps bytes in the page only', () => {
      const { ask, remote } = setUpTwo();
      for (const responseType of ['blob', 'arraybuffer'] as const) {
        const body = responseType === 'blob' ? new Blob(['x']) : new ArrayBuffer(1);
        const options = { ...forAll, responseType: responseType as 'json' };
        expect(ask('/a', body, 'max-age=60', options)).toMatchObject({ asked: 1, value: body });
        expect(ask('/a', undefined, {}, options)).toMatchObject({ asked: 0, value: body });
      }
      expect(remote.calls).toEqual([]);
    });

    it('gives no stale answer out of it that must not be, whatever the application wants', () => {
      const { ask, local, clock, http, server, read } = setUpTwo({
        scope: () => () => 'ann',
        defaults: { staleIfError: 3_600_000 },
      });
      const options = { context: cached({ levels: 'all', staleWhileRevalidate: 3_600_000 }) };
      ask('/a', 1, 'max-age=60, must-revalidate', options);
      local.clear();
      expect(ask('/a', 2, {}, options)).toMatchObject({ asked: 0, value: 1 });
      clock.advance(120_000);
      const seen = read(http.get('/a', options));
      expect(seen.values).toEqual([]);
      server.expectOne('/a').flush('no', { status: 503, statusText: 'x' });
      expect(seen.error).toMatchObject({ status: 503 });
    });
  });

  it.each([
    ['in full', 'http://localhost/orders'],
    ['by another way', '/x/../orders?page=2#a'],
    ['from here', 'orders'],
  ])('makes void what a request has changed, when its address is written %s', (_, url) => {
    const { ask, http, server, read } = setUp();
    ask('/orders', 1, 'max-age=60');
    const seen = read(http.put(url, {}));
    server.expectOne(url).flush(null);
    expect(seen.isDone).toBe(true);
    expect(ask('/orders', 2)).toMatchObject({ asked: 1, value: 2 });
  });

  it.each([
    ['Location', '7', 1],
    ['Content-Location', './7?full', 1],
    ['Location', 'http://localhost/orders/7', 1],
    ['Location', 'https://other.test/orders/7', 0],
    ['Location', 'http://', 0],
  ])('makes void what an answer says that it has changed: %s %s', (name, value, asked) => {
    const { ask, http, server, read } = setUp();
    ask('/orders/7', 1, 'max-age=60');
    read(http.post('/orders/', {}));
    server.expectOne('/orders/').flush(null, { headers: { [name]: value } });
    expect(ask('/orders/7', 2)).toMatchObject({ asked });
  });

  it.each([
    ['If-None-Match', '"a"'],
    ['If-Modified-Since', 'Fri, 27 Nov 2026 07:00:00 GMT'],
    ['If-Range', '"a"'],
    ['If-Match', '"a"'],
    ['Range', 'bytes=0-1'],
    ['Cache-Control', 'max-age=0'],
    ['Cache-Control', 'max-stale, no-cache'],
    ['Pragma', 'no-cache'],
  ])('lets requests with %s: %s pass as they are', (name, value) => {
    const { ask, http, server, read } = setUp();
    ask('/a', 1, 'max-age=60');
    const seen = read(http.get('/a', withHeader(name, value)));
    const request = server.expectOne('/a');
    expect(request.request.headers.get(name)).toBe(value);
    request.flush(null, { status: 304, statusText: 'Not Modified' });
    expect(seen.error).toMatchObject({ status: 304 });
    expect(ask('/a', 2)).toMatchObject({ asked: 0, value: 1 });
  });

  it.each(['reportProgress', 'reportDownloadProgress'])('tells those who want it of %s', (name) => {
    const { ask, http, server, read } = setUp();
    ask('/a', 1, 'max-age=60');
    const options = { observe: 'events' as const, [name]: true };
    const seen = read(http.get('/a', options).pipe(toArray()));
    const request = server.expectOne('/a');
    request.event({ type: HttpEventType.DownloadProgress, loaded: 1 });
    request.flush(2);
    expect(seen.values[0]?.map(({ type }) => type)).toEqual([
      HttpEventType.Sent,
      HttpEventType.DownloadProgress,
      HttpEventType.Response,
    ]);
  });

  it('lets requests pass that are to go past the cache of the browser', () => {
    const { ask } = setUp();
    ask('/a', 1, 'max-age=60');
    expect(ask('/a', 2, {}, { cache: 'reload' })).toMatchObject({ asked: 1, value: 2 });
    expect(ask('/a', 3, {}, { cache: 'default' })).toMatchObject({ asked: 0, value: 1 });
    expect(ask('/a', 4, {}, { credentials: 'include' })).toMatchObject({ asked: 1, value: 4 });
  });

  it('asks the server for none of what is only to be given if it is kept', () => {
    const { ask, clock } = setUp();
    const only = withHeader('Cache-Control', 'only-if-cached');
    const none = ask('/a?b=1', 1, {}, only);
    expect(none).toMatchObject({ asked: 0, values: [] });
    expect(none.error).toBeInstanceOf(HttpErrorResponse);
    expect(none.error).toMatchObject({ status: 504, url: '/a?b=1' });
    ask('/a?b=1', 2, 'max-age=60, stale-if-error=600');
    expect(ask('/a?b=1', 3, {}, only)).toMatchObject({ asked: 0, value: 2, isDone: true });
    clock.advance(120_000);
    expect(ask('/a?b=1', 4, {}, only)).toMatchObject({ asked: 0, error: { status: 504 } });
  });

  it('waits for a slow answer as long as the request does, unless told how long', () => {
    const { http, server, read, clock } = setUp();
    const [slow, short] = [
      read(http.get('/a')),
      read(http.get('/b', { context: cached({ hardTimeout: 1000 }) })),
    ];
    clock.advance(90_000);
    expect(server.expectOne('/b').cancelled).toBe(true);
    expect(short.error).toMatchObject({ code: 'RXM702' });
    server.expectOne('/a').flush(1);
    expect(slow).toMatchObject({ values: [1], isDone: true });
    expect(clock.pending).toBe(0);
  });

  it('makes no one of two requests where one is not to be kept', () => {
    const { http, server, read, ask } = setUp();
    const both = [read(http.get('/a')), read(http.get('/a', { context: uncached() }))];
    const [first, second] = server.match('/a');
    second?.flush(2, { headers: { 'Cache-Control': 'max-age=60' } });
    first?.flush(1, { headers: { 'Cache-Control': 'max-age=60' } });
    expect(both).toMatchObject([
      { values: [1], isDone: true },
      { values: [2], isDone: true },
    ]);
    expect(ask('/a', 3)).toMatchObject({ asked: 0, value: 1 });
  });

  it('lets HEAD pass, and keeps nothing of it', () => {
    const { ask, http, server, read } = setUp();
    ask('/a', 1, 'max-age=60');
    const seen = read(http.head('/a', { observe: 'response' }));
    server.expectOne({ method: 'HEAD', url: '/a' }).flush(null, { headers: { ETag: '"b"' } });
    expect(seen).toMatchObject({ values: [{ status: 204, body: null }], isDone: true });
    expect(ask('/a', 2)).toMatchObject({ asked: 0, value: 1 });
  });

  it('tells events in their order, of a load, of a kept answer, and of a change', () => {
    const { http, server, read } = setUp(HTTP_CACHING.provide({}));
    const events = (method: string) =>
      read(http.request(method, '/a', { observe: 'events' }).pipe(toArray()));
    const types = ({ values }: ReturnType<typeof events>) => values[0]?.map(({ type }) => type);
    const order = [HttpEventType.Sent, HttpEventType.Response];
    const headers = { 'Cache-Control': 'max-age=60' };
    const load = events('GET');
    server.expectOne('/a').flush(1, { headers });
    expect(types(load)).toEqual(order);
    expect(types(events('GET'))).toEqual(order);
    const change = events('POST');
    server.expectOne('/a').flush(1);
    expect(types(change)).toEqual(order);
  });
});
