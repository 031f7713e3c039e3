import { HttpErrorResponse, HttpRequest, HttpResponse } from '@angular/common/http';
import type { Provider } from '@angular/core';
import { of } from 'rxjs';
import type { GatewayError } from '../gateway-errors';
import { TOKEN_SOURCE, TOKEN_VALIDATOR } from '../middleware/token-ports';
import { gatewayWorld, ordersRoute } from '../spec-support/gateway-world';
import type { RouteConfig } from '../route-config';
import { GatewayRunner } from './gateway-run';

const ANNA = { id: 'anna', roles: ['guest'], claims: {} };
const PROVIDERS: readonly Provider[] = [
  { provide: TOKEN_SOURCE, useValue: { current: () => 'secret' } },
  { provide: TOKEN_VALIDATOR, useValue: { validate: () => [ANNA] } },
];

const world = (route: Partial<RouteConfig>) =>
  gatewayWorld(
    {
      routes: [ordersRoute({ authentication: {}, ...route })],
      allowedOrigins: ['https://a.example', 'https://b.example'],
    },
    ...PROVIDERS,
  );

describe(GatewayRunner.name, () => {
  it('tells of a request as it came, without the token that it was sent with', () => {
    const { get, open, processed } = world({});
    get('/orders/7');
    const [sent] = open();
    expect(sent?.request.headers.get('Authorization')).toBe('Bearer secret');
    sent?.flush(1);
    const [told] = processed;
    expect(told?.context?.originalRequest).toBe(told?.request);
    expect(told?.request.headers.keys()).toEqual([]);
    expect(told?.context?.user).toEqual(ANNA);
  });

  it.each<[string, Partial<RouteConfig>, number]>([
    ['that a middleware answers', { middleware: [() => of(new HttpResponse())] }, 200],
    ['that is too large', { method: 'PUT', maxBodySize: 1 }, 413],
  ])('tells whose a request is %s', (_, route, status) => {
    const { gateway, processed, see } = world(route);
    see(gateway.handle(new HttpRequest(route.method ?? 'GET', '/orders/7', 'body')));
    expect(processed).toMatchObject([{ status, context: { user: ANNA } }]);
  });

  it('tells whose a request is that the cache answers', () => {
    const { get, open, processed } = world({ cache: { ttl: 1000 } });
    get('/orders/7');
    open()[0]?.flush(1);
    get('/orders/7');
    expect(processed.map(({ context, servedBy }) => [servedBy, context?.user])).toEqual([
      ['service', ANNA],
      ['cache', ANNA],
    ]);
  });

  it('tells nothing of the address when a service cannot be reached', () => {
    const { gateway, open, see } = world({});
    const seen = see(gateway.handle(new HttpRequest('GET', '/orders/7?access_token=abc')));
    open()[0]?.error(new ProgressEvent('error'));
    const [error] = seen.errors as [GatewayError];
    expect(error.problem.detail).toBe(
      'The service cannot be reached, or its answer cannot be read.',
    );
    expect(error.message).not.toContain('abc');
    expect(error.cause).toBeInstanceOf(HttpErrorResponse);
  });

  it('ends for one who has less time than the route, also while he waits for his turn', () => {
    const { clock, gateway, get, open, see } = gatewayWorld({
      routes: [ordersRoute()],
      concurrency: 1,
    });
    get('/orders/1');
    const queued = see(gateway.handle(new HttpRequest('GET', '/orders/2', { timeout: 500 })));
    clock.advance(499);
    expect(queued.errors).toEqual([]);
    clock.advance(1);
    expect(queued.errors).toMatchObject([{ status: 504 }]);
    expect(open()).toHaveLength(1);
  });

  it('ends for one who waits for an identical request when his own time is over', () => {
    const { clock, gateway, get, open, see } = gatewayWorld();
    const first = get('/orders/1');
    const second = see(gateway.handle(new HttpRequest('GET', '/orders/1', { timeout: 500 })));
    clock.advance(500);
    expect(second.errors).toMatchObject([{ status: 504 }]);
    open()[0]?.flush(1);
    expect(first).toMatchObject({ errors: [], completed: true });
  });
});
