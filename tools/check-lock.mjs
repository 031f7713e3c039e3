// Guard `lock`: a lock file installs the same on every machine, and tells nothing about the one that wrote it.
//
//   node tools/check-lock.mjs [folder...]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionals } from './lock-file.mjs';

const folders = process.argv.slice(2);
const problems = (folders.length ? folders : ['.', 'e2e/consumer/app']).flatMap((folder) => {
  const file = join(folder, 'package-lock.json');
  if (!existsSync(file)) return [`${file}: [lock-exists] is missing. Run npm install.`];
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  return [...addresses(lock), ...incomplete(lock), ...unverified(lock)].map(
    (text) => `${file}: ${text}`,
  );
});

for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log('lock files: no addresses, nothing missing, every package verified');

/** Neither the address nor the host of a registry. Links to people who take donations are no such thing. */
function addresses({ packages }) {
  return Object.entries(packages).flatMap(([path, meta]) => {
    const remedy =
      'Keep omit-lockfile-registry-resolved=true in .npmrc, remove the value and run npm install.';
    return [
      ...('resolved' in meta && !meta.link
        ? [`[lock-no-resolved] ${path} has "resolved": ${meta.resolved}. ${remedy}`]
        : []),
      ...(/"[a-z+]+:\/\/|\blocalhost\b|"git@|"github:/.test(
        JSON.stringify({ ...meta, funding: '', resolved: '' }),
      )
        ? [`[lock-no-hosts] ${path} names a host. ${remedy}`]
        : []),
    ];
  });
}

function incomplete(lock) {
  return missingOptionals(lock)
    .filter(({ version }) => /^\d/.test(version))
    .map(
      ({ path, name }) =>
        `[lock-complete] ${path} has no entry for its optional ${name}, so npm ci fails. Run npm run lock:mend.`,
    );
}

/** Every package has its integrity; only binaries for other platforms may lack it (tools/complete-lock.mjs). */
function unverified({ packages }) {
  return Object.entries(packages)
    .filter(([path, meta]) => path && !meta.link && !meta.integrity)
    .filter(([path, meta]) => !(meta.optional && meta.cpu) || /(^|\/)node-[a-z]+-/.test(path))
    .map(
      ([path]) =>
        `[lock-integrity] ${path} has no integrity. Remove its entry and run npm install.`,
    );
}
