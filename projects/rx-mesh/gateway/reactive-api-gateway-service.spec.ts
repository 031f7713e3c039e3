import { HttpErrorResponse, HttpHeaders, HttpRequest, HttpResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { NEVER, of, throwError } from 'rxjs';
import { gatewayWorld, ordersRoute } from './spec-support/gateway-world';
import { type GatewayError, RouteTableError } from './gateway-errors';
import { GatewayQueue } from './pipeline/gateway-queue';
import { ReactiveApiGatewayService } from './reactive-api-gateway-service';

const problemOf = (errors: readonly unknown[]) => (errors[0] as GatewayError).problem;

describe(ReactiveApiGatewayService.name, () => {
  it('sends a request to the service of its route, and gives the whole answer', () => {
    const { get, http, open, processed } = gatewayWorld();
    const seen = get('/orders/a%20b?expand=lines&expand=customer');
    const [request] = open();
    expect(request?.request.urlWithParams).toMatch(
      /^https:\/\/[ab]\.example\/v2\/orders\/a%20b\?expand=lines&expand=customer$/,
    );
    request?.flush({ id: 7 }, { headers: { ETag: '"1"' }, status: 203, statusText: 'Fine' });
    const [response] = seen.values;
    expect(response).toMatchObject({ status: 203, body: { id: 7 } });
    expect(response?.headers.get('ETag')).toBe('"1"');
    expect(seen).toMatchObject({ errors: [], completed: true });
    expect(processed).toMatchObject([{ outcome: 'success', status: 203, servedBy: 'service' }]);
    http.verify();
  });

  it('sends nothing before somebody subscribes, and once for each who does', () => {
    const { gateway, http, open, see } = gatewayWorld({
      routes: [ordersRoute({ coalesce: false })],
    });
    const call$ = gateway.handle(new HttpRequest('GET', '/orders/7'));
    http.verify();
    see(call$);
    see(call$);
    expect(open()).toHaveLength(2);
  });

  it('makes one of two that are the same at one time', () => {
    const { get, open } = gatewayWorld();
    const seen = [get('/orders/7'), get('/orders/7')];
    const requests = open();
    expect(requests).toHaveLength(1);
    requests[0]?.flush(1);
    expect(seen.map(({ values }) => values[0]?.body)).toEqual([1, 1]);
  });

  it('passes the answer of a service on as it is, whatever its status', () => {
    const { get, open } = gatewayWorld();
    const { errors } = get('/orders/7');
    open()[0]?.flush(
      { reason: 'gone' },
      { status: 410, statusText: 'Gone', headers: { 'X-A': '1' } },
    );
    expect(errors).toEqual([expect.any(HttpErrorResponse)]);
    expect(errors[0]).toMatchObject({ status: 410, error: { reason: 'gone' } });
  });

  it('gives the answer of the last attempt when all have failed', () => {
    const { clock, get, open } = gatewayWorld({ routes: [ordersRoute({ retries: 1 })] });
    const { errors } = get('/orders/7');
    open()[0]?.flush('a', { status: 503, statusText: 'A' });
    clock.advance(1000);
    open()[0]?.flush('b', { status: 502, statusText: 'B' });
    expect(errors).toEqual([expect.any(HttpErrorResponse)]);
    expect(errors[0]).toMatchObject({ status: 502, error: 'b' });
  });

  describe('leaving', () => {
    it.each<[string, Parameters<typeof gatewayWorld>[0]]>([
      ['in a middleware', { routes: [ordersRoute({ middleware: [() => NEVER] })] }],
      ['in the queue', { concurrency: 1, routes: [ordersRoute({ coalesce: false })] }],
      ['at discovery', { routes: [ordersRoute({ targetService: 'none' })] }],
      ['at the service', { routes: [ordersRoute()] }],
    ])('cancels all below %s', (_, options) => {
      const { clock, get, open, processed } = gatewayWorld(options);
      const others = [get('/orders/1'), get('/orders/2')];
      const requests = open();
      for (const other of [...others].reverse()) other.leave();
      expect(requests.map(({ cancelled }) => cancelled)).not.toContain(false);
      expect(open().map(({ cancelled }) => cancelled)).not.toContain(false);
      expect(clock.pending).toBe(0);
      const queue = TestBed.inject(GatewayQueue);
      expect([queue.running, queue.queued]).toEqual([0, 0]);
      expect(processed.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
    });
  });

  describe('a fallback', () => {
    const stand = new HttpResponse({ status: 200, body: 'stand-in' });

    it('answers for a service that cannot', () => {
      const fallback = jest.fn(() => of(stand));
      const { get, open, processed } = gatewayWorld({ routes: [ordersRoute({ fallback })] });
      const seen = get('/orders/7');
      open()[0]?.flush('ill', { status: 500, statusText: 'Ill' });
      expect(seen).toMatchObject({ values: [stand], errors: [], completed: true });
      expect(fallback).toHaveBeenCalledWith(
        expect.objectContaining({ params: expect.objectContaining({ id: '7' }) as unknown }),
        expect.any(HttpErrorResponse),
      );
      expect(processed).toMatchObject([{ servedBy: 'fallback', outcome: 'success' }]);
    });

    it('answers after the time of the route is over, and has that time itself', () => {
      const late = ordersRoute({ timeout: 500, fallback: () => of(stand) });
      const never = ordersRoute({ path: '/never/:id', timeout: 500, fallback: () => NEVER });
      const { clock, get } = gatewayWorld({ routes: [late, never] });
      const [seen, stuck] = [get('/orders/7'), get('/never/7')];
      clock.advance(500);
      expect(seen.values).toEqual([stand]);
      expect(stuck.errors).toEqual([]);
      clock.advance(500);
      expect(problemOf(stuck.errors)).toMatchObject({ status: 504 });
    });

    it('does not answer for a service that says no, nor for a refusal', () => {
      const fallback = jest.fn(() => of(stand));
      const { get, open } = gatewayWorld({
        routes: [
          ordersRoute({ fallback }),
          ordersRoute({ path: '/mine', targetPath: '/m', authentication: {}, fallback }),
        ],
      });
      const seen = get('/orders/7');
      open()[0]?.flush('no', { status: 404, statusText: 'No' });
      expect(seen.errors).toHaveLength(1);
      expect(problemOf(get('/mine').errors)).toMatchObject({ status: 401 });
      expect(fallback).not.toHaveBeenCalled();
    });

    it('that says nothing leaves the error, and one that throws gives its own', () => {
      const { get, open } = gatewayWorld({
        routes: [
          ordersRoute({ fallback: () => [] }),
          ordersRoute({ path: '/b/:id', fallback: () => throwError(() => new Error('bug')) }),
          ordersRoute({ path: '/c/:id', fallback: () => ['text' as never] }),
        ],
      });
      const all = [get('/orders/1'), get('/b/2'), get('/c/3')];
      for (const each of open()) each.flush('ill', { status: 500, statusText: 'Ill' });
      expect(all.map(({ errors }) => (errors[0] as GatewayError).status)).toEqual([500, 502, 502]);
    });
  });

  describe('routes', () => {
    it('are told at once and after each change, as a stream and a signal', () => {
      const { gateway, see } = gatewayWorld();
      const seen = see(gateway.routes$);
      gateway.setRoutes([]);
      expect(seen.values.map(({ length }) => length)).toEqual([1, 0]);
      expect(gateway.routes()).toEqual([]);
      expect(seen.completed).toBe(false);
    });

    it('are refused whole when one is bad, and those before stay', () => {
      const { gateway, get, open } = gatewayWorld();
      const before = gateway.routes();
      expect(() => gateway.setRoutes([ordersRoute({ path: 'bad' }), ordersRoute()])).toThrow(
        RouteTableError,
      );
      expect(gateway.routes()).toBe(before);
      get('/orders/7');
      expect(open()).toHaveLength(1);
    });

    it('may change while requests are under way, which go on by theirs', () => {
      const { gateway, get, open } = gatewayWorld({
        routes: [ordersRoute({ middleware: [(context) => of(context)] })],
      });
      const first = get('/orders/7');
      gateway.setRoutes([ordersRoute({ targetPath: '/v3/orders/:id' })]);
      const second = get('/orders/8');
      const [old, fresh] = open();
      expect([old?.request.url, fresh?.request.url]).toEqual([
        expect.stringMatching(/\/v2\/orders\/7$/),
        expect.stringMatching(/\/v3\/orders\/8$/),
      ]);
      old?.flush(7);
      fresh?.flush(8);
      expect([first.completed, second.completed]).toEqual([true, true]);
    });
  });

  it('makes middleware by hand that works as that of routes', () => {
    const { gateway, get, http } = gatewayWorld();
    const limit = gateway.createRateLimitingMiddleware({ limit: 1, period: 1000 });
    const mine = gateway.createAuthenticationMiddleware();
    const same = gateway.createTransformationMiddleware({
      transform: (request) => [request.clone({ headers: new HttpHeaders({ 'X-A': '1' }) })],
    });
    gateway.setRoutes([
      ordersRoute({ middleware: [mine] }),
      ordersRoute({
        path: '/limited',
        targetPath: '/l',
        coalesce: false,
        middleware: [limit, same],
      }),
    ]);
    expect(problemOf(get('/orders/7').errors)).toMatchObject({ status: 401 });
    get('/limited');
    expect(http.expectOne(({ url }) => url.endsWith('/l')).request.headers.get('X-A')).toBe('1');
    expect(problemOf(get('/limited').errors)).toMatchObject({ status: 429 });
  });
});
