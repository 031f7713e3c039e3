// Turns the ES modules of packages into what jest loads. Angular packages are published half compiled, and left so their
// declarations are compiled at each load, once a test file; the linker of the Angular compiler does that here, once.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { version: linker } = require('@angular/compiler-cli/package.json');
const { version: bundler } = require('esbuild/package.json');
const { version: node } = process;
const self = readFileSync(__filename, 'utf8');

/** What the linker may ask for; nothing is read, since no source maps are followed. */
const fileSystem = {
  resolve: (...paths) => paths.at(-1),
  dirname: () => '',
  relative: (_from, to) => to,
  readFile: () => '',
  exists: () => false,
};
const logger = { level: 3, debug() {}, info() {}, warn() {}, error: fail };

function fail(...parts) {
  throw new Error(parts.join(' '));
}

module.exports = {
  getCacheKey: (text, path, { instrument }) =>
    createHash('sha256')
      .update([text, path, instrument, node, linker, bundler, self].join('\0'))
      .digest('hex'),

  // Loaded here: a worker that finds all in the cache needs none of it.
  process(text, path) {
    const linked = text.includes('ɵɵngDeclare') ? link(text, path) : text;
    return require('esbuild').transformSync(linked, {
      loader: 'js',
      format: 'cjs',
      // What is loaded lazily is loaded by require, too: jest has no modules of its own.
      supported: { 'dynamic-import': false },
      target: `node${node.slice(1)}`,
      sourcemap: true,
      sourcefile: path,
      sourcesContent: true,
    });
  },
};

function link(text, filename) {
  const { createEs2015LinkerPlugin } = require('@angular/compiler-cli/linker/babel');
  const options = { fileSystem, logger, linkerJitMode: false, sourceMapping: false };
  return require('@babel/core').transformSync(text, {
    filename,
    plugins: [createEs2015LinkerPlugin(options)],
    babelrc: false,
    configFile: false,
    compact: false,
  }).code;
}
