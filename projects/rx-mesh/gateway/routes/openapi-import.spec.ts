import fc from 'fast-check';
import { compileRoutes } from './compile-routes';
import { routesFromOpenApi } from './openapi-import';

const document = (more: object, paths: unknown = {}): unknown => ({
  openapi: '3.1.0',
  paths,
  ...more,
});
const imported = (given: unknown) =>
  routesFromOpenApi(given, { service: 'shop', prefix: '/shop/' });
const securitySchemes = {
  token: { type: 'http', scheme: 'Bearer' },
  key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  unsettable: { type: 'apiKey', in: 'header', name: 'Cookie' },
  oauth: { type: 'oauth2', flows: {} },
};

describe(routesFromOpenApi.name, () => {
  it('makes a route of each operation', () => {
    const { routes, problems } = imported(
      document(
        {
          servers: [
            {
              url: 'https://{host}/{v}/',
              variables: { host: { default: 'a' }, v: { default: 'v2' } },
            },
          ],
          components: { securitySchemes },
          security: [{ token: [] }],
        },
        {
          '/orders/{order-id}': {
            get: { operationId: 'getOrder' },
            delete: { operationId: 'getOrder', security: [{ oauth: ['orders:write'] }] },
            parameters: [],
          },
          '/items:batch': { post: { security: [] } },
          '/k': { get: { security: [{ cookie: [] }, { key: [] }, {}] }, servers: [{ url: '/' }] },
          'x-note': 1,
        },
      ),
    );
    const shop = { targetService: 'shop' };
    const order = { ...shop, path: '/shop/orders/:order_id', targetPath: '/v2/orders/:order_id' };
    expect(problems).toEqual([]);
    expect(routes).toEqual([
      {
        ...order,
        name: 'getOrder',
        method: 'GET',
        authentication: { required: true, scheme: 'bearer' },
      },
      {
        ...order,
        method: 'DELETE',
        authentication: { required: true, scheme: 'bearer', roles: ['orders:write'] },
      },
      { ...shop, path: '/shop/items%3Abatch', targetPath: '/v2/items%3Abatch', method: 'POST' },
      {
        ...shop,
        path: '/shop/k',
        targetPath: '/k',
        method: 'GET',
        authentication: { required: false, scheme: { header: 'X-Key' } },
      },
    ]);
    expect(compileRoutes(routes).match({ method: 'GET', url: '/shop/orders/7' }).kind).toBe(
      'found',
    );
  });

  it('leaves out what it cannot read or keep, and says so', () => {
    const { routes, problems } = imported(
      document(
        { components: { securitySchemes }, security: [{ cookie: [] }] },
        {
          '/a': { get: {} },
          '/b': { get: { security: [{ token: [], key: [] }] } },
          '/c': { get: { security: [{ none: [] }] }, put: { security: 'x' } },
          '/d/{a}.{b}': { get: { security: [] } },
          '/e/{x}': { get: { security: [] } },
          '/e/{y}': { get: { security: [] } },
          '/f': { $ref: '#/x' },
          '/g/../h': { get: { security: [] } },
          '/h': { get: { security: [{ unsettable: [] }] } },
          '/i': { get: { security: [], servers: [{ url: '/{v}' }] } },
          j: { get: { security: [] } },
        },
      ),
    );
    expect(routes.map(({ path }) => path)).toEqual(['/shop/e/:x']);
    expect(problems.map(({ at }) => at)).toEqual([
      'paths./a.get',
      'paths./b.get',
      'paths./c.get',
      'paths./c.put',
      'paths./d/{a}.{b}.get',
      'paths./e/{y}.get',
      'paths./f',
      'paths./g/../h.get',
      'paths./h.get',
      'paths./i.get',
      'paths.j.get',
    ]);
  });

  it.each([null, undefined, 1, 'x', [], {}, { openapi: '2.0' }, { openapi: 3 }])(
    'refuses %j',
    (given) => {
      expect(imported(given)).toMatchObject({ routes: [], problems: [{ at: 'openapi' }] });
    },
  );

  it('takes at most 5,000 operations, and says where it stopped', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 5200 }, (_, i) => [`/p${i}`, { get: {} }] as const),
    );
    const { problems, routes } = imported(document({}, paths));
    expect(routes).toHaveLength(5000);
    expect(problems).toEqual([
      { at: 'paths./p5000.get', detail: 'there are more than 5000 operations' },
    ]);
  });

  it('reads any document without a crash, into routes that compile', () => {
    const operation = fc.oneof(
      fc.jsonValue(),
      fc.record({ security: fc.jsonValue(), operationId: fc.jsonValue() }, { requiredKeys: [] }),
    );
    const path = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('/', '{a}', '{__proto__}', '..', ':', '*', 'b', '%', '?'))
        .map((all) => `/${all.join('')}`),
    );
    const item = fc.oneof(
      fc.jsonValue(),
      fc.record({ get: operation, post: operation, servers: fc.jsonValue() }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(fc.dictionary(path, item), fc.jsonValue(), (paths, servers) => {
        const { routes, problems } = imported(document({ servers }, paths));
        expect(problems.length).toBeLessThanOrEqual(100);
        expect(compileRoutes(routes).routes).toHaveLength(routes.length);
      }),
      { numRuns: 300 },
    );
  });
});
