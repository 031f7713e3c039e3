// Bundles a page that uses the library, and serves it: the built package, or its sources while one works on them.
import { build } from 'esbuild';
import { builtinModules } from 'node:module';
import { createServer } from 'node:http';

const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

// Whatever is asked of it, and whatever is made of it, is the same nothing.
const NOTHING = `
const nothing = new Proxy(function () {}, {
  get: (target, key) => (key === Symbol.toPrimitive ? () => '' : key === 'prototype' ? target[key] : nothing),
  apply: () => nothing,
  construct: () => nothing,
});
module.exports = nothing;
`;

/** `expect` asks Node for files and paths, to write stacks down. A page has none of that. */
const noNode = {
  name: 'no-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path }) =>
      builtin.has(path) || path === 'graceful-fs' ? { path, namespace: 'no-node' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'no-node' }, () => ({
      contents: NOTHING,
      loader: 'js',
    }));
  },
};

/** The rooms as users install them. */
const builtPackage = (code) => ({
  name: 'built-package',
  setup({ onResolve }) {
    onResolve({ filter: /^rx-mesh(\/|$)/ }, ({ path }) => ({ path: code.get(path) }));
  },
});

/**
 * @param {string} entry The script of the page.
 * @param {{ fromSources?: boolean, minify?: boolean }} options `fromSources`: not the built package, but what is in
 *   `projects`, for which nothing has to be built.
 * @returns {Promise<string>} One script.
 */
export async function buildPage(entry, { fromSources = false, minify = false } = {}) {
  const plugins = [noNode];
  if (!fromSources) {
    const { entries } = await import('../../tools/package-entries.mjs');
    plugins.push(builtPackage(new Map(entries().map(({ specifier, code }) => [specifier, code]))));
  }
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    // esbuild asks tsconfig.json for `paths`, which lead to the sources, after the plugins.
    tsconfig: 'tsconfig.json',
    define: {
      'process.env.NODE_ENV': '"production"',
      ngDevMode: 'false',
      global: 'globalThis',
      __dirname: '"/"',
    },
    logLevel: 'error',
    plugins,
  });
  return outputFiles[0].text;
}

/**
 * Serves one script on a free port of this machine.
 *
 * @returns {Promise<{ origin: string, close: () => void }>}
 */
export async function servePage(script) {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.writeHead(200, {
      'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(isScript ? script : '<!doctype html><title>rx-mesh</title><script src="/page.js"></script>'); // prettier-ignore
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
