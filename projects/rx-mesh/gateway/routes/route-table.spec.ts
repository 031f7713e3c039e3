import { HttpHeaders, HttpRequest } from '@angular/common/http';
import { isRouteTableError, RouteTableError } from '../gateway-errors';
import type { RouteConfig } from '../route-config';
import { compileRoutes, type RouteTableOptions } from './compile-routes';
import { CompiledTable, type RouteTable } from './route-table';

const route = (path: string, more: Partial<RouteConfig> = {}): RouteConfig => ({
  path,
  method: 'GET',
  targetService: 'shop',
  targetPath: '/',
  ...more,
});
const tableOf = (...paths: string[]): RouteTable => compileRoutes(paths.map((path) => route(path)));
const get = (url: string) => ({ method: 'GET', url });

const problemsOf = (routes: unknown, options?: RouteTableOptions) => {
  try {
    compileRoutes(routes as RouteConfig[], options);
  } catch (error) {
    return isRouteTableError(error) ? error.problems : [];
  }
  return [];
};

describe(CompiledTable.name, () => {
  it('takes a static part before a parameter, that before the rest, and goes back where one leads nowhere', () => {
    const table = tableOf('/a/b', '/a/:id', '/a/*rest', '/:x/b/c', '/a/:id/d');
    const takes = (url: string): unknown => {
      const match = table.match(get(url));
      return match.kind === 'found' ? [match.template, { ...match.params }] : match.kind;
    };
    expect(takes('/a/b')).toEqual(['/a/b', {}]);
    expect(takes('/a/b?x=1#y')).toEqual(['/a/b', {}]);
    expect(takes('/a/c/')).toEqual(['/a/:id', { id: 'c' }]);
    expect(takes('/a/b/c')).toEqual(['/a/*rest', { rest: 'b/c' }]);
    expect(takes('/z/b/c')).toEqual(['/:x/b/c', { x: 'z' }]);
    expect(takes('/a/b/d')).toEqual(['/a/:id/d', { id: 'b' }]);
    expect(takes('/a/q/r/')).toEqual(['/a/*rest', { rest: 'q/r/' }]);
    expect(takes('https://any.test/a/%C3%A4%20b')).toEqual(['/a/:id', { id: 'ä b' }]);
    expect(takes('/a')).toBe('not-found');
    expect(takes('/')).toBe('not-found');
    expect(takes('a/b')).toBe('not-found');
    expect(takes('data:/a/b')).toBe('not-found');
  });

  it('tells parts apart whose hashes are the same', () => {
    const table = tableOf('/Aa', '/BB', '/Aa/AaAa', '/Aa/AaBB', '/Aa/BBAa');
    for (const path of ['/Aa', '/BB', '/Aa/AaAa', '/Aa/AaBB', '/Aa/BBAa']) {
      expect(table.match(get(path))).toMatchObject({ kind: 'found', template: path });
    }
    expect(table.match(get('/Aa/BBBB'))).toEqual({ kind: 'not-found' });
  });

  it('finds the root, however it is written', () => {
    const table = tableOf('/');
    for (const url of ['/', '/?a', '/#a', 'https://a.test', 'https://a.test?x', '//a.test/']) {
      expect(table.match(get(url)).kind).toBe('found');
    }
  });

  it('gives parameters without a prototype', () => {
    const match = tableOf('/:constructor').match(get('/x'));
    expect(match).toMatchObject({ kind: 'found', params: { constructor: 'x' } });
    expect(Object.getPrototypeOf((match as { params: object }).params)).toBeNull();
  });

  it.each([
    ['/a/../b', 'it has a part that is a dot or two'],
    ['/a/%2e%2E', 'it has a part that is a dot or two'],
    ['/a/.', 'it has a part that is a dot or two'],
    ['/a/%ZZ', 'it has an escape that is none'],
    ['/a/%C0%AF', 'it has an escape that is none'],
    ['/a/\ud800', 'it has an escape that is none'],
    ['/a/%252e', 'it is encoded twice'],
    ['/a%2Fb', 'it has an encoded slash'],
    ['/a%5cb', 'it has a backslash'],
    ['/a\\b', 'it has a backslash'],
    ['/\\evil.test', 'it has a backslash'],
    ['https://a.test\\b', 'it has a backslash'],
    ['/a%00', 'it has a control character'],
    ['/a\r\nb', 'it has a control character'],
    ['/a//b', 'it has an empty part'],
    [`/${'a'.repeat(8200)}`, 'it is longer than 8192 characters'],
    [`/%20${'a'.repeat(8200)}`, 'it is longer than 8192 characters'],
  ])('refuses path number %#', (url, detail) => {
    expect(tableOf('/*rest').match(get(url))).toEqual({ kind: 'bad-path', detail });
  });

  it('lets pass what only looks odd', () => {
    const table = tableOf('/*rest');
    for (const path of [
      '.well-known/a',
      '...',
      'a%25',
      'a.b',
      "a:b@c!$&'()*+,;=~_-",
      'é',
      '%F0%9F%98%80',
    ]) {
      expect(table.match(get(`/${path}?q=%ZZ/../${'x'.repeat(9000)}`))).toMatchObject({
        params: { rest: decodeURIComponent(path) },
      });
    }
  });

  it('tells a wrong method from a wrong path', () => {
    const table = compileRoutes([
      route('/a/:id'),
      route('/a/b', { method: 'post' }),
      route('/c', { method: '*' }),
    ]);
    const match = (method: string, url: string) => table.match({ method, url });
    expect(match('PUT', '/a/b')).toEqual({
      kind: 'method-not-allowed',
      allow: ['GET', 'HEAD', 'POST'],
    });
    expect(match('OPTIONS', '/a/x')).toMatchObject({ allow: ['GET', 'HEAD'] });
    expect(match('GET', '/a/b')).toMatchObject({ kind: 'found', template: '/a/:id' });
    expect(match('HEAD', '/a/b')).toMatchObject({ kind: 'found', template: '/a/:id' });
    expect(match('post', '/a/b')).toMatchObject({ kind: 'found', template: '/a/b' });
    expect(match('OPTIONS', '/c')).toMatchObject({ kind: 'found', template: '/c' });
    expect(match('PUT', '/d')).toEqual({ kind: 'not-found' });
  });

  it('knows only what lies below its base path', () => {
    const table = compileRoutes([route('/'), route('/:id')], { basePath: '/api/v1/' });
    expect(table.match(get('/api/v1'))).toMatchObject({ template: '/api/v1' });
    expect(table.match(get('/api/v1?x'))).toMatchObject({ template: '/api/v1' });
    expect(table.match(get('/api/v1/7'))).toMatchObject({
      template: '/api/v1/:id',
      params: { id: '7' },
    });
    expect(table.match(get('/api/v12')).kind).toBe('not-found');
    expect(table.match(get('/other/../x')).kind).toBe('not-found');
    expect(table.match(get('/api/v1\\x')).kind).toBe('bad-path');
    expect(problemsOf([], { basePath: '/:a' })).toMatchObject([{ at: 'basePath' }]);
  });

  it('asks narrower predicates first', () => {
    const named = (name: string, when?: RouteConfig['when'], method = 'GET') =>
      route('/a', { name, method, when });
    const table = compileRoutes([
      named('any method', undefined, '*'),
      named('plain'),
      named('below', { host: '*.shop.test' }),
      named('host', { host: 'API.shop.test' }),
    ]);
    const name = (url: string, method = 'GET') => {
      const match = table.match({ method, url });
      return match.kind === 'found' ? match.route.name : match.kind;
    };
    expect(name('https://api.shop.test:8443/a')).toBe('host');
    expect(name('https://u:p@x.y.shop.test/a')).toBe('below');
    expect(name('https://shop.test/a')).toBe('plain');
    expect(name('/a')).toBe('plain');
    expect(name('/a', 'PUT')).toBe('any method');
  });

  it('reads headers and query only where they are asked for', () => {
    const table = compileRoutes([
      route('/a', { name: 'pattern', when: { headers: { 'X-Version': /^2/g } } }),
      route('/a', { name: 'text', when: { headers: { 'x-version': '2.1' } } }),
      route('/a', {
        name: 'both',
        when: { headers: { 'x-version': '2.1' }, query: { debug: true } },
      }),
    ]);
    const name = (request: Parameters<RouteTable['match']>[0]) => {
      const match = table.match(request);
      return match.kind === 'found' ? match.route.name : match.kind;
    };
    const headers = new HttpHeaders({ 'X-Version': '2.1' });
    expect(name(new HttpRequest('GET', '/a', { headers }))).toBe('text');
    expect(name(new HttpRequest('GET', '/a?debug', { headers }))).toBe('both');
    expect(name({ ...get('/a'), headers: { 'X-VERSION': ['2.0'] } })).toBe('pattern');
    expect(name({ ...get('/a'), headers: { 'X-VERSION': '2.0' } })).toBe('pattern');
    expect(name({ ...get('/a'), headers: { get: '2' } })).toBe('not-found');
    expect(name(get('/a'))).toBe('not-found');
    expect(name({ method: 'PUT', url: '/a' })).toBe('not-found');
  });

  it('keeps to what it was compiled from', () => {
    const cache = { ttl: 1 };
    const given = { ...route('/a'), cache };
    const table = compileRoutes([given]);
    given.method = 'PUT';
    cache.ttl = 2;
    expect(table.match(get('/a'))).toMatchObject({
      route: { method: 'GET', name: 'GET /a', cache: { ttl: 1 } },
    });
    expect(Object.isFrozen(table.routes[0])).toBe(true);
  });
});

describe(compileRoutes.name, () => {
  it('names all that is wrong with a table, and where', () => {
    const bad: readonly (readonly [unknown, string])[] = [
      [null, 'routes[0]'],
      [route('a'), 'routes[0].path'],
      [route('/a//b'), 'routes[0].path'],
      [route('/a?b'), 'routes[0].path'],
      [route('/:a/:a'), 'routes[0].path'],
      [route('/*a/b'), 'routes[0].path'],
      [route('/:1'), 'routes[0].path'],
      [route('/:__proto__'), 'routes[0].path'],
      [route('/a:b'), 'routes[0].path'],
      [route('/%zz'), 'routes[0].path'],
      [route('/a'.repeat(65)), 'routes[0].path'],
      [route('/a', { targetPath: '/:id' }), 'routes[0].targetPath'],
      [route('/:id', { targetPath: '/*id' }), 'routes[0].targetPath'],
      [route('/*id', { targetPath: '/:id' }), 'routes[0].targetPath'],
      [route('/a', { targetPath: '//evil' }), 'routes[0].targetPath'],
      [route('/a', { method: 'GET /' }), 'routes[0].method'],
      [route('/a', { method: undefined as unknown as string }), 'routes[0].method'],
      [route('/a', { targetService: '' }), 'routes[0].targetService'],
      [route('/a', { name: '\n' }), 'routes[0].name'],
      [route('/a', { weight: 0 }), 'routes[0].weight'],
      [route('/a', { weight: NaN }), 'routes[0].weight'],
      [
        route('/a', { rateLimit: { limit: 1, period: 1, maxWait: 2 ** 31 } }),
        'routes[0].rateLimit.maxWait',
      ],
      [
        route('/a', { rateLimit: { limit: 1, period: 1, followServer: 1 as never } }),
        'routes[0].rateLimit.followServer',
      ],
      [
        route('/a', { authentication: { scheme: { header: 'Cookie' } } }),
        'routes[0].authentication.scheme',
      ],
      [route('/a', { timeout: 0 }), 'routes[0].timeout'],
      [route('/a', { retries: -1 }), 'routes[0].retries'],
      [route('/a', { priority: Infinity }), 'routes[0].priority'],
      [route('/a', { rateLimit: { limit: 0, period: 1 } }), 'routes[0].rateLimit.limit'],
      [route('/a', { rateLimit: 5 as never }), 'routes[0].rateLimit'],
      [route('/a', { cache: { ttl: -1 } }), 'routes[0].cache.ttl'],
      [route('/a', { cache: { tags: [''] } }), 'routes[0].cache.tags'],
      [
        route('/a', { authentication: { scheme: { header: 'a b' } } }),
        'routes[0].authentication.scheme',
      ],
      [route('/a', { middleware: [1 as never] }), 'routes[0].middleware'],
      [route('/a', { when: 1 as never }), 'routes[0].when'],
      [route('/a', { when: { host: 'a*' } }), 'routes[0].when.host'],
      [route('/a', { when: { headers: { 'a b': true } } }), 'routes[0].when.headers'],
      [route('/a', { when: { headers: 1 as never } }), 'routes[0].when.headers'],
      [route('/a', { when: { query: { a: 1 as never } } }), 'routes[0].when.query.a'],
    ];
    for (const [one, at] of bad)
      expect(problemsOf([one]).map((problem) => problem.at)).toEqual([at]);
    expect(problemsOf([route('x'), route('/a', { weight: -1 })]).map(({ at }) => at)).toEqual([
      'routes[0].path',
      'routes[1].weight',
    ]);
    const canary = (name: string) => route('/a', { name, weight: 0 });
    expect(problemsOf([canary('old'), canary('new')]).map(({ at }) => at)).toEqual([
      'routes[0].weight',
      'routes[1].weight',
    ]);
    expect(problemsOf('routes')).toEqual([{ at: 'routes', detail: 'it must be a list' }]);
    expect(() => tableOf('x')).toThrow(RouteTableError);
  });

  it('refuses two routes that take the same requests', () => {
    const at = (...routes: RouteConfig[]) => problemsOf(routes).map((problem) => problem.at);
    const when = { headers: { a: '1' } };
    expect(at(route('/:a'), route('/:b'))).toEqual(['routes[1].path']);
    expect(at(route('/a'), route('/a/'))).toEqual(['routes[1].path']);
    expect(at(route('/a'), route('/%61'))).toEqual(['routes[1].path']);
    expect(at(route('/a'), route('/a', { when }))).toEqual([]);
    expect(at(route('/a', { when }), route('/a', { when: { query: { b: '1' } } }))).toEqual([
      'routes[1].when',
    ]);
    expect(at(route('/a', { when }), route('/a', { when: { headers: { A: '2' } } }))).toEqual([]);
    expect(at(route('/a', { weight: 1 }), route('/a', { targetService: 'b' }))).toEqual([]);
    expect(at(route('/a', { weight: 1 }), route('/a'))).toEqual(['routes[1].name']);
    expect(at(route('/a', { name: 'x' }), route('/b', { name: 'x' }))).toEqual(['routes[1].name']);
    expect(
      at(
        route('/a', { when: { host: '*.a.test' } }),
        route('/a', { when: { host: '*.b.a.test' } }),
      ),
    ).toEqual([]);
  });
});
