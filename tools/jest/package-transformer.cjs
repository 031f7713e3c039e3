// Turns the ES modules of packages into what jest loads. Angular packages are published half compiled, and left so their
// declarations are compiled at each load, once a test file; the linker of the Angular compiler does that here, once.
const { createHash } = require('node:crypto');
const { version: node } = process;
const babel = require('@babel/core');
const { createEs2015LinkerPlugin } = require('@angular/compiler-cli/linker/babel');
const { version: linker } = require('@angular/compiler-cli/package.json');
const esbuild = require('esbuild');

/** What the linker may ask for; nothing is read, since no source maps are followed. */
const fileSystem = {
  resolve: (...paths) => paths.at(-1),
  dirname: () => '',
  relative: (_from, to) => to,
  readFile: () => '',
  exists: () => false,
};
const silent = { level: 3, debug() {}, info() {}, warn() {}, error: fail };
const plugins = [
  createEs2015LinkerPlugin({
    fileSystem,
    logger: silent,
    linkerJitMode: false,
    sourceMapping: false,
  }),
];

function fail(...parts) {
  throw new Error(parts.join(' '));
}

module.exports = {
  getCacheKey: (text, path, { instrument }) =>
    createHash('sha256')
      .update([text, path, instrument, node, linker, esbuild.version, __filename].join('\0'))
      .digest('hex'),

  process(text, path) {
    const linked = text.includes('ɵɵngDeclare')
      ? babel.transformSync(text, {
          filename: path,
          plugins,
          babelrc: false,
          configFile: false,
          compact: false,
        }).code
      : text;
    return esbuild.transformSync(linked, {
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
