// Bundles a few lines that use the built library just as a production build of the Angular CLI does: the same linker
// and optimizer (its JavaScriptTransformer), the same esbuild options; Angular and RxJS stay outside.
import { JavaScriptTransformer } from '@angular/build/private';
import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { entries } from './package-entries.mjs';

const optimizer = new JavaScriptTransformer({ sourcemap: false, advancedOptimizations: true });
const code = new Map(entries().map((entry) => [entry.specifier, entry.code]));
const noSideEffects = { sideEffects: () => Promise.resolve(false) };

const done = new Map(); // path -> what the optimizer makes of it

function optimized(path) {
  if (!done.has(path)) done.set(path, optimizer.transformFile(path, noSideEffects));
  return done.get(path);
}

/** Resolves the rooms to the built package, and leaves out what every application has anyway. */
const packages = (isOutside, sideEffects) => ({
  name: 'built-package',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const file = isOutside(path) ? undefined : code.get(path);
      // Without side effects, an import whose names are unused goes away, as it does in an application.
      return file ? { path: file, sideEffects } : { path, external: true, sideEffects: false };
    });
    onLoad({ filter: /\.mjs$/ }, async ({ path }) => ({
      contents: await optimized(path),
      loader: 'js',
    }));
  },
});

/**
 * @param {string} source What the application writes.
 * @param {(specifier: string) => boolean} isOutside Rooms to leave out of the count.
 * @param {boolean} sideEffects Whether the rooms are taken for modules that do something when they are loaded.
 * @returns {Promise<{ text: string, gzip: number }>}
 */
export async function bundle(source, isOutside = () => false, sideEffects = false) {
  const result = await build({
    stdin: { contents: source, resolveDir: process.cwd(), sourcefile: 'application.js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    supported: { 'object-rest-spread': false },
    define: { ngDevMode: 'false', ngJitMode: 'false', ngServerMode: 'false', ngHmrMode: 'false' },
    pure: ['forwardRef'],
    legalComments: 'none',
    logLevel: 'error',
    plugins: [packages(isOutside, sideEffects)],
    tsconfigRaw: '{}',
  });
  const [{ contents, text }] = result.outputFiles;
  return { text, gzip: gzipSync(contents, { level: 9 }).length };
}

/** Ends the optimizer's workers. */
export const closeBundler = () => optimizer.close();
