// Guard `package`: what users would get from npm. Packs the built library and looks into the tarball.
//
//   node tools/check-package.mjs
import { spawnSync } from 'node:child_process';
import { closeSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { builtManifest, dist } from './package-entries.mjs';
import { rooms, entryOf } from './layers.mjs';
import { run } from './run.mjs';

const REQUIRED_PEERS = { '@angular/common': '^22.2.0', '@angular/core': '^22.2.0', rxjs: '^7.8.0' };
// Of the rooms nats and stomp: who imports neither installs none of them.
const OPTIONAL_PEERS = {
  '@nats-io/jetstream': '^3.4.0',
  '@nats-io/kv': '^3.4.0',
  '@nats-io/nats-core': '^3.4.0',
  '@opentelemetry/api': '>=1.9.0 <2',
  '@stomp/rx-stomp': '^2.4.0',
  '@stomp/stompjs': '^7.5.0',
  jose: '^6.2.0',
};
const UNPROMISED = ['node10', 'node16-cjs'];

const manifest = builtManifest();
const folder = resolve('out-tsc/package');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const packed = await run('npm', [
  'pack',
  dist,
  '--json',
  '--pack-destination',
  folder,
  '--loglevel=error',
]);
if (packed.code) {
  console.error(`[package-packs] npm pack failed:\n${packed.output}`);
  process.exit(1);
}
const tarball = join(folder, globSync('*.tgz', { cwd: folder })[0]);
const files = []
  .concat(JSON.parse(packed.output.slice(packed.output.search(/[[{]/))))
  .flatMap((answer) => answer.files ?? Object.values(answer)[0].files)
  .map(({ path }) => path);

const problems = [...manifestProblems(), ...fileProblems(), ...(await lint()), ...resolvers()];
for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log(`package: ${files.length} files; exports, peers and types are as promised`);

function manifestProblems() {
  const { peerDependencies, dependencies, version } = JSON.parse(
    readFileSync('projects/rx-mesh/package.json', 'utf8'),
  );
  const wanted = {
    sideEffects: false,
    type: 'module',
    version,
    license: 'MIT',
    peerDependencies: { ...REQUIRED_PEERS, ...OPTIONAL_PEERS },
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(OPTIONAL_PEERS).map((name) => [name, { optional: true }]),
    ),
    // idb is loaded by those who keep something in the browser, and by nobody else.
    dependencies: { idb: dependencies.idb, tslib: dependencies.tslib },
  };
  const specifiers = Object.keys(manifest.exports).map((path) => `rx-mesh${path.slice(1)}`);
  const differences = Object.entries(wanted)
    .filter(([key, value]) => !isDeepStrictEqual(manifest[key], value))
    .map(
      ([key, value]) =>
        `[package-manifest] ${key} is ${JSON.stringify(manifest[key])}, but users were promised ${JSON.stringify(value)}.`,
    );
  const missing = rooms
    .filter((room) => !specifiers.includes(entryOf(room)))
    .map(
      (room) =>
        `[package-exports] ${entryOf(room)} of layers.json is no entry point of the package.`,
    );
  const more = Object.keys(peerDependencies)
    .filter((name) => !wanted.peerDependencies[name])
    .map(
      (name) =>
        `[package-manifest] ${name} is a new peer: an application would have to install it.`,
    );
  return [...differences, ...missing, ...more];
}

function fileProblems() {
  const wanted = ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'];
  const unwanted =
    /\.spec\.|spec-support|\.tgz$|tsconfig|layers\.json|(^|\/)(?!types\/).*(?<!\.d)\.ts$/;
  return [
    ...wanted
      .filter((file) => !files.includes(file))
      .map(
        (file) =>
          `[package-files] ${file} is not in the tarball. See tools/copy-package-files.mjs.`,
      ),
    ...files
      .filter((file) => unwanted.test(file))
      .map((file) => `[package-files] ${file} is in the tarball, and nobody needs it there.`),
  ];
}

async function lint() {
  const { messages } = await publint({ pkgDir: dist, pack: 'npm', strict: true });
  return messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => `[package-publint] ${formatMessage(message, manifest, { color: false })}`);
}

// ESM only, as every Angular package: a CommonJS `require` and the resolution of Node 10 are no promise of ours. The
// program's own exit code does not know that about errors inside of type declarations, so we read what it found.
function resolvers() {
  const report = join(folder, 'attw.json');
  // Into a file: a pipe is cut off when the program ends itself.
  const output = openSync(report, 'w');
  spawnSync('attw', [tarball, '--profile', 'esm-only', '--format', 'json'], {
    env: { ...process.env, PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter) },
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  const { analysis } = JSON.parse(readFileSync(report, 'utf8'));
  if (!analysis?.types) return ['[package-types] attw found no types in the tarball.'];
  return analysis.problems
    .filter((problem) => !UNPROMISED.includes(problem.resolutionKind ?? problem.resolutionOption))
    .map(
      (problem) =>
        `[package-types] are the types wrong? ${JSON.stringify({ ...problem, trace: undefined })}`,
    );
}
