import { HttpRequest, HttpHeaders, HttpParams } from '@angular/common/http';
import { TokenNumbers, addressTag, httpCacheKey, isHarmless, isVolatile } from './http-cache-key';

const get = (url: string, headers: Record<string, string> = {}, more: object = {}) =>
  new HttpRequest('GET', url, { headers: new HttpHeaders(headers), ...more });

describe(httpCacheKey.name, () => {
  const tokens = new TokenNumbers();
  const key = (...request: Parameters<typeof get>) => httpCacheKey(get(...request), tokens);

  it('is the same for what the answer cannot depend on', () => {
    expect(key('/a', { traceparent: '1', 'X-Request-ID': '2' })).toBe(key('/a'));
    expect(key('/a', { B: '1', A: '2' })).toBe(key('/a', { a: '2', b: '1' }));
  });

  it.each([
    ['address', '/b', {}, {}],
    ['parameter', '/a', {}, { params: new HttpParams().set('q', '1') }],
    ['header', '/a', { 'Accept-Language': 'de' }, {}],
    ['way to be read', '/a', {}, { responseType: 'text' }],
    ['use of cookies', '/a', {}, { withCredentials: true }],
    ['other use of cookies', '/a', {}, { credentials: 'include' }],
    ['token', '/a', { Authorization: 'Bearer a' }, {}],
  ])('differs by the %s', (_, url, headers, more) => {
    expect(key(url, headers, more)).not.toBe(key('/a'));
  });

  it.each([['Authorization'], ['X-Api-Key'], ['x-session']])(
    'tells senders of %s apart, and does not say what they send',
    (name) => {
      const [a, b] = ['secret-a', 'secret-b'].map((value) => key('/a', { [name]: value }));
      expect(a).not.toBe(b);
      expect(key('/a', { [name.toLowerCase()]: 'secret-a' })).toBe(a);
      expect(`${a}${b}`).not.toContain('secret');
    },
  );

  it('is none where it would be too long', () => {
    expect(key(`/${'a'.repeat(1100)}`)).toBeUndefined();
    expect(key('/a', { Accept: 'x'.repeat(1100) })).toBeUndefined();
  });
});

describe(TokenNumbers.name, () => {
  it('keeps the last few, and never gives a number twice', () => {
    const tokens = new TokenNumbers();
    const first = tokens.of('t0');
    const numbers = Array.from({ length: 100 }, (_, i) => tokens.of(`t${i + 1}`));
    expect(new Set([first, ...numbers]).size).toBe(101);
    expect(tokens.of('t100')).toBe(numbers[99]);
    expect(tokens.of('t0')).not.toBe(first);
  });
});

describe(addressTag.name, () => {
  const tag = (url: string, base = 'https://shop.test/x/') => addressTag(url, base);

  it('is one for an address with any parameters, however it is spelled', () => {
    for (const url of ['/a?b=1#c', '../a', 'https://SHOP.test:443/a', '//shop.test/b/../a'])
      expect(tag(url)).toBe(tag('/a'));
    expect(tag('/a')).not.toBe(tag('/a/b'));
    expect(tag('/a')).not.toBe(tag('https://other.test/a'));
    expect(tag(`/${'a'.repeat(1100)}`)).toBeUndefined();
  });

  it('is what is written where nobody knows where the page is', () => {
    expect(tag('/a?b=1', 'about:blank')).toBe('http /a');
  });
});

describe(isHarmless.name, () => {
  it('knows what may be read by others, in any case', () => {
    expect(['Accept', 'accept-language', 'Traceparent'].every(isHarmless)).toBe(true);
    expect(['Authorization', 'x-api-key', 'x-accept', 'Cookie'].some(isHarmless)).toBe(false);
  });
});

describe(isVolatile.name, () => {
  it('knows headers of tracing, whole names only', () => {
    expect(['traceparent', 'b3', 'x-b3-traceid', 'if-none-match'].every(isVolatile)).toBe(true);
    expect(['x-tenant', 'b33', 'accept', 'my-traceparent'].some(isVolatile)).toBe(false);
  });
});
