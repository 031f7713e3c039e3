import { HttpErrorResponse, HttpHeaders, HttpRequest } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withResilience } from 'rx-mesh';
import { CircuitBreakerService, BulkheadFullError } from 'rx-mesh/resilience';
import { EMPTY, NEVER } from 'rxjs';
import { gatewayWorld, ordersRoute } from './spec-support/gateway-world';
import { TOKEN_VALIDATOR } from './middleware/token-ports';
import type { GatewayError } from './gateway-errors';
import { ReactiveApiGatewayService } from './reactive-api-gateway-service';

const problemOf = (errors: readonly unknown[]) => (errors[0] as GatewayError).problem;

describe(`${ReactiveApiGatewayService.name} when it refuses`, () => {
  it('with 404 what no route takes', () => {
    const { get, processed } = gatewayWorld();
    const { errors } = get('/parcels/7');
    expect(problemOf(errors)).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No route takes this address.',
      instance: processed[0]?.error && problemOf([processed[0].error]).instance,
    });
    expect(processed).toMatchObject([{ outcome: 'failure', status: 404, context: undefined }]);
  });

  it('with 405 another method, and says which there are', () => {
    const { gateway, see } = gatewayWorld();
    const { errors } = see(gateway.handle(new HttpRequest('DELETE', '/orders/7')));
    expect(problemOf(errors)).toMatchObject({ status: 405, allow: ['GET', 'HEAD'] });
  });

  it.each(['/orders/%252e', '/orders/..%2fadmin', '/orders/%zz'])(
    'with 400 the path %s, and sends nothing',
    (path) => {
      const { get, http } = gatewayWorld();
      expect(problemOf(get(path).errors)).toMatchObject({ status: 400 });
      http.verify();
    },
  );

  it('with 401 whom nobody knows, and with 403 who may not', () => {
    const validate = () => [{ id: 'u1', roles: ['guest'], claims: {} }];
    const { gateway, get, http, processed, see } = gatewayWorld(
      { routes: [ordersRoute({ authentication: { roles: ['admin'] } })] },
      { provide: TOKEN_VALIDATOR, useValue: { validate } },
    );
    expect(problemOf(get('/orders/7').errors)).toMatchObject({ status: 401 });
    const headers = new HttpHeaders({ Authorization: 'Bearer t1' });
    const seen = see(gateway.handle(new HttpRequest('GET', '/orders/7', { headers })));
    expect(problemOf(seen.errors)).toMatchObject({ status: 403 });
    expect(processed.map(({ servedBy, status }) => [servedBy, status])).toEqual([
      ['gateway', 401],
      ['gateway', 403],
    ]);
    http.verify();
  });

  it('with 413 a body that is too large', () => {
    const { gateway, http, see } = gatewayWorld({
      routes: [ordersRoute({ method: 'PUT', maxBodySize: 10 })],
    });
    const { errors } = see(gateway.handle(new HttpRequest('PUT', '/orders/7', 'x'.repeat(11))));
    expect(problemOf(errors)).toMatchObject({ status: 413 });
    http.verify();
  });

  it('with 429 and the time to wait what comes too often, also after a new table with the same limit', () => {
    const route = ordersRoute({ rateLimit: { limit: 1, period: 60_000 } });
    const { gateway, get, http, open } = gatewayWorld({ routes: [route] });
    get('/orders/1');
    open()[0]?.flush(1);
    gateway.setRoutes([route]);
    const [error] = get('/orders/2').errors as [GatewayError];
    expect(error).toMatchObject({ status: 429, retryAfter: 60_000 });
    http.verify();
  });

  it('with 502 when a middleware completes empty', () => {
    const { get, http } = gatewayWorld({ routes: [ordersRoute({ middleware: [() => EMPTY] })] });
    expect(problemOf(get('/orders/7').errors)).toMatchObject({ status: 502 });
    http.verify();
  });

  it('with 502 when a middleware throws, and keeps what it threw', () => {
    const bug = new Error('bug');
    const { get } = gatewayWorld({
      routes: [
        ordersRoute({
          middleware: [
            () => {
              throw bug;
            },
          ],
        }),
      ],
    });
    const [error] = get('/orders/7').errors as [GatewayError];
    expect(error).toMatchObject({ status: 502, cause: bug });
    expect(error.problem.detail).toBe('bug');
  });

  it('with 502 when nobody can be reached', () => {
    const { get, open } = gatewayWorld();
    const { errors } = get('/orders/7');
    open()[0]?.error(new ProgressEvent('error'));
    expect(problemOf(errors)).toMatchObject({ status: 502 });
  });

  it('with 503 while the circuit is open, and says how long', () => {
    const { get, open } = gatewayWorld(
      undefined,
      provideRxMesh(withResilience({ breaker: { consecutiveFailures: 1 } })),
    );
    const first = get('/orders/7');
    open()[0]?.flush('ill', { status: 500, statusText: 'Ill' });
    expect(first.errors).toEqual([expect.any(HttpErrorResponse)]);
    expect(TestBed.inject(CircuitBreakerService).isOpen('orders')).toBe(true);
    const [error] = get('/orders/7').errors as [GatewayError];
    expect(error.status).toBe(503);
    expect(error.retryAfter).toBeGreaterThan(0);
  });

  it('with 503 when the queue is full, the least important first', () => {
    const { get, http, open } = gatewayWorld({
      concurrency: 1,
      queue: 1,
      routes: [ordersRoute(), ordersRoute({ path: '/urgent/:id', priority: 5 })],
    });
    const first = get('/orders/1');
    const second = get('/orders/2');
    const third = get('/orders/3');
    const urgent = get('/urgent/4');
    expect([first, second, third, urgent].map(({ errors }) => errors.length)).toEqual([0, 1, 1, 0]);
    const [error] = third.errors as [GatewayError];
    expect(error.status).toBe(503);
    expect(error.cause).toBeInstanceOf(BulkheadFullError);
    open()[0]?.flush(1);
    const [next] = open();
    expect(next?.request.url).toMatch(/\/4$/);
    next?.flush(4);
    expect(urgent.completed).toBe(true);
    http.verify();
  });

  it('with 503 what waits too long for its turn', () => {
    const { clock, get } = gatewayWorld({
      concurrency: 1,
      maxWait: 100,
      routes: [ordersRoute()],
    });
    get('/orders/1');
    const second = get('/orders/2');
    clock.advance(101);
    expect(problemOf(second.errors)).toMatchObject({ status: 503 });
  });

  it('with 503 when there is no such service', () => {
    const { clock, get } = gatewayWorld({ routes: [ordersRoute({ targetService: 'none' })] });
    const { errors } = get('/orders/7');
    clock.advance(30_000);
    expect(problemOf(errors)).toMatchObject({ status: 503 });
    expect(clock.pending).toBe(0);
  });

  it('with 504 when a middleware is silent, and leaves it', () => {
    const { clock, get } = gatewayWorld({
      routes: [ordersRoute({ timeout: 500, middleware: [() => NEVER] })],
    });
    const { errors } = get('/orders/7');
    clock.advance(499);
    expect(errors).toEqual([]);
    clock.advance(1);
    expect(problemOf(errors)).toMatchObject({ status: 504 });
    expect(clock.pending).toBe(0);
  });

  it('with 504 when the service takes too long, and aborts the request', () => {
    const { clock, get, open } = gatewayWorld({ routes: [ordersRoute({ timeout: 500 })] });
    const { errors } = get('/orders/7');
    const [request] = open();
    clock.advance(500);
    expect(problemOf(errors)).toMatchObject({ status: 504 });
    expect(request?.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
