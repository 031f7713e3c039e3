// `npm ci` refuses a lock file that lacks a package's optional binary for another platform, and a registry that does
// not serve that binary makes `npm install` leave it out. This writes the missing entries, without integrity: npm
// resolves them on the platform that needs them.
//
//   node tools/complete-lock.mjs [folder...]      after every `npm install` (`npm run lock:mend`)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionals } from './lock-file.mjs';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const cpus = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/** The platform that the name of a binary package tells, or nothing when it tells none. */
function platformOf(name) {
  const words = name.split(/[-/.]/);
  const cpu = cpus.find((word) => words.includes(word));
  const os = systems.find((word) => words.includes(word));
  return cpu ? { cpu: [cpu], ...(os && { os: [os] }) } : undefined;
}

for (const folder of process.argv.slice(2).concat(process.argv.length > 2 ? [] : ['.'])) {
  const file = join(folder, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  let added = 0;
  for (const { name, version, parent } of missingOptionals(lock)) {
    const platform = platformOf(name);
    if (!platform || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platform,
      ...(parent.dev && { dev: true }),
      optional: true,
    };
    added++;
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  if (added) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${file}: ${added} entries added`);
}
