import { HttpErrorResponse, HttpEventType, HttpResponse } from '@angular/common/http';
import { gatewayWorld, ordersRoute } from './spec-support/gateway-world';
import { gatewayInterceptor } from './gateway-interceptor';

describe(gatewayInterceptor.name, () => {
  it('takes a request that a route has a path for to the service, without going round', () => {
    const { client, http, open, see } = gatewayWorld({ routes: [ordersRoute()], basePath: '/api' });
    const seen = see(client.get('/api/orders/7', { params: { expand: 'lines' } }));
    const requests = open();
    expect(requests.map(({ request }) => request.urlWithParams)).toEqual([
      expect.stringMatching(/^https:\/\/[ab]\.example\/v2\/orders\/7\?expand=lines$/),
    ]);
    requests[0]?.flush({ id: 7 });
    expect(seen).toMatchObject({ values: [{ id: 7 }], errors: [], completed: true });
    http.verify();
  });

  it('gives the events of HttpClient: sent, then the answer', () => {
    const { client, open, see } = gatewayWorld();
    const seen = see(client.get('/orders/7', { observe: 'events', responseType: 'text' }));
    open()[0]?.flush('text');
    expect(seen.values).toEqual([{ type: HttpEventType.Sent }, expect.any(HttpResponse)]);
    expect(seen.values[1]).toMatchObject({ body: 'text' });
  });

  it.each([
    '/parcels/7',
    'orders/7',
    'assets/a%2Fb.json',
    '/a%2Fb.json',
    'https://else.example/orders/7',
    '//else.example/orders/7',
    'https://else.example/a%2fb',
  ])('lets %s pass as it is', (url) => {
    const { client, open, processed, see } = gatewayWorld();
    see(client.get(url));
    expect(open().map(({ request }) => request.url)).toEqual([url]);
    expect(processed).toEqual([]);
  });

  it('takes an address of another host where a route asks for that host, and one of its own', () => {
    const { client, open, see } = gatewayWorld({
      routes: [
        ordersRoute({ when: { host: 'api.example' } }),
        ordersRoute({ path: '/own/:id', targetPath: '/own/:id' }),
      ],
    });
    see(client.get('https://api.example/orders/7'));
    see(client.get(`${location.origin}/own/7`));
    expect(open().map(({ request }) => request.url)).toEqual([
      expect.stringMatching(/^https:\/\/[ab]\.example\/v2\/orders\/7$/),
      expect.stringMatching(/^https:\/\/[ab]\.example\/own\/7$/),
    ]);
  });

  it('tells a refusal as HttpClient tells errors, with the problem and the wait', () => {
    const { client, clock, open, see } = gatewayWorld({
      routes: [ordersRoute({ rateLimit: { limit: 1, period: 1500 } })],
    });
    see(client.get('/orders/1'));
    open()[0]?.flush(1);
    clock.advance(1);
    const { errors } = see(client.get('/orders/2'));
    const [error] = errors as [HttpErrorResponse];
    expect(error).toBeInstanceOf(HttpErrorResponse);
    expect(error).toMatchObject({ status: 429, url: '/orders/2', error: { status: 429 } });
    expect(error.headers.get('Retry-After')).toBe('2');
  });

  it('refuses a method that the path has not, and a bad path below the base', () => {
    const { client, http, see } = gatewayWorld({ routes: [ordersRoute()], basePath: '/api' });
    const wrong = see(client.delete('/api/orders/7')).errors as [HttpErrorResponse];
    expect(wrong[0].status).toBe(405);
    expect(wrong[0].headers.get('Allow')).toBe('GET, HEAD');
    expect(see(client.get('/api/orders/..%2fx')).errors).toMatchObject([{ status: 400 }]);
    http.verify();
  });

  it('tells a bug of the application in stickyBy as the problem of that request', () => {
    const stickyBy = (): string => {
      throw new Error('bug');
    };
    const { client, http, see } = gatewayWorld({
      routes: [
        ordersRoute({ name: 'old', weight: 1, stickyBy }),
        ordersRoute({ name: 'new', weight: 0 }),
      ],
    });
    const { errors } = see(client.get('/orders/7'));
    expect(errors).toEqual([expect.any(HttpErrorResponse)]);
    expect(errors).toMatchObject([{ status: 502, error: { detail: 'bug' } }]);
    http.verify();
  });

  it('tells of a stickyBy that throws as of all that goes wrong', () => {
    const stickyBy = () => {
      throw new Error('no session');
    };
    const { client, http, see } = gatewayWorld({
      routes: [
        ordersRoute({ weight: 1, stickyBy }),
        ordersRoute({ weight: 1, targetPath: '/v3/orders/:id' }),
      ],
    });
    expect(see(client.get('/orders/7')).errors).toMatchObject([{ status: 502 }]);
    http.verify();
  });

  it('leaves the errors of the service, and aborts when the caller leaves', () => {
    const { client, open, see } = gatewayWorld();
    const seen = see(client.get('/orders/7'));
    open()[0]?.flush('gone', { status: 410, statusText: 'Gone' });
    expect(seen.errors).toMatchObject([{ status: 410, error: 'gone' }]);
    const left = see(client.get('/orders/8'));
    const [request] = open();
    left.leave();
    expect(request?.cancelled).toBe(true);
  });
});
