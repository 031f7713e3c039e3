import { InvalidOptionError } from 'rx-mesh/kernel';
import { directUrl } from '../registry/registry-entry';
import { EUREKA, type EurekaOptions, authorizationOf, wantedApps } from './eureka-options';
import { withEureka } from './with-eureka';

describe('EurekaOptions', () => {
  it('has a default for all but the URL', () => {
    expect(EUREKA.resolve({ url: '/eureka' })).toEqual({
      url: '/eureka',
      services: undefined,
      fetchPeriod: 30_000,
      deltas: true,
      authorization: '',
      instanceUrl: directUrl,
      preferIpAddress: false,
      emptyGrace: 60_000,
      requestTimeout: 10_000,
      eager: true,
    });
    expect(EUREKA.resolve().url).toBe('');
    expect(() => withEureka({ url: '' })).toThrow('EurekaOptions.url is ""');
  });

  it('takes what it is given, zero and nothing too', () => {
    const options = { url: 'https://e.test/eureka/v2/', services: [], emptyGrace: 0 };

    expect(EUREKA.resolve(options)).toMatchObject(options);
  });

  it.each<[Partial<EurekaOptions> | object, string]>([
    [{ url: 'ftp://a.test' }, 'url is "ftp://a.test", but must be an http(s) URL'],
    [{ url: '//a.test' }, 'url is "//a.test"'],
    [{ url: 'https://a.test/eureka?x=1' }, 'but must be a base URL without query'],
    [{ services: [''] }, 'services is an array, but must be names of services'],
    [{ services: { orders: '' } }, 'services is an object'],
    [{ services: [5] }, 'services is an array'],
    [{ services: { orders: null } }, 'services is an object'],
    [{ services: 'orders' }, 'services is "orders"'],
    [{ services: null }, 'services is null'],
    [{ fetchPeriod: 0 }, 'fetchPeriod is 0, but must be a number above 0'],
    [{ fetchPeriod: 2 ** 31 }, 'fetchPeriod is 2147483648, but must be at most'],
    [{ deltas: 'no' }, 'deltas is "no", but must be true or false'],
    [{ instanceUrl: '/mesh' }, 'instanceUrl is "/mesh", but must be a function'],
    [{ preferIpAddress: 1 }, 'preferIpAddress is 1, but must be true or false'],
    [{ emptyGrace: -1 }, 'emptyGrace is -1, but must be a number of at least 0'],
    [{ requestTimeout: 0 }, 'requestTimeout is 0, but must be a number above 0'],
    [{ eager: 0 }, 'eager is 0, but must be true or false'],
    [{ vip: 'a' }, 'vip is "a", but must be left out: there is no such option'],
  ])('refuses %j', (options, message) => {
    const resolve = () => EUREKA.resolve({ url: '/eureka', ...options });

    expect(resolve).toThrow(InvalidOptionError);
    expect(resolve).toThrow(message);
  });

  it.each([
    { url: 'https://user:hunter2@a.test/eureka' },
    { url: 'https://a.test/eureka?token=hunter2' },
    { authorization: 'hunter2\n' },
  ])('repeats no secret when it refuses %#', (options) => {
    const refused = jest.fn(() => EUREKA.resolve({ url: '/eureka', ...options }));

    expect(refused).toThrow(InvalidOptionError);
    expect(refused).not.toThrow('hunter2');
  });
});

describe(wantedApps.name, () => {
  it('names the application of each service in upper case', () => {
    expect([...wantedApps(['orders', 'Users'])]).toEqual([
      ['orders', 'ORDERS'],
      ['Users', 'USERS'],
    ]);
    expect([...wantedApps({ orders: 'order-service' })]).toEqual([['orders', 'ORDER-SERVICE']]);
  });
});

describe(authorizationOf.name, () => {
  it('asks a function each time', () => {
    let token = 1;
    const authorization = () => `Bearer ${token++}`;

    expect([authorizationOf(authorization), authorizationOf(authorization)]).toEqual([
      'Bearer 1',
      'Bearer 2',
    ]);
    expect(authorizationOf('Basic eDp5')).toBe('Basic eDp5');
  });

  it('refuses what no header can hold, and repeats it not', () => {
    const text = 'EurekaOptions.authorization is "***", but must be a text that a header can hold.';

    expect(() => authorizationOf(() => 'a\r\nHost: b')).toThrow(text);
    expect(() => authorizationOf((() => undefined) as unknown as () => string)).toThrow(text);
  });
});
