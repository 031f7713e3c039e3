import fc from 'fast-check';
import { routeTemplate } from './route-template';

describe(routeTemplate.name, () => {
  it.each([
    ['/orders/42', '/orders/:id'],
    ['/api/orders/42/lines/7', '/api/orders/:id/lines/:id'],
    ['/orders?status=open#top', '/orders'],
    ['orders/', '/orders'],
    ['//cdn.example/orders', '/orders'],
    ['https://shop.example:8443/orders/-1', '/orders/:id'],
    ['', '/'],
    ['/', '/'],
    ['/?q=a/b', '/'],
    ['/a//b', '/a/b'],
  ])('makes of %p the template %p', (path, template) => {
    expect(routeTemplate(path)).toBe(template);
  });

  it.each([
    '0',
    '3.14',
    '2026-01-31',
    '..',
    'LMP-014',
    'INV2026',
    '6fa459ea-ee8a-3ca4-894e-db77e160355e',
    'ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB',
    'deadbeef',
    '0x1a2b3c4d5',
    '507f1f77bcf86cd799439011',
    'eyJhbGciOiJIUzI1NiJ9',
    'aVeryOpaqueTokenWithoutDigits',
    'abcDEFghi-jklMNOpqrSTUvwx',
    'a%20b',
    'bob@example.org',
    'Grüße',
    'orders(42)',
    'a;b=c',
    'word-'.repeat(14) + 'word',
  ])('takes %p for something that varies', (segment) => {
    expect(routeTemplate(`/x/${segment}/y`)).toBe('/x/:id/y');
  });

  it.each([
    'orders',
    'v1',
    'oauth2',
    '2fa',
    'Orders.Service',
    'my_orders',
    'openid-configuration',
    'forgot-password-confirmation',
    'com.example.shop.orders',
    '@me',
    ':orderId',
    '*',
    'decade',
    '~me',
  ])('keeps %p', (segment) => {
    expect(routeTemplate(`/x/${segment}/y`)).toBe(`/x/${segment}/y`);
  });

  it('shortens a long path', () => {
    expect(routeTemplate('/a/b/c/d/e/f/g/h')).toBe('/a/b/c/d/e/f/g/h');
    expect(routeTemplate('/a/b/c/d/e/f/g/h/i/j/k')).toBe('/a/b/c/d/e/f/g/h/*');
  });

  const aSegment = fc.oneof(
    fc.string(),
    fc.uuid(),
    fc.uuid().map((id) => id.replace(/\d/g, 'a').toUpperCase()),
    fc.nat().map(String),
    fc.stringMatching(/^[a-z]{1,30}([-_.][a-z]{1,30}){0,5}$/),
    fc.stringMatching(/^[\w-]{20,40}$/),
    fc.constantFrom('', '*', ':id', 'http:', '?', '#', 'orders'),
  );
  const aPath = fc.oneof(
    fc.string(),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.array(aSegment, { maxLength: 20 }).map((segments) => segments.join('/')),
  );

  it('changes nothing when it is applied again', () => {
    fc.assert(
      fc.property(aPath, (path) => {
        expect(routeTemplate(routeTemplate(path))).toBe(routeTemplate(path));
      }),
    );
  });

  it('is bounded, and holds neither query nor numbers nor ids', () => {
    fc.assert(
      fc.property(aPath, (path) => {
        const template = routeTemplate(path);
        const segments = template.split('/').slice(1);

        expect(template).toMatch(/^\/[^?#\s%]*$/);
        expect(segments.length).toBeLessThanOrEqual(9);
        for (const segment of segments) {
          expect(segment.length).toBeLessThanOrEqual(64);
          expect(segment).not.toMatch(/^\d+$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
        }
      }),
    );
  });

  it('does not dwell on a very long path', () => {
    expect(routeTemplate('/a'.repeat(500_000))).toBe('/a/a/a/a/a/a/a/a/*');
    expect(routeTemplate('/' + 'a-'.repeat(500_000))).toBe('/:id');
  });
});
