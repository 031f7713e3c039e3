// What it costs to find a route: among 10 and among 1,000, for paths that are there and for paths that are not, against
// find-my-way, which needs Node. Compiled from source: the table of routes can be measured without the rest of the room.
import { build } from 'esbuild';
import findMyWay from 'find-my-way';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const built = resolve('out-tsc/bench/gateway-routes.source.mjs');
mkdirSync(resolve('out-tsc/bench'), { recursive: true });
await build({
  entryPoints: [resolve('projects/rx-mesh/gateway/routes/compile-routes.ts')],
  outfile: built,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  define: { ngDevMode: 'false' },
  external: ['@angular/*', 'rxjs'],
  alias: { 'rx-mesh/kernel': resolve('projects/rx-mesh/kernel/public-api.ts') },
  tsconfigRaw: '{}',
  logLevel: 'error',
});
const { compileRoutes } = await import(pathToFileURL(built));

// Five shapes of none to two parameters, and a path of each.
const shapes = ['', '/:id', '/:id/items', '/:id/items/:item', '/about/imprint'];
const tails = ['', '/4711', '/4711/items', '/4711/items/a-17', '/about/imprint'];
const resource = (i) => `/api/resource-${Math.floor(i / 5)}`;

function setup(size) {
  const patterns = Array.from({ length: size }, (_, i) => resource(i) + shapes[i % 5]);
  const table = compileRoutes(
    patterns.map((path) => ({ path, method: 'GET', targetService: 's', targetPath: '/' })),
  );
  const router = findMyWay();
  for (const pattern of patterns) router.on('GET', pattern, () => undefined);
  // As many paths of the large table as of the small one, evenly spread: else the caches of the processor are measured.
  const hits = Array.from({ length: 10 }, (_, i) => {
    const at = Math.floor(i / 5) * (size / 2) + (i % 5);
    return { method: 'GET', url: resource(at) + tails[at % 5] };
  });
  const misses = hits.map(({ url }) => ({ method: 'GET', url: url.replace('/api', '/web') }));
  return { table, router, hits, misses };
}

const few = setup(10);
const many = setup(1000);

/** Goes through requests in turns. */
const turns = (work, requests) => {
  let i = 0;
  return () => work(requests[i++ % 10]);
};
const ours = ({ table }, requests) => ['rx-mesh', turns((r) => table.match(r), requests)];
const theirs = ({ router }, requests) => [
  'find-my-way',
  turns((r) => router.find(r.method, r.url), requests),
];

export const pairs = [
  {
    what: 'find a route, 1,000 against 10 (at most 1.5)',
    ours: ['1,000 routes', ours(many, many.hits)[1]],
    peer: ['10 routes', ours(few, few.hits)[1]],
  },
  ...[
    ['10', few],
    ['1,000', many],
  ].flatMap(([size, side]) => [
    {
      what: `find one of ${size} routes (at most 2.5)`,
      ours: ours(side, side.hits),
      peer: theirs(side, side.hits),
    },
    {
      what: `find none of ${size} routes (at most 2.5)`,
      ours: ours(side, side.misses),
      peer: theirs(side, side.misses),
    },
  ]),
];
