import { InvalidOptionError } from 'rx-mesh/kernel';
import { type InstanceDescriptor, acceptInstance, createInstance } from './create-instance';
import type { ServiceInstance } from './service-instance';

const lastSeen = new Date(1000);
const create = (from: string | InstanceDescriptor) => createInstance('orders', from, { lastSeen });

describe('createInstance', () => {
  it('makes an instance of a URL', () => {
    expect(create('https://api.test:8443/orders/')).toEqual({
      id: 'orders@https://api.test:8443/orders',
      name: 'orders',
      version: '',
      address: 'api.test',
      port: 8443,
      secure: true,
      url: 'https://api.test:8443/orders',
      health: 'healthy',
      metadata: {},
      weight: 1,
      lastSeen,
    });
  });

  it('makes an instance of a description', () => {
    const described = {
      url: '/api/orders',
      id: 'a',
      version: '2',
      weight: 0,
      metadata: { zone: 'eu' },
      health: 'degraded',
    } as const;
    const context = { lastSeen, version: '1', origin: 'http://shop.test/cart' };

    expect(createInstance('orders', described, context)).toEqual({
      ...described,
      name: 'orders',
      address: 'shop.test',
      port: 80,
      secure: false,
      lastSeen,
    });
  });

  it('takes the version of the service where the instance does not say its own', () => {
    expect(createInstance('orders', '/api', { lastSeen, version: '1' }).version).toBe('1');
  });

  it('gives the same id to the same URL, and another one to another service', () => {
    expect(create('https://a.test').id).toBe(create('https://a.test:443/').id);
    expect(create('/').id).toBe('orders@/');
    expect(createInstance('users', 'https://a.test', { lastSeen }).id).not.toBe(
      create('https://a.test').id,
    );
  });

  it('makes instances that do not change, not even with what they were made of', () => {
    const metadata = { zone: 'eu' };
    const seen = new Date(lastSeen);
    const instance = createInstance('orders', { url: '/api', metadata }, { lastSeen: seen });
    metadata.zone = 'us';
    seen.setTime(0);

    expect(instance.metadata).toEqual({ zone: 'eu' });
    expect(instance.lastSeen).toEqual(lastSeen);
    expect([instance, instance.metadata].every(Object.isFrozen)).toBe(true);
  });

  it('keeps a fact of any name a fact', () => {
    const metadata = JSON.parse('{ "__proto__": "x", "constructor": "y" }') as { a: string };
    const instance = create({ url: '/api', metadata });

    expect(Object.entries(instance.metadata)).toEqual(Object.entries(metadata));
    expect(Object.getPrototypeOf(instance.metadata)).toBe(Object.prototype);
  });

  it.each<[Partial<Record<keyof InstanceDescriptor, unknown>>, string]>([
    [{ id: '' }, 'id is "", but must be a text that is not empty'],
    [{ id: 7 }, 'id is 7, but must be a text that is not empty'],
    [{ weight: NaN }, 'weight is NaN, but must be a number of at least 0'],
    [{ weight: -1 }, 'weight is -1, but must be a number of at least 0'],
    [{ weight: Infinity }, 'weight is Infinity, but must be a number of at least 0'],
    [{ weight: '2' }, 'weight is "2", but must be a number of at least 0'],
    [{ version: 2 }, 'version is 2, but must be a text'],
    [
      { health: 'fine' },
      `health is "fine", but must be one of 'healthy', 'degraded', 'unhealthy', 'unknown'`,
    ],
    [{ metadata: { zone: 7 } }, 'metadata is an object, but must be an object of texts'],
    [{ metadata: 'eu' }, 'metadata is "eu", but must be an object of texts'],
    [{ url: 'file:///x' }, 'url is "file:///x", but must be an http(s) URL'],
    [{ url: undefined }, 'url is undefined, but must be an http(s) URL'],
  ])('refuses %p', (fields, message) => {
    const described = { url: '/api', ...fields } as InstanceDescriptor;

    expect(() => create(described)).toThrow(InvalidOptionError);
    expect(() => create(described)).toThrow(`createInstance[orders].${message}`);
  });

  it('refuses a service without a name', () => {
    expect(() => createInstance('', '/api', { lastSeen })).toThrow('createInstance[].name is ""');
  });

  it.each([null, undefined, 7])('refuses %p instead of a description', (from) => {
    expect(() => create(from as never)).toThrow(
      `createInstance[orders] is ${String(from)}, but must be a URL, or { url, ... }.`,
    );
  });

  it('names the place that it is told', () => {
    const context = { lastSeen, option: 'list[1]' };

    expect(() => createInstance('orders', 'x', context)).toThrow('list[1] is "x", but');
    expect(() => createInstance('orders', { url: 'x' }, context)).toThrow('list[1].url is "x"');
  });
});

describe('acceptInstance', () => {
  const good = create('https://a.test/orders');
  const accept = (fields: Partial<Record<keyof ServiceInstance, unknown>>) =>
    acceptInstance('register', { ...good, ...fields } as ServiceInstance);

  it('takes what createInstance makes, and copies it', () => {
    expect(accept({})).toEqual(good);
    expect(accept({ url: '' }).url).toBe('');
    expect(acceptInstance('register', good)).not.toBe(good);
  });

  it('cuts the slash off a URL, and drops what is no field of an instance', () => {
    expect(accept({ url: 'https://a.test/orders/', extra: 1 } as object)).toEqual(good);
  });

  it.each<[Partial<Record<keyof ServiceInstance, unknown>>, string]>([
    [{ name: undefined }, 'name is undefined, but must be a text that is not empty'],
    [{ address: null }, 'address is null, but must be a text'],
    [{ port: -1 }, 'port is -1, but must be a whole number from 0 to 65535'],
    [{ port: 65_536 }, 'port is 65536, but must be a whole number from 0 to 65535'],
    [{ port: 80.5 }, 'port is 80.5, but must be a whole number from 0 to 65535'],
    [{ secure: 1 }, 'secure is 1, but must be true or false'],
    [{ metadata: null }, 'metadata is null, but must be an object of texts'],
    [{ lastSeen: new Date(NaN) }, 'lastSeen is an object, but must be a valid Date'],
    [{ lastSeen: 7 }, 'lastSeen is 7, but must be a valid Date'],
    [{ lastSeen: [7] }, 'lastSeen is an array, but must be a valid Date'],
    [{ url: 'javascript:x' }, 'url is "javascript:x", but must be an http(s) URL'],
    [{ url: 'https://u:p@a.test' }, 'url is "https://***@a.test", but must be a URL without'],
  ])('refuses %p', (fields, message) => {
    expect(() => accept(fields)).toThrow(`register.${message}`);
  });

  it.each([null, undefined, 'x'])('refuses %p', (value) => {
    expect(() => acceptInstance('register', value as never)).toThrow('a ServiceInstance');
  });

  it('refuses an instance of another service', () => {
    expect(acceptInstance('list', good, 'orders')).toEqual(good);
    expect(() => acceptInstance('list', good, 'users')).toThrow(
      'list.name is "orders", but must be the service it is listed under.',
    );
  });
});
