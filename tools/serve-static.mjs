// Serves a built single-page application on 127.0.0.1, as a plain web server would.
//
//   node tools/serve-static.mjs <folder> <port>
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const TYPES = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.json', 'application/json'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.woff2', 'font/woff2'],
]);
// A file whose name holds a hash of its content never changes. All others may, the service worker above all.
const HASHED = /-[\w-]{8}\.\w+$/;

const [folder = 'dist', port = '4317'] = process.argv.slice(2);
const root = resolve(folder);
const start = join(root, 'index.html');

if (!(await isFile(start))) {
  console.error(`[serve-static] There is no ${start}. Build the application first.`);
  process.exit(1);
}
createServer(async ({ method, url }, response) => {
  // What cannot be read as a path is no file.
  const file = await find(url).catch(() => undefined);
  if (!file || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(file ? 405 : 404).end();
    return;
  }
  response.writeHead(200, {
    'cache-control': HASHED.test(file) ? 'max-age=31536000, immutable' : 'no-cache',
    'content-type': TYPES.get(extname(file)) ?? 'application/octet-stream',
  });
  if (method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}).listen(Number(port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${port} serves ${root}`);
});

/** The file of a path; a path without a dot is a page of the application. */
async function find(url) {
  const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  const file = join(root, path);
  if (file.startsWith(root + sep) && (await isFile(file))) return file;
  return extname(path) === '' ? start : undefined;
}

async function isFile(path) {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
