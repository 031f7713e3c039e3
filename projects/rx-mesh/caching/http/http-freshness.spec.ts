import { HttpHeaders } from '@angular/common/http';
import fc from 'fast-check';
import { directivesOf, httpFreshness } from './http-freshness';

const NOW = Date.parse('Fri, 27 Nov 2026 07:00:00 GMT');
const fresh = (headers: Record<string, string>) => httpFreshness(new HttpHeaders(headers), NOW);

describe(httpFreshness.name, () => {
  it.each([
    ['nothing', {}, undefined],
    ['max-age', { 'Cache-Control': 'max-age=60' }, 60_000],
    ['max-age in another case, with quotes', { 'Cache-Control': 'Public, MAX-AGE="60"' }, 60_000],
    ['the first of two', { 'Cache-Control': 'max-age=60, max-age=7' }, 60_000],
    ['no number', { 'Cache-Control': 'max-age=soon' }, 0],
    ['a negative number', { 'Cache-Control': 'max-age=-5' }, 0],
    ['more than a year', { 'Cache-Control': 'max-age=99999999999' }, 31_536_000_000],
    ['no-cache', { 'Cache-Control': 'max-age=60, no-cache' }, 0],
    ['a pragma of old', { Pragma: 'no-cache', Expires: 'Fri, 27 Nov 2026 08:00:00 GMT' }, 0],
    ['a pragma beside a Cache-Control', { Pragma: 'no-cache', 'Cache-Control': 'max-age=5' }, 5000],
    ['only s-maxage, which is for others', { 'Cache-Control': 's-maxage=30' }, undefined],
    ['s-maxage beside max-age', { 'Cache-Control': 's-maxage=30, max-age=60' }, 60_000],
    [
      'Expires',
      { Date: 'Fri, 27 Nov 2026 07:00:00 GMT', Expires: 'Fri, 27 Nov 2026 07:01:00 GMT' },
      60_000,
    ],
    ['Expires without a Date', { Expires: 'Fri, 27 Nov 2026 07:01:00 GMT' }, 0],
    ['Expires: 0', { Date: 'Fri, 27 Nov 2026 07:00:00 GMT', Expires: '0' }, 0],
    ['an age', { 'Cache-Control': 'max-age=60', Age: '20' }, 40_000],
    ['an age above the lifetime', { 'Cache-Control': 'max-age=60', Age: '90' }, 0],
    ['an age that is none', { 'Cache-Control': 'max-age=60', Age: 'old' }, 60_000],
    [
      'a date of before, as from the cache of the browser',
      { 'Cache-Control': 'max-age=60', Date: 'Fri, 27 Nov 2026 06:59:30 GMT' },
      30_000,
    ],
    [
      'a server whose clock is ahead',
      { 'Cache-Control': 'max-age=60', Date: 'Fri, 27 Nov 2026 09:00:00 GMT' },
      60_000,
    ],
  ])('reads %s', (_, headers, ttl) => {
    expect(fresh(headers).ttl).toBe(ttl);
  });

  it('keeps nothing that says no-store, or varies by everything', () => {
    expect(fresh({ 'Cache-Control': 'max-age=60, No-Store' }).storable).toBe(false);
    expect(fresh({ Vary: 'accept, *' }).storable).toBe(false);
    expect(fresh({ Vary: 'Accept, X-Tenant' })).toMatchObject({
      storable: true,
      vary: ['accept', 'x-tenant'],
    });
  });

  it('reads how long a stale one may be given, unless it must be asked for', () => {
    const stale = 'stale-while-revalidate=10, stale-if-error=20';
    expect(fresh({ 'Cache-Control': stale })).toMatchObject({
      staleWhileRevalidate: 10_000,
      staleIfError: 20_000,
      mustRevalidate: false,
    });
    for (const word of ['must-revalidate', 'no-cache']) {
      expect(fresh({ 'Cache-Control': `${stale}, ${word}` })).toMatchObject({
        staleWhileRevalidate: 0,
        staleIfError: 0,
        mustRevalidate: true,
      });
    }
  });

  it('says what is private, and what an answer is called', () => {
    expect(fresh({ 'Cache-Control': 'private="set-cookie, x-user", max-age=60' })).toMatchObject({
      isPrivate: true,
      ttl: 60_000,
    });
    expect(fresh({ ETag: 'W/"a"', 'Last-Modified': 'yesterday' }).validator).toBe('W/"a"');
    expect(fresh({ 'Last-Modified': 'yesterday' }).validator).toBe('yesterday');
    expect(fresh({}).validator).toBeUndefined();
  });

  it('never throws, and never makes a time of less than nothing', () => {
    const header = fc.oneof(
      fc.string(),
      fc.constantFrom('max-age=', '=,=', 'max-age=1,,', '"', 'a="', ';', 'private="x', '-1'),
    );
    fc.assert(
      fc.property(header, header, header, header, (control, age, date, expires) => {
        const headers = new Map([
          ['cache-control', control],
          ['age', age],
          ['date', date],
          ['expires', expires],
        ]);
        const { ttl } = httpFreshness({ get: (name) => headers.get(name) ?? null }, NOW);
        expect(ttl === undefined || (ttl >= 0 && ttl <= 31_536_000_000)).toBe(true);
      }),
    );
  });
});

describe(directivesOf.name, () => {
  it('is not misled by names of a prototype', () => {
    expect(directivesOf('__proto__=1, constructor').get('no-store')).toBeUndefined();
    expect([...directivesOf('toString, max-age=1').keys()]).toEqual(['tostring', 'max-age']);
  });

  it('takes a long header in a time that grows with its length only', () => {
    expect(directivesOf('a=" '.repeat(20_000)).size).toBeGreaterThan(0);
    expect(directivesOf(`${'a '.repeat(50_000)}=`).size).toBe(1);
  });
});
