import { isGatewayError } from '../gateway-errors';
import { targetPathOf } from './target-path';

const statusOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return isGatewayError(error) ? error.status : error;
  }
};

describe(targetPathOf.name, () => {
  it('puts the parameters in, encoded', () => {
    const route = { targetPath: '/v2/:id/x/*rest' };
    expect(targetPathOf(route, { id: 'a b?#ä', rest: 'c/d%/' })).toBe(
      '/v2/a%20b%3F%23%C3%A4/x/c/d%25/',
    );
    expect(targetPathOf({ targetPath: '/v2/' }, {})).toBe('/v2/');
  });

  it('leaves what a part may have as it is', () => {
    const id = `7;v=1:cancel,@$&+!'()*`;
    expect(targetPathOf({ targetPath: '/:id' }, { id })).toBe(`/${id}`);
  });

  it.each(['', '.', '..', '/evil.test', '\\', 'a/b', '\0', '\r\n', '%2e', '\ud800'])(
    'refuses %j as a parameter',
    (id) => {
      expect(statusOf(() => targetPathOf({ targetPath: '/:id' }, { id }))).toBe(400);
    },
  );

  it.each(['', '/', '/evil.test', 'a//b', '../a', 'a/..', 'a\\b'])('refuses %j as rest', (rest) => {
    expect(statusOf(() => targetPathOf({ targetPath: '/*rest' }, { rest }))).toBe(400);
  });

  it('refuses what is missing, even where every object has it', () => {
    expect(statusOf(() => targetPathOf({ targetPath: '/:constructor' }, {}))).toBe(400);
    expect(statusOf(() => targetPathOf({ targetPath: '/*rest' }, {}))).toBe(400);
  });
});
