import { parseUrl, redactedUrl, requestUrl } from './request-url';

const shown = (url: string) => redactedUrl(new URL(url));

describe(redactedUrl.name, () => {
  it.each([
    ['https://a.example/orders?page=2&q=a%20b', 'https://a.example/orders?page=2&q=a%20b'],
    ['https://jo:secret@a.example/', 'https://REDACTED:REDACTED@a.example/'],
    ['https://jo@a.example/', 'https://REDACTED:REDACTED@a.example/'],
    ['https://:secret@a.example/', 'https://REDACTED:REDACTED@a.example/'],
    ['https://a.example/#access_token=secret', 'https://a.example/'],
    ['https://a.example/?sig=secret&page=2', 'https://a.example/?sig=REDACTED&page=2'],
    ['https://a.example/?s%69g=secret', 'https://a.example/?sig=REDACTED'],
    ['https://a.example/?SIG=secret', 'https://a.example/?SIG=REDACTED'],
    ['https://a.example/?token=secret&a=1&token=secret', 'https://a.example/?token=REDACTED&a=1'],
    ['https://a.example/?signal=strong&tokens=2', 'https://a.example/?signal=strong&tokens=2'],
  ])('shows %s as %s', (url, expected) => {
    expect(shown(url)).toBe(expected);
  });

  it.each([
    'AWSAccessKeyId',
    'X-Amz-Credential',
    'X-Amz-Security-Token',
    'X-Amz-Signature',
    'X-Goog-Credential',
    'X-Goog-Signature',
    'Signature',
    'access_token',
    'id_token',
    'refresh_token',
    'api_key',
    'apikey',
    'secret',
    'client_secret',
    'password',
  ])('hides the value of %s', (name) => {
    expect(shown(`https://a.example/?${name}=hidden`)).toBe(`https://a.example/?${name}=REDACTED`);
  });

  it('leaves the URL that it is given', () => {
    const url = new URL('https://jo:secret@a.example/?sig=1#end');
    redactedUrl(url);

    expect(url.href).toBe('https://jo:secret@a.example/?sig=1#end');
  });
});

describe(requestUrl.name, () => {
  it('starts from the base of the page', () => {
    const base = document.createElement('base');
    base.href = 'https://cdn.example/shop/';
    document.head.append(base);

    expect(requestUrl('orders?a=b', document)?.href).toBe('https://cdn.example/shop/orders?a=b');

    base.remove();

    expect(requestUrl('orders', document)?.href).toBe('http://localhost/orders');
  });

  it('knows none where there is none', () => {
    expect(requestUrl('http://', document)).toBeUndefined();
    expect(parseUrl('/orders')).toBeUndefined();
  });

  it('needs no base for an absolute URL', () => {
    const detached = { baseURI: '/', location: null } as unknown as Document;

    expect(requestUrl('https://a.example/orders', detached)?.href).toBe('https://a.example/orders');
    expect(requestUrl('/orders', detached)).toBeUndefined();
  });
});
