import { HttpRequest } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { CacheService, type CachingSetup, type LoadContext, withCaching } from 'rx-mesh/caching';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type Observable, of, throwError } from 'rxjs';
import { InMemoryRemoteCache, REMOTE_CACHE } from 'rx-mesh/caching';
import { ROUTE, contextOf, stepWorld } from '../spec-support/gateway-steps';
import type { CacheConfig, RouteConfig } from '../route-config';
import { answerCache } from './cache-middleware';
import { refusal } from './refusal';
import { RequestKeys } from './request-keys';

type More = Parameters<typeof contextOf>[1];

const user = (id: string) => ({ id, roles: [], claims: {} });
const FOR_A_MINUTE = { 'Cache-Control': 'max-age=60' };

function setUp(
  config: CacheConfig | undefined = {},
  {
    base,
    page = 'a',
    ...setup
  }: CachingSetup & { readonly base?: string; readonly page?: string } = {},
) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withCaching(setup).ɵproviders,
      { provide: REMOTE_CACHE, useClass: InMemoryRemoteCache },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const cache = TestBed.inject(CacheService);
  const keys = TestBed.inject(RequestKeys);
  const scope = () => (page === '' ? undefined : page);
  const world = stepWorld(answerCache(config, { base, cache, clock, keys, scope }));
  /** Asks, and lets the service answer if it is asked. */
  const ask = (
    body: unknown,
    headers: Record<string, string> = {},
    more: More & { url?: string; status?: number } = {},
  ) => {
    const before = world.arrivals.length;
    const { status, url = '/orders', ...rest } = more;
    const seen = world.send(contextOf(url, rest));
    world.arrivals.slice(before).forEach((arrival) => arrival.answer(body, headers, status));
    return {
      asked: world.arrivals.length - before,
      body: seen.values[0]?.body,
      response: seen.values[0],
      seen,
    };
  };
  return { ...world, ask, cache, clock, keys };
}

describe(answerCache.name, () => {
  it('asks once for what may be kept, until its time is over', () => {
    const { ask, clock } = setUp();
    expect(ask({ n: 1 }, FOR_A_MINUTE)).toMatchObject({ asked: 1, body: { n: 1 } });
    clock.advance(59_000);
    expect(ask({ n: 2 })).toMatchObject({ asked: 0, body: { n: 1 } });
    clock.advance(1000);
    expect(ask({ n: 3 })).toMatchObject({ asked: 1, body: { n: 3 } });
  });

  it('says how old an answer is, and where it comes from', () => {
    const { ask, clock } = setUp();
    const first = ask(1, { ...FOR_A_MINUTE, Age: '3', RateLimit: '"a";r=1;t=1' });
    expect(first.response?.headers.get('Cache-Status')).toBe('rx-mesh; fwd=miss');
    clock.advance(5000);
    const { headers } = ask(1).response ?? {};
    expect(headers?.get('Cache-Status')).toBe('rx-mesh; hit');
    expect(headers?.get('Age')).toBe('8');
    expect(headers?.has('RateLimit')).toBe(false);
  });

  it('asks once for all who ask at one time', () => {
    const { arrivals, send } = setUp();
    const all = [1, 2, 3].map(() => send(contextOf('/orders')));
    expect(arrivals).toHaveLength(1);
    arrivals[0]?.answer(7);
    expect(all.map(({ values }) => values[0]?.body)).toEqual([7, 7, 7]);
  });

  it('keeps nothing that does not say so, unless the route does', () => {
    const silent = setUp();
    silent.ask(1);
    expect(silent.ask(2)).toMatchObject({ asked: 1, body: 2 });
    TestBed.resetTestingModule();
    const told = setUp({ ttl: 1000 });
    told.ask(1);
    expect(told.ask(2)).toMatchObject({ asked: 0, body: 1 });
  });

  it.each([
    ['no-store', { 'Cache-Control': 'no-store, max-age=60' }, 200],
    ['no-cache', { 'Cache-Control': 'no-cache' }, 200],
    ['Vary: *', { ...FOR_A_MINUTE, Vary: '*' }, 200],
    ['Vary by what is other each time', { ...FOR_A_MINUTE, Vary: 'traceparent' }, 200],
    ['Vary by a cookie of nobody known', { ...FOR_A_MINUTE, Vary: 'Cookie' }, 200],
    ['status 206', FOR_A_MINUTE, 206],
    ['status 202', FOR_A_MINUTE, 202],
  ])('does not keep answers with %s, whatever the route says', (_, headers, status) => {
    const { ask } = setUp({ ttl: 60_000 });
    ask(1, headers, { status });
    expect(ask(2)).toMatchObject({ asked: 1, body: 2 });
  });

  it.each([
    ['Cache-Control: no-cache', { headers: { 'Cache-Control': 'no-cache' } }],
    ['Range', { headers: { Range: 'bytes=0-1' } }],
    ['OPTIONS', { method: 'OPTIONS' }],
    ['an address that is too long', { url: `/${'x'.repeat(2000)}` }],
  ])('lets requests pass with %s', (_, more) => {
    const { ask } = setUp({ ttl: 60_000 });
    ask(1, {}, more);
    expect(ask(2, {}, more)).toMatchObject({ asked: 1, body: 2 });
  });

  it('never gives one user the answer of another', () => {
    const { ask } = setUp();
    ask('of anna', FOR_A_MINUTE, { user: user('anna') });
    expect(ask('of bert', FOR_A_MINUTE, { user: user('bert') })).toMatchObject({ asked: 1, body: 'of bert' }); // prettier-ignore
    expect(ask('of nobody', FOR_A_MINUTE)).toMatchObject({ asked: 1, body: 'of nobody' });
    const renewed = { user: user('anna'), headers: { Authorization: 'Bearer new' } };
    expect(ask('x', {}, renewed)).toMatchObject({ asked: 0, body: 'of anna' });
  });

  it('tells apart whose tokens are unknown, by any header', () => {
    const { ask } = setUp();
    for (const name of ['Authorization', 'X-API-Key', 'Accept-Language']) {
      ask('a', FOR_A_MINUTE, { headers: { [name]: 'a' } });
      expect(ask('b', FOR_A_MINUTE, { headers: { [name]: 'b' } }).body).toBe('b');
    }
  });

  it('gives all the same where perUser is off, but nothing that is private', () => {
    const { ask } = setUp({ perUser: false });
    ask(1, FOR_A_MINUTE, { user: user('anna') });
    expect(ask(2, {}, { user: user('bert') })).toMatchObject({ asked: 0, body: 1 });
    const own = { ...FOR_A_MINUTE, 'Cache-Control': 'private, max-age=60' };
    ask(1, own, { user: user('anna'), url: '/me' });
    expect(ask(2, own, { user: user('bert'), url: '/me' })).toMatchObject({ asked: 1, body: 2 });
    const signed = { headers: { Authorization: 'Bearer a' }, url: '/signed' };
    ask(1, FOR_A_MINUTE, signed);
    expect(ask(2, { 'Cache-Control': 'public, max-age=60' }, signed).asked).toBe(1);
    expect(ask(3, {}, signed)).toMatchObject({ asked: 0, body: 2 });
  });

  it('has no token in any key, and leaves what is of a user in the page', () => {
    const { ask, cache } = setUp({}, { scope: () => () => 'tab' });
    const route: RouteConfig = { ...ROUTE, authentication: { scheme: { header: 'X-Key' } } };
    const get = jest.spyOn(cache, 'get');
    const headers = { Authorization: 'Bearer s3cret', 'X-Key': 's3cret', 'X-Other': 's3cret' };
    ask(1, FOR_A_MINUTE, { headers, route });
    ask(1, FOR_A_MINUTE, { headers, route, user: user('anna') });
    ask(1, FOR_A_MINUTE, { url: '/open' });
    expect(JSON.stringify(get.mock.calls)).not.toContain('s3cret');
    expect(get.mock.calls.map(([, , options]) => options?.levels)).toEqual([
      'local',
      'local',
      'all',
    ]);
  });

  it('makes void what a request has changed, for all users', () => {
    const { ask, arrivals, send } = setUp();
    ask(1, FOR_A_MINUTE, { user: user('anna'), url: '/orders?page=1' });
    ask(1, FOR_A_MINUTE, { url: '/other' });
    const failed = send(contextOf('/orders', { method: 'POST' }));
    arrivals.at(-1)?.fail(409);
    expect(failed.error).toMatchObject({ status: 409 });
    expect(ask(2, {}, { user: user('anna'), url: '/orders?page=1' }).asked).toBe(0);
    const changed = ask({ id: 1 }, {}, { method: 'POST', user: user('bert') });
    expect(changed).toMatchObject({ body: { id: 1 }, seen: { isDone: true } });
    expect(ask(2, {}, { user: user('anna'), url: '/orders?page=1' }).asked).toBe(1);
    expect(ask(2, {}, { url: '/other' }).asked).toBe(0);
  });

  it.each([
    ['/orders', 'https://shop.test/orders?page=1'],
    ['https://shop.test/orders', 'orders'],
    ['//shop.test/orders', '/x/../orders'],
  ])('knows an address however it is written, from where the page is: %s, %s', (kept, changed) => {
    const { ask } = setUp({}, { base: 'https://shop.test/start?x#y' });
    ask(1, FOR_A_MINUTE, { url: kept });
    ask(1, FOR_A_MINUTE, { url: 'https://other.test/orders' });
    ask(2, {}, { method: 'PUT', url: changed });
    expect(ask(3, {}, { url: kept })).toMatchObject({ asked: 1, body: 3 });
    expect(ask(3, {}, { url: 'https://other.test/orders' }).asked).toBe(0);
  });

  it('makes void what others keep of the same address, and is made void by them', () => {
    const { ask, cache } = setUp({}, { base: 'https://shop.test/start' });
    ask(1, FOR_A_MINUTE, { url: '/orders' });
    const invalidate = jest.spyOn(cache, 'invalidateByTags');
    ask(2, {}, { method: 'DELETE', url: '/orders' });
    expect(invalidate.mock.calls).toEqual([[['http https://shop.test/orders']]]);
    ask(1, FOR_A_MINUTE, { url: '/orders' });
    cache.invalidateByTags(['http https://shop.test/orders']).subscribe();
    expect(ask(2, {}, { url: '/orders' }).asked).toBe(1);
  });

  it('takes addresses as they are written where it does not know where the page is', () => {
    const { ask } = setUp();
    ask(1, FOR_A_MINUTE, { url: '/orders' });
    ask(2, {}, { method: 'PUT', url: 'https://shop.test/orders' });
    expect(ask(3, {}, { url: '/orders' }).asked).toBe(0);
    ask(2, {}, { method: 'PUT', url: '/orders?all#top' });
    expect(ask(3, {}, { url: '/orders' }).asked).toBe(1);
  });

  it('changes what has an address too long for a tag, and tells nobody', () => {
    const { ask, cache } = setUp();
    const invalidate = jest.spyOn(cache, 'invalidateByTags');
    const url = `/${'x'.repeat(2000)}`;
    expect(ask(1, {}, { method: 'PUT', url })).toMatchObject({ asked: 1, body: 1 });
    expect(invalidate).not.toHaveBeenCalled();
  });

  it('answers also when it cannot be made void', () => {
    const { ask, cache } = setUp();
    jest.spyOn(cache, 'invalidateByTags').mockReturnValue(throwError(() => new Error('down')));
    expect(ask(1, {}, { method: 'PUT' })).toMatchObject({ body: 1, seen: { isDone: true } });
  });

  it('asks the service where a second level has something else by now', () => {
    const { ask, cache } = setUp();
    jest.spyOn(cache, 'get').mockReturnValue(of({ answer: 'none' }));
    expect(ask(1)).toMatchObject({ asked: 1, body: 1 });
  });

  it('gives a stale answer while a new one is on its way', () => {
    const { ask, arrivals, clock, send } = setUp({ ttl: 1000, staleWhileRevalidate: 5000 });
    ask(1);
    clock.advance(2000);
    const seen = send(contextOf('/orders'));
    expect(seen.values[0]?.body).toBe(1);
    expect(seen.values[0]?.headers.get('Cache-Status')).toBe('rx-mesh; hit');
    expect(arrivals).toHaveLength(2);
    arrivals[1]?.answer(2);
    expect(ask(3)).toMatchObject({ asked: 0, body: 2 });
  });

  it.each([[500], [503], [429], [0]])('gives a stale answer in place of status %d', (status) => {
    const { ask, arrivals, clock, send } = setUp({ ttl: 1000, staleIfError: 60_000 });
    ask(1);
    clock.advance(2000);
    const seen = send(contextOf('/orders'));
    arrivals[1]?.fail(status);
    expect(seen.values[0]?.body).toBe(1);
  });

  it.each([['freeze'], ['share']] as const)(
    'gives no stale answer to whoever is told no, with snapshots %s',
    (snapshots) => {
      const config = { ttl: 1000, staleIfError: 60_000 };
      const { ask, arrivals, clock, send } = setUp(config, { local: { snapshots } });
      ask(1);
      clock.advance(2000);
      const all = [send(contextOf('/orders')), send(contextOf('/orders'))];
      arrivals[1]?.fail(403, { 'X-A': '1' });
      for (const { error } of all) expect(error).toMatchObject({ status: 403, url: '/orders' });
      const down = send(contextOf('/orders'));
      arrivals[2]?.fail(503);
      expect(down.error).toMatchObject({ status: 503 });
    },
  );

  it('keeps errors for nobody', () => {
    const { ask, arrivals, send } = setUp({ ttl: 60_000 });
    const seen = send(contextOf('/orders'));
    arrivals[0]?.fail(404, FOR_A_MINUTE);
    expect(seen.error).toMatchObject({ status: 404 });
    expect(ask(1).asked).toBe(1);
  });

  it('cancels the request when the last who waits leaves', () => {
    const { arrivals, open, send } = setUp();
    const all = [send(contextOf('/orders')), send(contextOf('/orders'))];
    all[0]?.leave();
    expect(arrivals[0]?.isOpen).toBe(true);
    all[1]?.leave();
    expect(arrivals[0]?.isOpen).toBe(false);
    expect(open).toBe(0);
  });

  it('tells users apart in the steps of a table that replaces another', () => {
    const { ask, cache, clock, keys } = setUp();
    const other = stepWorld(answerCache({}, { cache, clock, keys }));
    ask('of anna', FOR_A_MINUTE, { headers: { Authorization: 'Bearer anna' } });
    other.send(contextOf('/orders', { headers: { Authorization: 'Bearer bert' } }));
    expect(other.arrivals).toHaveLength(1);
  });

  it('tells routes of one target apart', () => {
    const { ask } = setUp();
    ask('of a', FOR_A_MINUTE, { route: { ...ROUTE, name: 'a' } });
    expect(ask('of b', {}, { route: { ...ROUTE, name: 'b' } })).toMatchObject({ body: 'of b' });
  });

  it('keeps for nobody in particular only what is for all', () => {
    const { ask } = setUp({ ttl: 60_000 }, { page: '' });
    ask('of anna', { 'Cache-Control': 'private, max-age=60' });
    expect(ask('of bert')).toMatchObject({ asked: 1, body: 'of bert' });
    ask('news', { 'Cache-Control': 'public, max-age=60' });
    expect(ask('none')).toMatchObject({ asked: 0, body: 'news' });
  });

  it('takes a page of no name for a page of nobody', () => {
    const { cache, clock, keys } = setUp();
    const world = stepWorld(answerCache({}, { cache, clock, keys, scope: () => '' }));
    world.send(contextOf('/orders'));
    world.arrivals[0]?.answer('of anna', FOR_A_MINUTE);
    world.send(contextOf('/orders'));
    expect(world.arrivals).toHaveLength(2);
  });

  it('asks the service for whoever was told no because of the token of another', () => {
    const { arrivals, send } = setUp({ perUser: false, ttl: 1000 });
    const [over, good] = ['over', 'good'].map((token) =>
      send(contextOf('/orders', { headers: { Authorization: `Bearer ${token}` } })),
    );
    expect(arrivals).toHaveLength(1);
    arrivals[0]?.fail(401);
    expect(over?.error).toMatchObject({ status: 401 });
    expect(arrivals[1]?.context.originalRequest.headers.get('Authorization')).toBe('Bearer good');
    arrivals[1]?.answer(7);
    expect(good?.values[0]?.body).toBe(7);
    expect(good?.values[0]?.headers.get('Cache-Status')).toBe('rx-mesh; fwd=miss');
  });

  it('gives whoever joined a load the time of his own request', () => {
    const { arrivals, ask, send } = setUp({ ttl: 1000 });
    const all = [1, 2, 3].map(() => send(contextOf('/orders')));
    arrivals[0]?.break(refusal(504, 'The time is over.'));
    expect(all[0]?.error).toMatchObject({ status: 504 });
    expect(arrivals).toHaveLength(2);
    arrivals[1]?.answer(7);
    expect(all.slice(1).map(({ values }) => values[0]?.body)).toEqual([7, 7]);
    expect(ask(8)).toMatchObject({ asked: 0, body: 7 });
  });

  it.each([
    ['bytes', 'blob', {}],
    ['what varies by what the browser sets', 'json', { Vary: 'User-Agent' }],
    ['what varies by what nobody has said', 'json', { Vary: 'Accept, X-Tenant' }],
  ] as const)('does not let %s leave the page', (_, responseType, headers) => {
    const { ask, cache, url } = { ...setUp({}, { scope: () => () => 'tab' }), url: '/orders' };
    const adapt = jest.fn();
    const get = jest.spyOn(cache, 'get');
    const originalRequest = new HttpRequest('GET', url, { responseType });
    get.mockImplementation((_key, load) => {
      const context = { adapt, previous: undefined } as Partial<LoadContext> as LoadContext;
      return load(context) as Observable<never>;
    });
    ask(1, { ...FOR_A_MINUTE, ...headers }, { originalRequest });
    expect(adapt).toHaveBeenCalledWith(expect.objectContaining({ ttl: 60_000, levels: 'local' }));
  });

  it('makes void what the answer to a change names, of the same origin', () => {
    const { ask } = setUp({}, { base: 'https://shop.test/' });
    for (const url of ['/orders/7', '/orders/8', '/orders/9']) ask(1, FOR_A_MINUTE, { url });
    const names = { Location: '/orders/7', 'Content-Location': 'https://other.test/orders/8' };
    ask(2, names, { method: 'POST', url: '/orders' });
    expect(ask(3, {}, { url: '/orders/7' }).asked).toBe(1);
    expect(ask(3, {}, { url: '/orders/8' }).asked).toBe(0);
  });

  it('tells apart what is asked with cookies and without', () => {
    const { ask } = setUp();
    ask('of nobody', FOR_A_MINUTE);
    for (const init of [{ withCredentials: true }, { credentials: 'omit' }] as const) {
      const originalRequest = new HttpRequest('GET', '/orders', init);
      expect(ask('other', {}, { originalRequest })).toMatchObject({ asked: 1, body: 'other' });
    }
  });

  it.each([
    ['headers', { headers: { 'If-None-Match': '"1"' } }],
    ['headers', { headers: { 'Cache-Control': 'max-age=0' } }],
    ['headers', { headers: { Pragma: 'no-cache' } }],
    ['fetch', { originalRequest: new HttpRequest('GET', '/orders', { cache: 'reload' }) }],
    ['fetch', { originalRequest: new HttpRequest('GET', '/orders', { cache: 'no-store' }) }],
  ])('asks the service where the request wants no answer of before: %s %j', (_, more) => {
    const { ask } = setUp();
    ask(1, FOR_A_MINUTE);
    expect(ask(2, {}, more)).toMatchObject({ asked: 1, body: 2 });
  });

  it('keeps nothing of a route without a cache', () => {
    const { ask } = setUp(null as never);
    ask(1, FOR_A_MINUTE);
    expect(ask(2)).toMatchObject({ asked: 1, body: 2 });
  });
});
