// The world of the consumer: one HTTP service, and the static files of the application, on one origin.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' };

/**
 * @param {string} files The built application.
 * @returns {Promise<{ origin: string, takeRequests(): object[], close(): Promise<void> }>}
 */
export async function serveShop(files) {
  let requests = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://shop');
    // No connection is kept: what a rendering process leaves open would be ours.
    response.setHeader('connection', 'close');
    if (pathname === '/api/orders/42') {
      requests.push({ path: pathname, traceparent: request.headers.traceparent });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ item: 'a teapot' }));
      return;
    }
    const asked = join(files, normalize(pathname));
    const file = existsSync(asked) && statSync(asked).isFile() ? asked : page(files);
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    takeRequests: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

/** The page of an application that is rendered in the browser: `index.csr.html` when there is a server build too. */
const page = (files) =>
  [join(files, 'index.csr.html'), join(files, 'index.html')].find((file) => existsSync(file));
