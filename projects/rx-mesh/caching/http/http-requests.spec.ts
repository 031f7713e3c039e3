import { HttpHeaders, HttpRequest } from '@angular/common/http';
import { changedTags, isSaid, isText, isWhole } from './http-requests';

const get = (headers: Record<string, string> = {}) =>
  new HttpRequest<unknown>('GET', '/a', { headers: new HttpHeaders(headers) });

describe(isWhole.name, () => {
  it('is so of a request that says nothing of it', () => {
    expect(isWhole(get({ Accept: 'text/plain', 'Cache-Control': 'max-age=60' }))).toBe(true);
  });

  it.each([
    { Range: 'bytes=0-1' },
    { 'If-None-Match': '"1"' },
    { 'Cache-Control': 'no-cache' },
    { 'Cache-Control': 'max-age = 0' },
    { Pragma: 'no-cache' },
  ])('is not so with %j', (headers) => {
    expect(isWhole(get({ ...headers }))).toBe(false);
  });

  it.each([
    { cache: 'reload' },
    { cache: 'no-store' },
    { reportDownloadProgress: true },
    { reportProgress: true },
  ] as const)('is not so of a request with %j', (init) => {
    expect(isWhole(new HttpRequest('GET', '/a', init))).toBe(false);
  });
});

describe(isText.name, () => {
  it.each([
    ['json', true],
    ['text', true],
    ['blob', false],
    ['arraybuffer', false],
  ] as const)('knows %s: %j', (responseType, isIt) => {
    expect(isText(new HttpRequest('GET', '/a', { responseType }))).toBe(isIt);
  });
});

describe(isSaid.name, () => {
  it.each([
    [['accept', 'accept-encoding', 'x-tenant'], true],
    [['user-agent'], false],
    [['x-tenant', 'cookie'], false],
  ])('knows whether a request has %j: %j', (vary, isIt) => {
    expect(isSaid(get({ 'X-Tenant': 'a' }), vary)).toBe(isIt);
  });
});

describe(changedTags.name, () => {
  it('names the address and what the answer names of the same origin, each once', () => {
    const headers = new HttpHeaders({ Location: '/b', 'Content-Location': '/a?x' });
    expect(changedTags('/a', headers, 'https://a.test/')).toEqual([
      'http https://a.test/a',
      'http https://a.test/b',
    ]);
  });

  it('does not believe an answer of other origins, nor without a base', () => {
    const headers = new HttpHeaders({ Location: 'https://b.test/b' });
    expect(changedTags('/a', headers, 'https://a.test/')).toEqual(['http https://a.test/a']);
    expect(changedTags('/a', headers)).toEqual(['http /a']);
  });
});
