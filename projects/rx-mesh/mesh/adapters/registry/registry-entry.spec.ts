import { InvalidOptionError } from 'rx-mesh/kernel';
import { type RegistryEntry, directUrl, instanceOf } from './registry-entry';

const entry = (fields: Partial<RegistryEntry> = {}): RegistryEntry => ({
  service: 'orders',
  id: 'a',
  address: 'a.test',
  port: 8080,
  secure: false,
  version: '1',
  health: 'healthy',
  weight: 2,
  metadata: { zone: 'z' },
  ...fields,
});
const seen = new Date(5);
const make = (fields: Partial<RegistryEntry> = {}, url = directUrl) =>
  instanceOf('consul', entry(fields), url, seen);

describe('directUrl', () => {
  it.each([
    [{}, 'http://a.test:8080'],
    [{ secure: true }, 'https://a.test:8080'],
    [{ address: '2001:db8::1' }, 'http://[2001:db8::1]:8080'],
  ])('makes of %p %p', (fields, url) => {
    expect(directUrl(entry(fields))).toBe(url);
  });
});

describe('instanceOf', () => {
  it('makes an instance with all that the entry says', () => {
    expect(make()).toEqual({
      id: 'a',
      name: 'orders',
      version: '1',
      address: 'a.test',
      port: 8080,
      secure: false,
      url: 'http://a.test:8080',
      health: 'healthy',
      metadata: { zone: 'z' },
      weight: 2,
      lastSeen: seen,
    });
  });

  it('takes the URL of the application, or leaves out what has none', () => {
    expect(make({}, ({ service, id }) => `/mesh/${service}/${id}`)?.url).toBe('/mesh/orders/a');
    expect(make({}, () => undefined)).toBeUndefined();
  });

  it.each([
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
  ])('leaves out the link-local address %p', (address) => {
    expect(() => make({ address })).toThrow('link-local');
  });

  it.each([
    [{ address: 'u:p@a' }],
    [{ address: 'a b' }],
    [{ id: '' }],
    [{ weight: -1 }],
    [{ weight: NaN }],
    [{ port: 70_000 }],
  ])('refuses %p', (fields) => {
    expect(() => make(fields)).toThrow(InvalidOptionError);
  });

  it('refuses a URL of the application that leads nowhere', () => {
    expect(() => make({}, () => 'javascript:alert(1)')).toThrow('consul[orders][a].url');
  });
});
