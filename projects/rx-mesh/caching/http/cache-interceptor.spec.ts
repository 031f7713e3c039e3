import {
  HttpClient,
  HttpErrorResponse,
  HttpEventType,
  HttpHeaders,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { type Provider, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable, toArray } from 'rxjs';
import { CACHE_SCOPE } from '../cache-scope';
import { cacheInterceptor } from './cache-interceptor';
import { HTTP_CACHING, cached, uncached } from './http-cache-options';

function setUp(...providers: Provider[]) {
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
  const read = <T>(source$: Observable<T>) => {
    const seen: { values: T[]; error?: unknown; isDone: boolean } = { values: [], isDone: false };
    const subscription = source$.subscribe({
      next: (value) => seen.values.push(value),
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.isDone = true),
    });
    return Object.assign(seen, { leave: () => subscription.unsubscribe() });
  };
  /** Asks, and lets the server answer if it is asked. */
  const ask = (
    url: string,
    body: unknown,
    headers: Record<string, string> = {},
    options: Parameters<HttpClient['get']>[1] = {},
  ) => {
    const seen = read(http.get(url, options));
    const asked = server.match(() => true);
    asked.forEach((request) => request.flush(body as object, { headers }));
    return { ...seen, asked: asked.length, value: seen.values[0] };
  };
  return { http, server, read, ask, clock: TestBed.inject(ManualClock) };
}

const FOR_A_MINUTE = { 'Cache-Control': 'max-age=60' };

describe('cacheInterceptor', () => {
  afterEach(() => {
    TestBed.inject(HttpTestingController).verify();
  });

  it('asks once for what may be kept, until its time is over', () => {
    const { ask, clock } = setUp({ provide: Math, useValue: Math });
    expect(ask('/a', { n: 1 }, FOR_A_MINUTE)).toMatchObject({ asked: 1, value: { n: 1 } });
    clock.advance(40_000);
    expect(ask('/a', { n: 2 }, FOR_A_MINUTE)).toMatchObject({ asked: 0, value: { n: 1 } });
    clock.advance(30_000);
    expect(ask('/a', { n: 3 }, FOR_A_MINUTE)).toMatchObject({ asked: 1, value: { n: 3 } });
  });

  it('keeps nothing that does not say so', () => {
    const { ask } = setUp();
    ask('/a', 1);
    expect(ask('/a', 2)).toMatchObject({ asked: 1, value: 2 });
    ask('/b', 1, { 'Cache-Control': 'max-age=60, no-store' });
    expect(ask('/b', 2)).toMatchObject({ asked: 1, value: 2 });
  });

  it('makes one of identical requests at one time, and gives each an answer of its own', () => {
    const { http, server, read } = setUp();
    const all = [1, 2, 3].map(() => read(http.get('/a', { observe: 'response' })));
    server.expectOne('/a').flush({ n: 1 });
    expect(all.every(({ isDone, values }) => isDone && values[0]?.status === 200)).toBe(true);
    expect(all[0]?.values[0]).not.toBe(all[1]?.values[0]);
  });

  it('cancels the request when the last of them leaves, not before', () => {
    const { http, server, read } = setUp();
    const [a, b] = [read(http.get('/a')), read(http.get('/a'))];
    const request = server.expectOne('/a');
    a.leave();
    expect(request.cancelled).toBe(false);
    b.leave();
    expect(request.cancelled).toBe(true);
  });

  it('passes errors on as they are, to all, and keeps none', () => {
    const { http, server, read, ask } = setUp();
    const all = [read(http.get('/a')), read(http.get('/a'))];
    server.expectOne('/a').flush('no', { status: 503, statusText: 'x', headers: FOR_A_MINUTE });
    for (const { error } of all) {
      expect(error).toBeInstanceOf(HttpErrorResponse);
      expect(error).toMatchObject({ status: 503 });
    }
    expect(ask('/a', 1)).toMatchObject({ asked: 1 });
  });

  it('tells those who look at events that something was sent', () => {
    const { http, server, read } = setUp();
    const seen = read(http.get('/a', { observe: 'events' }).pipe(toArray()));
    server.expectOne('/a').flush(1);
    expect(seen.values[0]?.map(({ type }) => type)).toEqual([
      HttpEventType.Sent,
      HttpEventType.Response,
    ]);
  });

  it('tells users apart by their tokens, and languages by their header', () => {
    const { ask } = setUp();
    const as = (name: string, value: string) => ({ headers: new HttpHeaders({ [name]: value }) });
    ask('/me', 'anna', FOR_A_MINUTE, as('Authorization', 'Bearer a'));
    expect(ask('/me', 'bert', FOR_A_MINUTE, as('Authorization', 'Bearer b')).value).toBe('bert');
    expect(ask('/me', 'x', {}, as('Authorization', 'Bearer a'))).toMatchObject({
      asked: 0,
      value: 'anna',
    });
    const vary = { ...FOR_A_MINUTE, Vary: 'Accept-Language' };
    ask('/hi', 'hallo', vary, as('Accept-Language', 'de'));
    expect(ask('/hi', 'hello', vary, as('Accept-Language', 'en')).value).toBe('hello');
  });

  it('drops what it has when another user is there, also what is on its way', () => {
    const user = signal<string | undefined>('anna');
    const { ask, http, server, read } = setUp({ provide: CACHE_SCOPE, useValue: user });
    ask('/me', 'anna', FOR_A_MINUTE);
    const late = read(http.get('/late'));
    user.set('bert');
    expect(ask('/me', 'bert', FOR_A_MINUTE)).toMatchObject({ asked: 2, value: 'bert' });
    expect(late.isDone).toBe(true);
    expect(ask('/late', 'of bert')).toMatchObject({ asked: 1, value: 'of bert' });
    server.verify();
  });

  it('keeps nothing that varies by what it cannot see, and says so once', () => {
    const { ask } = setUp();
    for (const name of ['Cookie', 'traceparent']) {
      const headers = { ...FOR_A_MINUTE, Vary: name };
      ask(`/${name}`, 1, headers);
      expect(ask(`/${name}`, 2, headers)).toMatchObject({ asked: 1, value: 2 });
    }
    const { records } = TestBed.inject(RecordingDiagnostics);
    expect(records.map(({ code }) => code)).toEqual(['RXM716']);
  });

  it('asks whether a stale answer still holds', () => {
    const { ask, http, server, read, clock } = setUp();
    ask('/a', { n: 1 }, { ...FOR_A_MINUTE, ETag: '"v1"', 'X-Old': '1' });
    clock.advance(120_000);
    const seen = read(http.get('/a', { observe: 'response' }));
    const request = server.expectOne('/a');
    expect(request.request.headers.get('If-None-Match')).toBe('"v1"');
    request.flush(null, { status: 304, statusText: 'Not Modified', headers: FOR_A_MINUTE });
    expect(seen.values[0]?.body).toEqual({ n: 1 });
    expect(ask('/a', { n: 2 })).toMatchObject({ asked: 0, value: { n: 1 } });
  });

  it('asks each time where an answer says no-cache', () => {
    const { ask, http, server, read } = setUp();
    ask('/a', 1, { 'Cache-Control': 'no-cache', 'Last-Modified': 'Fri, 27 Nov 2026 07:00:00 GMT' });
    const seen = read(http.get('/a'));
    const request = server.expectOne('/a');
    expect(request.request.headers.get('If-Modified-Since')).toContain('27 Nov');
    request.flush(null, { status: 304, statusText: 'Not Modified' });
    expect(seen.values).toEqual([1]);
    expect(ask('/a', 2, { 'Cache-Control': 'no-cache' })).toMatchObject({ asked: 1, value: 2 });
  });

  it('does not send headers to other origins that they may not allow, unless told so', () => {
    const { ask, http, server, read, clock } = setUp();
    ask('https://other.test/a', 1, { ...FOR_A_MINUTE, ETag: '"v1"' });
    clock.advance(120_000);
    read(http.get('https://other.test/a'));
    const request = server.expectOne('https://other.test/a');
    expect(request.request.headers.has('If-None-Match')).toBe(false);
    request.flush(1);
  });

  it('asks other origins where it was told so', () => {
    const { ask, http, server, read, clock } = setUp(
      HTTP_CACHING.provide({ conditional: 'always' }),
    );
    ask('https://other.test/a', 1, { ...FOR_A_MINUTE, ETag: '"v1"' });
    clock.advance(120_000);
    read(http.get('https://other.test/a'));
    const request = server.expectOne('https://other.test/a');
    expect(request.request.headers.get('If-None-Match')).toBe('"v1"');
    request.flush(1);
  });

  it('serves a stale answer where the server says that it may, and it is down', () => {
    const { ask, http, server, read, clock } = setUp();
    ask('/a', 1, { 'Cache-Control': 'max-age=60, stale-if-error=600' });
    clock.advance(120_000);
    const seen = read(http.get('/a'));
    server.expectOne('/a').flush('no', { status: 503, statusText: 'x' });
    expect(seen).toMatchObject({ values: [1], isDone: true });
  });

  it('makes void what a request has changed', () => {
    const { ask, http, server, read } = setUp();
    ask('/orders?page=1', 1, FOR_A_MINUTE);
    ask('/users', 1, FOR_A_MINUTE);
    const seen = read(http.post('/orders', {}));
    server.expectOne('/orders').flush({ id: 7 });
    expect(seen).toMatchObject({ values: [{ id: 7 }], isDone: true });
    expect(ask('/orders?page=1', 2)).toMatchObject({ asked: 1, value: 2 });
    expect(ask('/users', 2)).toMatchObject({ asked: 0, value: 1 });
  });

  it('leaves what is kept where a change has failed', () => {
    const { ask, http, server, read } = setUp();
    ask('/orders', 1, FOR_A_MINUTE);
    const seen = read(http.delete('/orders'));
    server.expectOne('/orders').flush('no', { status: 409, statusText: 'x' });
    expect(seen.error).toMatchObject({ status: 409 });
    expect(ask('/orders', 2)).toMatchObject({ asked: 0, value: 1 });
  });

  it('does what a request says', () => {
    const { ask } = setUp();
    const forAnHour = { context: cached({ ttl: 3_600_000, tags: ['t'] }) };
    ask('/a', 1, {}, forAnHour);
    expect(ask('/a', 2, {}, forAnHour)).toMatchObject({ asked: 0, value: 1 });
    expect(ask('/a', 3, {}, { context: uncached() })).toMatchObject({ asked: 1, value: 3 });
    ask('/b', 1, { 'Cache-Control': 'no-store' }, forAnHour);
    expect(ask('/b', 2, {}, forAnHour)).toMatchObject({ asked: 1, value: 2 });
    expect(() => cached({ ttl: -1 })).toThrow(InvalidOptionError);
  });

  it('keeps only what is asked for where it is not automatic', () => {
    const { ask } = setUp(HTTP_CACHING.provide({ automatic: false }));
    ask('/a', 1, FOR_A_MINUTE);
    expect(ask('/a', 2, FOR_A_MINUTE)).toMatchObject({ asked: 1 });
    ask('/a', 1, FOR_A_MINUTE, { context: cached() });
    expect(ask('/a', 2, {}, { context: cached() })).toMatchObject({ asked: 0, value: 1 });
  });

  it.each([
    ['no-store', new HttpHeaders({ 'Cache-Control': 'no-store' })],
    ['no-cache', new HttpHeaders({ 'Cache-Control': 'no-cache' })],
    ['Range', new HttpHeaders({ Range: 'bytes=0-1' })],
  ])('lets requests with %s pass', (_, headers) => {
    const { ask } = setUp();
    ask('/a', 1, FOR_A_MINUTE, { headers });
    expect(ask('/a', 2, FOR_A_MINUTE, { headers })).toMatchObject({ asked: 1, value: 2 });
  });
});
