// A registry of npm that has the packed library, and sends everybody on to the usual one for the rest: so that `ng add rx-mesh`
// can be done before there is anything to be found in the world.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * @param {object} manifest Of the built library.
 * @param {string} tarball Its file.
 * @param {string} upstream Where the other packages are.
 * @returns {Promise<{ origin: string, asked(): number, close(): Promise<void> }>}
 */
export async function serveRegistry(manifest, tarball, upstream) {
  const { name, version } = manifest;
  const file = readFileSync(tarball);
  const path = `/${name}/-/${name}-${version}.tgz`;
  let asked = 0;
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    if (request.url === path) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file);
    } else if (request.url === `/${name}`) {
      asked++;
      const dist = {
        tarball: `http://${request.headers.host}${path}`,
        integrity: `sha512-${createHash('sha512').update(file).digest('base64')}`,
        shasum: createHash('sha1').update(file).digest('hex'),
      };
      const versions = { [version]: { ...manifest, _id: `${name}@${version}`, dist } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ _id: name, name, 'dist-tags': { latest: version }, versions }));
    } else {
      response.writeHead(307, { location: new URL(request.url.slice(1), upstream).href }).end();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    asked: () => asked,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}
