// The web server of the live demo: the built page, what it has to know, and what it may do to the servers.
//
// The page asks services, Redis, Prometheus and Alertmanager at their own addresses, by CORS, as it would anywhere: a browser
// opens six connections to an address, so behind one common address a slow service would hold up all the others; a killed
// instance is a refused connection, not the answer of a proxy; and the rules about who may see trace headers are put to
// the test. Only pushes go through here: a Pushgateway knows nothing of CORS.
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const TYPES = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.woff2', 'font/woff2'],
]);
// A file whose name holds a hash of its content never changes. All others may.
const HASHED = /-[\w-]{8}\.\w+$/;
const LONGEST = 65_536; // bytes of what a page says of the state

/**
 * @param folder The built page.
 * @param port Where it listens; 0 for any port that is free.
 * @param control `{ facts, look, change, office, pushUrl }`: what the page has to know, and what it may ask for.
 */
export async function openSite(folder, port) {
  const root = resolve(folder);
  const start = join(root, 'index.html');
  const html = readFileSync(start, 'utf8');
  let control;
  const server = createServer(async (request, response) => {
    try {
      // A stranger's page that has its name lead to this machine is a stranger all the same.
      if (!hosts.includes(request.headers.host)) return response.writeHead(421).end();
      const { pathname } = new URL(request.url, 'http://localhost');
      if (pathname.startsWith('/live/')) await serveLive(pathname, request, response, control);
      else await serveFile(decodeURIComponent(pathname), request, response);
    } catch {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${server.address().port}`);

  async function serveFile(path, { method }, response) {
    const named = join(root, path);
    const isNamed = named.startsWith(root + sep) && named !== start && (await isFile(named));
    // A path without a dot is a page of the application.
    const file = isNamed ? named : extname(path) === '' || path === '/index.html' ? start : '';
    if (file === '' || (method !== 'GET' && method !== 'HEAD')) {
      return response.writeHead(file === '' ? 404 : 405).end();
    }
    response.writeHead(200, {
      'cache-control': HASHED.test(file) ? 'max-age=31536000, immutable' : 'no-cache',
      'content-type': TYPES.get(extname(file)) ?? 'application/octet-stream',
    });
    if (method === 'HEAD') response.end();
    else if (file !== start) createReadStream(file).pipe(response);
    else response.end(withFacts(html, control?.facts ?? {}));
  }

  return {
    url: `http://${hosts[0]}`,
    origins: hosts.map((host) => `http://${host}`),
    /** Lets it answer for the servers, once they are there. */
    attach: (next) => (control = next),
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

/**
 * Puts into the page what it has to know. It is there before the first line of the application runs: addresses are part of
 * its configuration, which waits for nothing.
 */
function withFacts(html, facts) {
  const text = JSON.stringify(facts).replaceAll('<', '\\u003c');
  return html.replace(
    '</head>',
    () => `<script type="application/json" id="rx-mesh-live">${text}</script></head>`,
  );
}

async function serveLive(path, request, response, control) {
  const { method } = request;
  if (!control) return response.writeHead(503).end();
  if (path.startsWith('/live/push/') && control.pushUrl) {
    return push(`${control.pushUrl}${path.slice('/live/push'.length)}`, request, response);
  }
  if (path === '/live/state' && method === 'GET') return say(response, await control.look());
  const isJson = request.headers['content-type'] === 'application/json';
  // No page of another origin can send JSON unasked, and nobody here gives it leave.
  if (method !== 'PUT' || !isJson) return response.writeHead(method === 'PUT' ? 415 : 405).end();
  const body = JSON.parse(await textOf(request));
  if (path === '/live/state') return say(response, await control.change(body));
  if (path === '/live/office') return say(response, await control.office(body));
  response.writeHead(404).end();
}

function push(url, request, response) {
  const { method, headers } = request;
  if (method !== 'POST' && method !== 'PUT') return response.writeHead(405).end();
  const onward = ask(url, { method, headers: { 'content-type': headers['content-type'] ?? '' } });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode);
    answer.pipe(response);
  });
  onward.on('error', () => response.headersSent || response.writeHead(502).end());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function say(response, body) {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function textOf(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST) throw new RangeError('too long');
  }
  return text;
}

async function isFile(path) {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
