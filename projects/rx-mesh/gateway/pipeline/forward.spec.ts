import {
  HttpContext,
  HttpContextToken,
  HttpHeaders,
  HttpParams,
  HttpRequest,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withStaticServices } from 'rx-mesh';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { gatewayWorld, ordersRoute } from '../spec-support/gateway-world';
import { GatewayError } from '../gateway-errors';
import { TOKEN_VALIDATOR } from '../middleware/token-ports';
import { forwardedHeaders } from './forward-headers';
import { GatewayForwarder, SKIP_GATEWAY } from './forward';

const TENANT = new HttpContextToken(() => 'none');

describe(GatewayForwarder.name, () => {
  it('sends the query of the address and that of params once', () => {
    const { gateway, open, see } = gatewayWorld();
    const params = new HttpParams({ fromObject: { b: ['2', '3'] } });
    see(gateway.handle(new HttpRequest('GET', '/orders/7?a=1%201#part', { params })));
    expect(open()[0]?.request.urlWithParams).toMatch(/\/v2\/orders\/7\?a=1%201/);
  });

  it('sends params without a query in the address once', () => {
    const { gateway, open, see } = gatewayWorld();
    const params = new HttpParams({ fromObject: { b: ['2', '3'], c: '&' } });
    see(gateway.handle(new HttpRequest('GET', '/orders/7', { params })));
    expect(open()[0]?.request.urlWithParams).toMatch(/\/v2\/orders\/7\?b=2&b=3&c=%26$/);
  });

  it('sends method, body, headers and how an answer is read', () => {
    const { gateway, open, see } = gatewayWorld({ routes: [ordersRoute({ method: '*' })] });
    const body = { quantity: 2 };
    const request = new HttpRequest('POST', '/orders/7', body, {
      headers: new HttpHeaders({ 'X-Tenant': ['a', 'b'], 'Idempotency-Key': 'k1', Cookie: 'x=1' }),
      context: new HttpContext().set(TENANT, 'north'),
      responseType: 'text',
      withCredentials: true,
      keepalive: true,
    });
    const seen = see(gateway.handle(request));
    const sent = open()[0];
    expect(sent?.request).toMatchObject({
      method: 'POST',
      body,
      responseType: 'text',
      withCredentials: true,
      keepalive: true,
    });
    expect(sent?.request.headers.get('X-Tenant')).toBe('a, b');
    expect(sent?.request.headers.get('Idempotency-Key')).toBe('k1');
    expect(sent?.request.headers.has('Cookie')).toBe(false);
    expect(sent?.request.context.get(TENANT)).toBe('north');
    expect(sent?.request.context.get(SKIP_GATEWAY)).toBe(true);
    expect(request.context.get(SKIP_GATEWAY)).toBe(false);
    sent?.flush('text');
    expect(seen.values[0]?.body).toBe('text');
  });

  it.each<[readonly string[] | undefined, boolean]>([
    [undefined, false],
    [['https://a.example', 'https://b.example'], true],
    [['https://other.example'], false],
    [[], false],
  ])('sends credentials to instances where allowedOrigins is %j: %p', (allowedOrigins, isSent) => {
    const { gateway, open, see } = gatewayWorld(
      {
        routes: [ordersRoute({ authentication: { scheme: { header: 'X-Key' } } })],
        allowedOrigins,
      },
      {
        provide: TOKEN_VALIDATOR,
        useValue: { validate: () => [{ id: 'u1', roles: [], claims: {} }] },
      },
    );
    const headers = new HttpHeaders({ Authorization: 'Bearer t', 'X-Key': 'k', 'X-Open': '1' });
    see(gateway.handle(new HttpRequest('GET', '/orders/7', { headers })));
    const sent = open()[0]?.request.headers;
    expect([sent?.has('Authorization'), sent?.has('X-Key')]).toEqual([isSent, isSent]);
    expect(sent?.get('X-Open')).toBe('1');
    expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(isSent ? [] : ['RXM602']);
  });

  it('keeps an API key from other origins also where a middleware of the route asks for it', () => {
    const { gateway, open, see } = gatewayWorld(
      { allowedOrigins: ['https://other.example'] },
      {
        provide: TOKEN_VALIDATOR,
        useValue: { validate: () => [{ id: 'u1', roles: [], claims: {} }] },
      },
    );
    const scheme = { header: 'X-Key' };
    gateway.setRoutes([
      ordersRoute({ middleware: [gateway.createAuthenticationMiddleware({ scheme })] }),
    ]);
    const headers = new HttpHeaders({ 'X-Key': 'k' });
    see(gateway.handle(new HttpRequest('GET', '/orders/7', { headers })));
    expect(open()[0]?.request.headers.has('X-Key')).toBe(false);
  });

  it('hands transferCache on, and ends when the caller has no more time', () => {
    const { clock, gateway, open, see } = gatewayWorld();
    const options = { timeout: 2000, transferCache: false };
    const seen = see(gateway.handle(new HttpRequest('GET', '/orders/7', options)));
    expect(open()[0]?.request.transferCache).toBe(false);
    clock.advance(2000);
    expect(seen.errors).toMatchObject([{ status: 504 }]);
  });

  it('refuses a header with a line break', () => {
    const { gateway, open, see } = gatewayWorld();
    const headers = new HttpHeaders({ 'X-A': 'a\r\nX-Admin: 1' });
    const seen = see(gateway.handle(new HttpRequest('GET', '/orders/7', { headers })));
    expect(open()).toEqual([]);
    expect(seen.errors).toMatchObject([{ status: 400 }]);
  });

  it('sends credentials to the origin of the page whatever is allowed', () => {
    const { gateway, open, see } = gatewayWorld(
      {
        routes: [ordersRoute({ targetService: 'own' })],
        allowedOrigins: [],
      },
      provideRxMesh(withStaticServices([{ name: 'own', instances: ['/base'] }])),
    );
    const headers = new HttpHeaders({ Authorization: 'Bearer t' });
    see(gateway.handle(new HttpRequest('GET', '/orders/7', { headers })));
    const [sent] = open();
    expect(sent?.request.url).toBe('/base/v2/orders/7');
    expect(sent?.request.headers.get('Authorization')).toBe('Bearer t');
  });

  it.each(['//evil.example', '/%5Cevil.example', '/..%2f..%2fadmin'])(
    'does not let the caller choose where it goes by %s',
    (path) => {
      const { get, http } = gatewayWorld({
        routes: [ordersRoute({ path: '/*rest', targetPath: '/*rest' })],
      });
      const seen = get(path);
      const requests = http.match(() => true);
      for (const { request } of requests) expect(request.url).toMatch(/^https:\/\/[ab]\.example\//);
      expect((seen.errors[0] as GatewayError | undefined)?.status ?? 400).toBeLessThan(500);
    },
  );
});

describe(forwardedHeaders.name, () => {
  it.each([
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Proxy-Authorization',
    'Accept-Encoding',
    'Content-Length',
    'Cookie',
    'Cookie2',
    'Date',
    'Expect',
    'Host',
    'Origin',
    'Referer',
    'Sec-Fetch-Mode',
    'Via',
    'X-Forwarded-For',
    'X-HTTP-Method-Override',
    'X-Method-Override',
    'Access-Control-Request-Method',
    'Forwarded',
    'Set-Cookie2',
    'User-Agent',
  ])('leaves out %s', (name) => {
    expect(forwardedHeaders(new HttpHeaders({ [name]: 'x' }), [])).toEqual({
      open: {},
      secret: {},
    });
  });

  it.each([{ 'X A': '1' }, { 'X-A': 'a\nb' }, { 'X-A': 'a\0' }, { 'X-A': '\u4e2d' }])(
    'refuses %j, which is no header',
    (given) => {
      expect(() => forwardedHeaders(new HttpHeaders({ ...given }), [])).toThrow(GatewayError);
    },
  );

  it('leaves out what Connection names, and tells secrets from the others', () => {
    const headers = new HttpHeaders({
      Connection: 'close, X-Hop',
      'X-Hop': '1',
      'X-Forwarded-User': 'a',
      authorization: 'Bearer t',
      'x-api-key': 'k',
      Accept: 'text/html',
    });
    expect(forwardedHeaders(headers, ['authorization', 'x-api-key'])).toEqual({
      open: { 'X-Forwarded-User': 'a', Accept: 'text/html' },
      secret: { authorization: 'Bearer t', 'x-api-key': 'k' },
    });
  });
});
