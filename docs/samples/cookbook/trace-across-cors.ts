import { provideHttpClient } from '@angular/common/http';
import { provideRxMesh, withRxMeshInterceptors, withTracing } from 'rx-mesh';

// #region recipe
export const tracedProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withTracing({
      serviceName: 'shop',
      // Whole origins, compared exactly: no wildcards, no paths.
      allowedOrigins: ['https://api.shop.example'],
    }),
  ),
];
// #endregion

// #region server
const PAGES: readonly string[] = ['https://shop.example'];
const METHODS = 'GET, POST, PUT, DELETE';
const TAKES = 'content-type, authorization, idempotency-key, traceparent, tracestate';
const SHOWS = 'retry-after, ratelimit, ratelimit-policy';

/** What the server says to a browser, for any server that takes a `Request` and gives a `Response`. */
export async function withCors(
  request: Request,
  handle: (request: Request) => Promise<Response>,
): Promise<Response> {
  const origin = request.headers.get('Origin') ?? '';
  if (!PAGES.includes(origin)) return handle(request);
  const isPreflight =
    request.method === 'OPTIONS' && request.headers.has('Access-Control-Request-Method');
  const response = isPreflight ? new Response(null, { status: 204 }) : await handle(request);
  response.headers.set('Access-Control-Allow-Origin', origin);
  response.headers.append('Vary', 'Origin');
  if (isPreflight) {
    response.headers.set('Access-Control-Allow-Methods', METHODS);
    response.headers.set('Access-Control-Allow-Headers', TAKES);
    response.headers.set('Access-Control-Max-Age', '7200'); // no second preflight for two hours
  } else {
    response.headers.set('Access-Control-Expose-Headers', SHOWS);
  }
  return response;
}
// #endregion
