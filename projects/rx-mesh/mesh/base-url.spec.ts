import fc from 'fast-check';
import { parseBaseUrl } from './base-url';

const parse = (text: string, origin?: string) => parseBaseUrl('orders.url', text, origin);

describe('parseBaseUrl', () => {
  it.each([
    ['https://api.test', 'api.test', 443, true, 'https://api.test'],
    ['http://api.test/', 'api.test', 80, false, 'http://api.test'],
    ['https://api.test:8443/base//', 'api.test', 8443, true, 'https://api.test:8443/base'],
    ['HTTPS://API.test/Base', 'api.test', 443, true, 'https://api.test/Base'],
    ['https://api.test:443/a b', 'api.test', 443, true, 'https://api.test/a%20b'],
    ['http://[::1]:8080', '::1', 8080, false, 'http://[::1]:8080'],
    ['http://10.0.0.7:0', '10.0.0.7', 0, false, 'http://10.0.0.7:0'],
  ])('reads %s', (text, address, port, secure, url) => {
    expect(parse(text)).toEqual({ address, port, secure, url });
  });

  it.each([
    ['/api/orders', '/api/orders'],
    ['/api/orders/', '/api/orders'],
    ['/', ''],
    ['/a/../b', '/b'],
  ])('reads the path %s of the own origin', (text, url) => {
    expect(parse(text, 'https://shop.test:8443/page?x=1')).toEqual({
      address: 'shop.test',
      port: 8443,
      secure: true,
      url,
    });
  });

  it.each([undefined, 'about:blank', '', '/'])(
    'leaves the place of a path open where the own origin is %p',
    (origin) => {
      expect(parse('/api', origin)).toEqual({ address: '', port: 0, secure: false, url: '/api' });
    },
  );

  it.each([
    '',
    ' ',
    'orders',
    'api/orders',
    'https://',
    'http://:80',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/plain,x',
    'ws://api.test',
    'orders:8080/x',
    '//evil.test/x',
    '/\\evil.test/x',
    '/\t/evil.test/x',
    '/a/..//evil.test/x',
    '/.//evil.test',
  ])('refuses %p', (text) => {
    expect(() => parse(text)).toThrow(
      `orders.url is ${JSON.stringify(text)}, but must be an http(s) URL such as "https://api.example.com/base", or a path of this origin such as "/api".`,
    );
  });

  it.each([undefined, null, 7, {}])('refuses %p, which is no text', (value) => {
    expect(() => parse(value as never)).toThrow('but must be an http(s) URL');
  });

  it.each([
    ['https://user:secret@api.test/base?token=secret', 'https://***@api.test/base?***'],
    ['https://secret@api.test', 'https://***@api.test'],
    ['https://:secret@api.test', 'https://***@api.test'],
    ['//user:secret@api.test', '//***@api.test'],
    ['ftp://user:secret@api.test', 'ftp://***@api.test'],
  ])('refuses the credentials in %s, and does not repeat them', (text, shown) => {
    expect(() => parse(text)).toThrow(
      `orders.url is "${shown}", but must be a URL without credentials: send them in a header.`,
    );
  });

  it.each([
    ['https://api.test/base?token=secret', 'https://api.test/base?***'],
    ['https://api.test/base#top', 'https://api.test/base?***'],
    ['/base?token=secret', '/base?***'],
  ])('refuses the query or fragment of %s, and does not repeat it', (text, shown) => {
    expect(() => parse(text)).toThrow(
      `orders.url is "${shown}", but must be a base URL without query and fragment: they belong to the call.`,
    );
  });

  it('repeats no password of a URL that cannot be read', () => {
    expect(() => parse('https://user:secret@')).toThrow('orders.url is "https://***@", but');
  });

  it('gives a base to which a path can be put, and reads it again as the same', () => {
    const aPath = fc
      .array(fc.constantFrom('a', 'b', '..', '.', '', '%2F', ' ', '\\', '\t', 'evil.test'))
      .map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(
        fc.constantFrom('', 'https://api.test', 'http://[::1]:81'),
        aPath,
        (host, path) => {
          const text = host + path;
          let url: string;
          try {
            ({ url } = parse(text));
          } catch {
            return;
          }
          const own = 'https://own.test';

          expect(url).not.toMatch(/\/$/);
          expect(new URL(`${url}/x`, own).origin).toBe(new URL(host === '' ? own : host).origin);
          expect(parse(url === '' ? '/' : url).url).toBe(url);
        },
      ),
    );
  });
});
