import { HttpErrorResponse, HttpHeaders, HttpRequest } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { type RouteTableError, isRouteTableError } from '../gateway-errors';
import { gatewayWorld, ordersRoute } from '../spec-support/gateway-world';
import { type AggregateConfig, aggregate } from './aggregate';

type Parts = 'order' | 'lines';

function world(other: Partial<AggregateConfig<Parts>> = {}, concurrency = 10) {
  const routes = () => [
    ordersRoute({
      path: '/pages/:id',
      targetPath: '/none',
      middleware: [
        aggregate<Parts>({
          parts: {
            order: { service: 'orders', path: '/orders/:id', retries: 0 },
            lines: ({ params }) => ({
              service: 'orders',
              path: '/lines',
              query: { order: params['id'] },
              headers: { 'X-Part': 'lines' },
              http: { priority: 'low' },
              retries: 0,
            }),
          },
          ...other,
        }),
      ],
    }),
  ];
  return gatewayWorld({
    routes,
    concurrency,
    allowedOrigins: ['https://a.example', 'https://b.example'],
  });
}

const SHARED = { withCredentials: true, headers: new HttpHeaders({ 'Idempotency-Key': 'k' }) };
const ILL = { status: 500, statusText: 'Ill' };

describe(aggregate.name, () => {
  it('sends cookies where the caller does, and gives each part an idempotency key of its own', () => {
    const { gateway, open, see } = world();
    see(gateway.handle(new HttpRequest('GET', '/pages/a', SHARED)));
    expect(
      open().map(({ request: { headers, withCredentials } }) => [
        withCredentials,
        headers.get('Idempotency-Key'),
      ]),
    ).toEqual([
      [true, 'k:order'],
      [true, 'k:lines'],
    ]);
  });

  it('makes one answer of the answers of all parts, with the credentials of the caller', () => {
    const { gateway, open, see } = world({
      merge: ({ lines, order }, { params }) => ({ id: params['id'], order, lines }),
    });
    const headers = new HttpHeaders({
      Authorization: 'Bearer t',
      'If-None-Match': '"1"',
      'X-A': '1',
    });
    const seen = see(gateway.handle(new HttpRequest('GET', '/pages/a%20b', { headers })));
    const [order, lines] = open();
    expect(order?.request.urlWithParams).toMatch(/example\/orders\/a%20b$/);
    expect(lines?.request.urlWithParams).toMatch(/example\/lines\?order=a%20b$/);
    for (const sent of [order, lines]) {
      expect(sent?.request.headers.get('Authorization')).toBe('Bearer t');
      expect(sent?.request.headers.get('X-A')).toBe('1');
      expect(sent?.request.headers.has('If-None-Match')).toBe(false);
    }
    expect(lines?.request.headers.get('X-Part')).toBe('lines');
    lines?.flush([1, 2]);
    expect(seen.values).toEqual([]);
    order?.flush({ id: 7 });
    expect(seen).toMatchObject({ errors: [], completed: true });
    expect(seen.values[0]?.body).toEqual({ id: 'a b', order: { id: 7 }, lines: [1, 2] });
    expect(seen.values[0]?.headers.has('X-Omitted-Parts')).toBe(false);
  });

  it('gives the bodies by part without a merge', () => {
    const { get, open } = world();
    const seen = get('/pages/7');
    for (const sent of open()) sent.flush(1);
    expect(seen.values[0]?.body).toEqual({ order: 1, lines: 1 });
  });

  it('fails with the part that fails, and cancels the others', () => {
    const { get, open } = world();
    const seen = get('/pages/7');
    const [order, lines] = open();
    order?.flush('ill', ILL);
    expect(seen.errors).toEqual([expect.any(HttpErrorResponse)]);
    expect(lines?.cancelled).toBe(true);
  });

  it('leaves out what fails where it may, and says so', () => {
    const { get, open } = world({ partial: 'omit' });
    const seen = get('/pages/7');
    const [order, lines] = open();
    order?.flush('ill', ILL);
    lines?.flush([1]);
    expect(seen.values[0]?.body).toEqual({ order: undefined, lines: [1] });
    expect(seen.values[0]?.headers.get('X-Omitted-Parts')).toBe('order');
  });

  it('fails when all parts do', () => {
    const { get, open } = world({ partial: 'omit' });
    const seen = get('/pages/7');
    for (const sent of open()) sent.flush('ill', ILL);
    expect(seen).toMatchObject({ values: [], errors: [{ status: 500 }] });
  });

  it('takes a throw of merge for an error of the request', () => {
    const { get, open } = world({
      merge: () => {
        throw new Error('bug');
      },
    });
    const seen = get('/pages/7');
    for (const sent of open()) sent.flush(1);
    expect(seen.errors).toMatchObject([{ status: 502 }]);
  });

  it('lets its calls wait for their turn, and cancels all when the caller leaves', () => {
    const { clock, get, open } = world({}, 1);
    const seen = get('/pages/7');
    const first = open();
    expect(first).toHaveLength(1);
    first[0]?.flush(1);
    const second = open();
    expect(second).toHaveLength(1);
    seen.leave();
    expect(second[0]?.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is refused in a route with a cache or a limit, which would never be asked', () => {
    const { gateway } = world();
    const [route] = gateway.routes();
    const others = { cache: { ttl: 1000 }, rateLimit: { limit: 1, period: 1000 } };
    let problems: RouteTableError['problems'] = [];
    try {
      gateway.setRoutes([{ ...ordersRoute(), ...route, ...others }]);
    } catch (error) {
      if (isRouteTableError(error)) problems = error.problems;
    }
    expect(problems.map(({ at }) => at)).toEqual(['routes[0].cache', 'routes[0].rateLimit']);
  });

  it('refuses no part, a word that it does not know, and a place without an injector', () => {
    gatewayWorld();
    const make = (config: object) => () =>
      TestBed.runInInjectionContext(() => aggregate(config as AggregateConfig<Parts>));
    expect(make({ parts: {} })).toThrow('AggregateConfig.parts');
    expect(make({ parts: { a: { service: 'a' } }, partial: 'some' })).toThrow(
      'AggregateConfig.partial',
    );
    expect(() => aggregate({ parts: { a: { service: 'a' } } })).toThrow('NG0203');
  });
});
