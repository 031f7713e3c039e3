import { HttpHeaders, HttpRequest } from '@angular/common/http';
import { NEVER } from 'rxjs';
import { TOKEN_VALIDATOR } from './middleware/token-ports';
import { gatewayWorld, ordersRoute } from './spec-support/gateway-world';

const ANN = new HttpHeaders({ Authorization: 'Bearer of-ann' });

describe('the gateway on a server', () => {
  it('answers a request and leaves no timer behind', () => {
    const { clock, get, open, processed } = gatewayWorld();
    const seen = get('/orders/7');
    const [request] = open();
    expect(request?.request.url).toMatch(/^https:\/\/[ab]\.example\/v2\/orders\/7$/);
    request?.flush({ id: 7 });
    expect(seen).toMatchObject({ values: [{ body: { id: 7 } }], errors: [], completed: true });
    expect(processed).toMatchObject([{ outcome: 'success', servedBy: 'service', status: 200 }]);
    expect(clock.pending).toBe(0);
  });

  it('does all that a route asks for without a page', () => {
    const { clock, gateway, open, see } = gatewayWorld(
      {
        routes: [
          ordersRoute({
            authentication: { roles: ['buyer'] },
            rateLimit: { limit: 2, period: 1000 },
            cache: { ttl: 1000 },
          }),
        ],
      },
      {
        provide: TOKEN_VALIDATOR,
        useValue: { validate: () => [{ id: 'ann', roles: ['buyer'], claims: {} }] },
      },
    );
    const ask = (id: number) =>
      see(gateway.handle(new HttpRequest('GET', `/orders/${id}`, { headers: ANN })));
    const first = ask(7);
    open()[0]?.flush({ id: 7 });
    const again = ask(7);
    expect([first, again].map(({ values }) => values.map(({ body }) => body))).toEqual([
      [{ id: 7 }],
      [{ id: 7 }],
    ]);
    expect(open()).toEqual([]);
    ask(8);
    expect(ask(9).errors).toMatchObject([{ status: 429 }]);
    for (const request of open()) request.flush({});
    expect(clock.pending).toBe(0);
  });

  it('ends a request that hangs by the time of its route, and cancels what is under way', () => {
    const { clock, get, open } = gatewayWorld({ routes: [ordersRoute({ timeout: 500 })] });
    const seen = get('/orders/7');
    const [request] = open();
    clock.advance(500);
    expect(seen.errors).toMatchObject([{ status: 504 }]);
    expect(request?.cancelled).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('forgets a request that is left, also while a middleware keeps it', () => {
    const { clock, get, processed } = gatewayWorld({
      routes: [ordersRoute({ middleware: [() => NEVER] })],
    });
    get('/orders/7').leave();
    expect(processed).toMatchObject([{ outcome: 'cancelled' }]);
    expect(clock.pending).toBe(0);
  });

  it('has no windows of metrics, which would keep a rendering from its end', () => {
    const { clock, gateway, see } = gatewayWorld();
    expect(see(gateway.metrics$)).toMatchObject({ values: [], errors: [], completed: true });
    expect(clock.pending).toBe(0);
  });
});
