import { directUrl } from '../registry/registry-entry';
import { toServiceInstance } from './eureka-instances';
import type { EurekaInstance, EurekaStatus } from './eureka-wire';

const lastSeen = new Date(5000);
const reading = { instanceUrl: directUrl, preferIpAddress: false };
const ONE: EurekaInstance = {
  app: 'ORDERS',
  id: 'o-1',
  status: 'UP',
  overridden: 'UNKNOWN',
  action: 'ADDED',
  hostName: 'a.test',
  ipAddr: '10.0.0.1',
  port: 8080,
  secure: false,
  metadata: {},
};

const make = (fields: Partial<EurekaInstance>, options: Partial<typeof reading> = {}) =>
  toServiceInstance('orders', { ...ONE, ...fields }, { ...reading, ...options }, lastSeen);

describe(toServiceInstance.name, () => {
  it('makes an instance of what Eureka says', () => {
    const metadata = { version: '2.1', weight: '3', zone: 'z' };

    expect(make({ metadata })).toEqual({
      id: 'o-1',
      name: 'orders',
      version: '2.1',
      address: 'a.test',
      port: 8080,
      secure: false,
      url: 'http://a.test:8080',
      health: 'healthy',
      metadata,
      weight: 3,
      lastSeen,
    });
  });

  it('uses https where its port is the secure one', () => {
    expect(make({ secure: true, port: 8443 })?.url).toBe('https://a.test:8443');
  });

  it.each<[EurekaStatus, EurekaStatus, string]>([
    ['UP', 'UNKNOWN', 'healthy'],
    ['DOWN', 'UNKNOWN', 'unhealthy'],
    ['OUT_OF_SERVICE', 'UNKNOWN', 'unhealthy'],
    ['STARTING', 'UNKNOWN', 'unhealthy'],
    ['UNKNOWN', 'UNKNOWN', 'unknown'],
    ['UP', 'OUT_OF_SERVICE', 'unhealthy'],
    ['DOWN', 'UP', 'healthy'],
  ])('takes status %s with the override %s for %s', (status, overridden, health) => {
    expect(make({ status, overridden })?.health).toBe(health);
  });

  it.each([
    ['0', 0],
    ['2.5', 2.5],
    ['-1', 1],
    ['NaN', 1],
    ['1e999', 1],
    ['much', 1],
    ['', 1],
  ])('takes the weight %j for %p', (weight, expected) => {
    expect(make({ metadata: { weight } })?.weight).toBe(expected);
  });

  it('takes no inherited fact for a version', () => {
    const metadata = Object.create({ version: '1', weight: '9' }) as Record<string, string>;

    expect(make({ metadata })).toMatchObject({ version: '', weight: 1 });
  });

  it('takes the address that is preferred, and the other one where that is missing', () => {
    const byIp = { preferIpAddress: true };

    expect(make({}, byIp)?.address).toBe('10.0.0.1');
    expect(make({ ipAddr: '' }, byIp)?.address).toBe('a.test');
    expect(make({ hostName: '' })?.address).toBe('10.0.0.1');
    expect(make({ hostName: '2001:db8::1' })?.url).toBe('http://[2001:db8::1]:8080');
  });

  it('lets the application make the URL, and leave an instance out', () => {
    expect(make({}, { instanceUrl: ({ service, id }) => `/mesh/${service}/${id}` })?.url).toBe(
      '/mesh/orders/o-1',
    );
    expect(make({}, { instanceUrl: () => undefined })).toBeUndefined();
  });

  it.each<[Partial<EurekaInstance>, string]>([
    [{ hostName: '', ipAddr: '' }, 'eureka[ORDERS][o-1] has the address "", which is none.'],
    [{ hostName: 'a.test/x?' }, 'has the address "a.test/x?"'],
    [{ hostName: 'user@a.test' }, 'has the address "user@a.test"'],
    [{ hostName: 'a test' }, 'has the address "a test"'],
    [{ hostName: 'a.test:80' }, 'has the address "a.test:80"'],
    [{ port: undefined }, 'has the port undefined, but must have one from 1 to 65535.'],
    [{ port: 0 }, 'has the port 0'],
    [{ port: 65_536 }, 'has the port 65536'],
    [{ port: 80.5 }, 'has the port 80.5'],
    [{ hostName: '169.254.169.254' }, 'link-local'],
    [{ hostName: '2852039166' }, 'link-local'],
    [{ hostName: '999.1.1.1' }, 'but must be an http(s) URL'],
  ])('refuses %j', (fields, message) => {
    expect(() => make(fields)).toThrow(message);
  });

  it('refuses a URL of the application that is none', () => {
    expect(() => make({}, { instanceUrl: () => 'javascript:alert(1)' })).toThrow('http(s) URL');
  });
});
