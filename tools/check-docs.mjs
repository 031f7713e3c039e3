// Guard `docs`: every public name has a doc comment, every {@link} leads somewhere, every error code has its page.
//
//   node tools/check-docs.mjs
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Application, LogLevel, Logger } from 'typedoc';

const words = new Map([
  [
    /does not have any documentation/,
    '[docs-documented] {} Write a doc comment: first line a fact, then meaning, unit, range, @default.',
  ],
  [
    /but not included in the documentation/,
    '[docs-exported] {} Export it from public-api.ts, for a user has to name it.',
  ],
  [/link/i, '[docs-links] {}'],
]);

const problems = [...(await undocumented()), ...errorPages()];
for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log('docs: every public name is documented, every error code has its page');

async function undocumented() {
  const found = [];
  const app = await Application.bootstrap({
    treatWarningsAsErrors: false,
    // Here alone: `npm run docs` would tell of members of inline types, too.
    validation: { notExported: true, invalidLink: true, notDocumented: true },
  });
  app.logger = new (class extends Logger {
    addContext(message) {
      return message;
    }
    log(message, level) {
      if (level < LogLevel.Warn) return;
      // A member of an inline type is told by the comment of whatever has that type.
      if (/\.__type\b.*does not have any/.test(message)) return;
      const [, form] = [...words].find(([pattern]) => pattern.test(message)) ?? ['', '[docs] {}'];
      found.push(form.replace('{}', message.endsWith('.') ? message : `${message}.`));
    }
  })();
  const project = await app.convert();
  if (project) app.validate(project);
  return [...new Set(found)];
}

/** docs/errors/ has a page for each code that the sources throw or report, and for no other. */
function errorPages() {
  const used = new Map();
  for (const file of globSync('projects/rx-mesh/**/*.ts')) {
    if (/\.spec\.ts$|spec-support/.test(file)) continue;
    const code = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
    for (const [, number] of code.matchAll(/['"](RXM\d{3})['"]/g)) used.set(number, file);
  }
  const pages = new Set(globSync('docs/errors/RXM*.md').map((file) => basename(file, '.md')));
  return [
    ...[...used]
      .filter(([code]) => !pages.has(code))
      .map(
        ([code, file]) =>
          `[docs-error-pages] ${code} of ${file} has no docs/errors/${code}.md. Say what happened, why, and the remedy.`,
      ),
    ...[...pages]
      .filter((code) => !used.has(code))
      .map(
        (code) => `[docs-error-pages] docs/errors/${code}.md: no source uses ${code}. Remove it.`,
      ),
  ];
}
