// The world of the application that was added to: its page, and a service of another origin that fails once.
import { createServer } from 'node:http';
import { serveShop } from '../consumer/shop.mjs';

/** The page. */
export const servePage = (folder) => serveShop(folder);

/**
 * A service that answers 503 to its first request, and tells what it was asked.
 *
 * @returns {Promise<{ origin: string, requests: object[], close(): Promise<void> }>}
 */
export async function serveOrders() {
  const requests = [];
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('connection', 'close');
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-headers', 'traceparent, tracestate');
      response.writeHead(204).end();
      return;
    }
    const known = request.url === '/orders/';
    const status = known ? (requests.length ? 200 : 503) : 404;
    requests.push({ path: request.url, status, traceparent: request.headers.traceparent });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ item: 'a teapot' }));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}
