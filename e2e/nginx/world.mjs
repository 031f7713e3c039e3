// A real nginx with the files of docs/guide/nginx, before little servers of Node that tell what reached them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const START = 5000;

/** A server on a free port: answers with what it was asked, streams at `/…stream` or with `?watch`, and speaks WebSocket. */
async function upstream(name) {
  const asked = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, method, url } = request;
      const seen = { name, method, url, headers, body: Buffer.concat(chunks).toString() };
      asked.push(seen);
      if (/events\/|watch=/.test(url)) stream(response);
      else answer(response, seen);
    });
  });
  server.on('upgrade', ({ headers, url }, socket) => {
    asked.push({ name, method: 'UPGRADE', url, headers });
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { asked, port: server.address().port, server };
}

/**
 * Each part comes only when the one before was read. Without chunks, in which nginx sees where a part ends and hands it on: what
 * comes later than the head is held back by a proxy that buffers.
 */
function stream(response) {
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
  let part = 1;
  response.next = () => {
    part++;
    if (part < 4) response.write(`data: ${part}\n\n`);
    else response.end();
  };
  streams.push(response);
}
export const streams = [];

function answer(response, seen) {
  const busy = seen.url.includes('busy');
  response.writeHead(busy ? 429 : 200, {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'retry-after': '3',
    ratelimit: '"default";r=0;t=3',
    etag: '"v1"',
    age: '7',
  });
  response.end(JSON.stringify(seen));
}

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts everything. `site` has the static files; `connect` is who may be called besides, for `connect-src`. */
export async function startWorld({ connect, nginx = 'nginx', site } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rx-mesh-nginx-'));
  const upstreams = new Map();
  const ports = {};
  for (const name of ['api-cors', 'same-origin']) {
    const file = resolve(`docs/guide/nginx/${name}.conf`);
    ports[name] = await freePort();
    // Only where things are is filled in; all else is tested as it stands.
    let text = readFileSync(file, 'utf8').replace(/listen 80;/, `listen 127.0.0.1:${ports[name]};`);
    for (const [, service] of text.matchAll(/^upstream (\w+)/gm)) {
      upstreams.set(service, await upstream(service));
    }
    text = text.replace(
      /(upstream (\w+)\s*\{\s*server )[^;]+;/g,
      (_, head, service) => `${head}127.0.0.1:${upstreams.get(service).port};`,
    );
    if (connect) text = text.replace("connect-src 'self'", `connect-src 'self' ${connect}`);
    text = text.replace('root /var/www/shop;', `root ${site ?? join(folder, 'site')};`);
    writeFileSync(join(folder, `${name}.conf`), text);
  }
  mkdirSync(join(folder, 'site'));
  writeFileSync(
    join(folder, 'site/index.html'),
    '<!doctype html><app-root ngCspNonce="CSP_NONCE"></app-root>',
  );
  writeFileSync(join(folder, 'site/main.js'), '// the application\n');
  writeFileSync(join(folder, 'nginx.conf'), mainConfig(folder));
  const child = spawn(nginx, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((done) => child.on('close', done));
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    for (const { server } of upstreams.values()) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await up(ports['same-origin'], child, () => said);
  } catch (error) {
    await close();
    throw error;
  }
  return { asked: (name) => upstreams.get(name).asked, close, ports, said: () => said };
}

const mainConfig = (folder) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 256; }
http {
  types { text/html html; text/javascript js mjs; text/css css; image/svg+xml svg; font/woff2 woff2; application/json json; }
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/api-cors.conf;
  include ${folder}/same-origin.conf;
}
`;

async function up(port, child, said) {
  const until = performance.now() + START;
  while (performance.now() < until) {
    if (child.exitCode !== null) break;
    try {
      await ask(port, '/');
      return;
    } catch {
      await new Promise((again) => setTimeout(again, 30));
    }
  }
  throw new Error(`nginx did not start:\n${said()}`);
}

/** A request as it is written, which `fetch` would tidy up first: any header, any path. */
export function ask(port, path, { method = 'GET', headers = {}, body, onData } = {}) {
  return new Promise((done, failed) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
        onData?.(text);
      });
      response.on('end', () =>
        done({ status: response.statusCode, headers: response.headers, text }),
      );
      response.on('error', failed);
    });
    request.on('upgrade', (response, socket) =>
      done({ status: 101, headers: response.headers, socket }),
    );
    request.setTimeout(3000, () => request.destroy(new Error(`${method} ${path} took too long`)));
    request.on('error', failed);
    request.end(body);
  });
}
