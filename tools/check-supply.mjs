// Guard `supply`: under which licences the packages are that we build on, which of them run a script when they are installed,
// and whether something is known against those that users get. The first two are read from the lock files.
//
//   node tools/check-supply.mjs
import { readFileSync } from 'node:fs';
import { run } from './run.mjs';

/** Of what an application gets: it may be shipped with no more than a notice. */
const SHIPPED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'OFL-1.1'];
/** Of tools, which nobody ships: also the weak copyleft of files, and data. */
const TOOLS = [
  ...SHIPPED,
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
];
/** Packages that may run a script when they are installed, each with the reason. */
const SCRIPTS = new Map([
  ['@parcel/watcher', 'builds itself where no binary fits'],
  ['esbuild', 'checks its binary'],
  ['lmdb', 'builds itself where no binary fits'],
  ['msgpackr-extract', 'builds itself where no binary fits'],
  ['protobufjs', 'warns of versions that do not fit'],
]);

const problems = [];
for (const file of ['package-lock.json', 'e2e/consumer/app/package-lock.json']) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  const shipped = shippedOf(packages);
  for (const [path, meta] of Object.entries(packages)) {
    const name = path.replace(/^.*node_modules\//, '');
    if (path && !meta.link) problems.push(...judge(file, name, meta, shipped.has(path)));
  }
}
const audit = await audited();
for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log(`supply: every licence and every install script is one that we know; ${audit}`);

function judge(file, name, { hasInstallScript, license = 'none' }, isShipped) {
  const allowed = isShipped ? SHIPPED : TOOLS;
  const found = [];
  if (!isAllowed(license, allowed)) {
    found.push(
      `[supply-licence] ${file}: ${name} is under ${license}. Allowed: ${allowed.join(', ')}. Take another package, or explain it in tools/check-supply.mjs.`,
    );
  }
  if (hasInstallScript && !SCRIPTS.has(name)) {
    found.push(
      `[supply-script] ${file}: ${name} runs a script when it is installed. Read it, then name it in tools/check-supply.mjs.`,
    );
  }
  return found;
}

/** What the dependencies of the root lead to. The marks of npm say it only of what is installed on this machine. */
function shippedOf(packages) {
  const found = new Set();
  const follow = (from, { dependencies = {} }) => {
    for (const name of Object.keys(dependencies)) {
      const path = placeOf(packages, from, name);
      if (!path || found.has(path)) continue;
      found.add(path);
      follow(path, packages[path]);
    }
  };
  follow('', packages['']);
  return found;
}

/** Where Node finds a package that another one asks for: in its own folder, or in one above. */
function placeOf(packages, from, name) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const path = `${folder && `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (!folder) return undefined;
  }
}

/** Of `A OR B` one is enough, of `A AND B` both are needed. */
function isAllowed(license, allowed) {
  return license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => allowed.includes(one)));
}

/** Asks the registry. Not every one can be asked: then it is said, and to be done before a release (CONTRIBUTING.md). */
async function audited() {
  const { output } = await run('npm', ['audit', '--omit=dev', '--json'], { timeout: 60_000 });
  const report = /^\{[^]*^\}/m.exec(output)?.[0];
  const { vulnerabilities, metadata } = JSON.parse(report ?? '{}');
  if (!metadata) return 'the registry gives no audit';
  for (const { name, severity } of Object.values(vulnerabilities)) {
    problems.push(`[supply-audit] ${name}: ${severity}. See npm audit --omit=dev.`);
  }
  return `${metadata.dependencies.prod} shipped packages audited`;
}
