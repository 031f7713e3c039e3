import { InvalidOptionError } from 'rx-mesh/kernel';
import { SequentialIds } from 'rx-mesh/testing';
import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import { requestIds } from './request-id-middleware';

describe(requestIds.name, () => {
  const ids = requestIds(
    { allowedOrigins: ['https://api.shop.test'], ownOrigin: 'https://shop.test' },
    new SequentialIds(),
  );
  const idOf = (id?: string) =>
    ids.idOf(contextOf('/a', { headers: id === undefined ? {} : { 'X-Request-ID': id } }).originalRequest); // prettier-ignore

  it('takes the name that a request has, if it can be one', () => {
    expect(idOf('abc-1')).toBe('abc-1');
    const made = [idOf(), idOf('a b'), idOf(''), idOf('x'.repeat(129)), idOf('a\r\nb')];
    expect(new Set(made).size).toBe(5);
    expect(made.every((id) => /^[\da-f-]{36}$/.test(id))).toBe(true);
  });

  it.each([
    ['https://api.shop.test/v1', true],
    ['https://shop.test', true],
    ['/api', true],
    ['', true],
    ['https://evil.test', false],
    ['https://api.shop.test.evil.test', false],
    ['http://api.shop.test', false],
    ['//evil.test', false],
    ['no address', false],
  ])('tells %s: %p', (url, isTold) => {
    const context = contextOf('/a', { requestId: 'r' });
    const headers = ids.headersFor(context, { url } as never);
    expect(headers).toEqual(isTold ? { 'X-Request-ID': 'r' } : {});
  });

  it('names the answer, and leaves the name to whoever knows where the request goes', () => {
    const { arrivals, send } = stepWorld(ids.middleware);
    const seen = send(contextOf('/a', { requestId: 'r', headers: { 'x-request-id': 'r' } }));
    expect(arrivals[0]?.context.originalRequest.headers.keys()).toEqual([]);
    arrivals[0]?.answer();
    expect(seen.values[0]?.headers.get('X-Request-ID')).toBe('r');
  });

  it.each([[{ header: 'Cookie' }], [{ allowedOrigins: ['https://a.test/path'] }]])(
    'refuses %j',
    (options) => {
      expect(() => requestIds(options, new SequentialIds())).toThrow(InvalidOptionError);
    },
  );
});
