import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { Tracer } from 'rx-mesh/tracing';
import { see } from './spec-support/see';
import { tracedProviders, withCors } from './trace-across-cors';

function setUp() {
  TestBed.configureTestingModule({
    providers: [tracedProviders, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const http = TestBed.inject(HttpClient);
  const backend = TestBed.inject(HttpTestingController);
  const headersTo = (url: string) => {
    const seen = see(http.get(url));
    const { request } = backend.expectOne(url);
    seen.leave();
    return request.headers;
  };
  return { backend, headersTo, http };
}

describe('Recipe: trace across CORS', () => {
  it('sends the trace to its own origin and to those that are allowed, to nobody else', () => {
    const { headersTo } = setUp();
    const sent = [
      '/orders',
      'https://api.shop.example/orders',
      'https://cdn.example/logo.json',
      'http://api.shop.example/orders',
      'https://api.shop.example:8443/orders',
    ].map((url) => headersTo(url).has('traceparent'));
    expect(sent).toEqual([true, true, false, false, false]);
  });

  it('lets the server go on with the trace of the page', () => {
    const { backend, http } = setUp();
    see(http.get('https://api.shop.example/orders'));
    const { request } = backend.expectOne('https://api.shop.example/orders');
    const [span] = [...TestBed.inject(Tracer).activeSpans().values()];
    expect(request.headers.get('traceparent')).toBe(
      `00-${span?.traceId ?? ''}-${span?.spanId ?? ''}-03`,
    );
  });

  it('has a server that allows each header that the page sends', async () => {
    const { headersTo } = setUp();
    const headers = headersTo('https://api.shop.example/orders').keys();
    const preflight = await withCors(
      new Request('https://api.shop.example/orders', {
        method: 'OPTIONS',
        headers: {
          Origin: 'https://shop.example',
          'Access-Control-Request-Method': 'GET',
          'Access-Control-Request-Headers': headers.join(','),
        },
      }),
      () => Promise.reject(new Error('A preflight is no request.')),
    );
    const allowed = preflight.headers.get('Access-Control-Allow-Headers')?.split(', ') ?? [];
    expect(allowed).toEqual(expect.arrayContaining(headers.map((name) => name.toLowerCase())));
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('https://shop.example');
  });

  it('has a server that lets the page read how long to wait, and tells strangers nothing', async () => {
    const answer = (origin: string) =>
      withCors(new Request('https://api.shop.example/', { headers: { Origin: origin } }), () =>
        Promise.resolve(new Response('busy', { status: 429, headers: { 'Retry-After': '3' } })),
      );
    const { headers } = await answer('https://shop.example');
    expect(headers.get('Access-Control-Expose-Headers')).toContain('retry-after');
    expect((await answer('https://evil.example')).headers.has('Access-Control-Allow-Origin')).toBe(
      false,
    );
  });
});
