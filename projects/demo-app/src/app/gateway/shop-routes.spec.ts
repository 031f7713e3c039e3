import { type AuthenticationService, compileRoutes } from 'rx-mesh/gateway';
import { RequestUsers } from './request-users';
import { PRESETS, lineOf } from './shop-calls';
import { BASE_PATH, labelOf, orderRoutes, shopRoutes, stepsOf } from './shop-routes';

const tokens: unknown = {};
const routes = shopRoutes(tokens as AuthenticationService, new RequestUsers());

describe(shopRoutes.name, () => {
  it('is a table that can be used', () => {
    expect(compileRoutes(routes, { basePath: BASE_PATH }).routes).toHaveLength(8);
  });

  it('takes the requests of the page, but for those that show a refusal', () => {
    const table = compileRoutes(routes, { basePath: BASE_PATH });
    expect(PRESETS.map((preset) => table.match(preset).kind)).toEqual([
      ...Array.from({ length: 7 }, () => 'found'),
      'bad-path',
      'not-found',
      'method-not-allowed',
    ]);
  });
});

describe(orderRoutes.name, () => {
  it.each([
    [0, [100]],
    [35, [65, 35]],
    [100, [100]],
  ])('shares requests, %d %% to the new one', (share, weights) => {
    expect(orderRoutes(share).map(({ weight }) => weight)).toEqual(weights);
  });
});

describe(stepsOf.name, () => {
  it('says what is done on each route', () => {
    expect(routes.map(stepsOf)).toEqual([
      ['3 in 9 s'],
      ['signed in', 'no card number', 'each by itself'],
      ['signed in', 'cache 20 s per user'],
      ['signed in', 'role clerk'],
      ['weight 80'],
      ['weight 20'],
      ['stand-in'],
      [],
    ]);
  });

  it('has a word for what it does not know', () => {
    expect(labelOf((context, next) => next(context))).toBe('middleware');
    const route = { path: '/', method: 'GET', targetService: 'x', targetPath: '/', cache: {} };
    expect(stepsOf(route)).toEqual(['cache 0 s per user']);
  });
});

describe(lineOf.name, () => {
  it('is method and address', () => {
    expect(lineOf(PRESETS[0])).toBe('GET /api/rates/SEK');
  });
});
