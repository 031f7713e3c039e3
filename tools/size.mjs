// Guard `size`: what the library adds to an application, and what an import must not drag along (size-limits.json).
//
//   node tools/size.mjs
import { readFileSync } from 'node:fs';
import { bundle, closeBundler } from './bundle.mjs';
import { entries } from './package-entries.mjs';

const { rooms, imports } = JSON.parse(readFileSync('size-limits.json', 'utf8'));
/** Characters, for the imports of other packages and for constants that no bundler evaluates. */
const MOST_LEFT = 1500;
const problems = [];

try {
  console.log('Each room by itself, bytes gzipped (limit):');
  for (const { specifier } of entries()) {
    const others = (path) => path.startsWith('rx-mesh') && path !== specifier;
    const { gzip } = await bundle(`export * from '${specifier}';`, others);
    judge(specifier, gzip, rooms[specifier]);
    await dropsWhole(specifier);
  }
  console.log('\nTypical imports, with all that they need of rx-mesh, bytes gzipped (limit):');
  const whole = await bundle("export * from 'rx-mesh';");
  for (const { what, from, names, limit, absent = [] } of imports) {
    const source = names
      ? `export { ${names.join(', ')} } from '${from}';`
      : `export * from '${from}';`;
    const { text, gzip } = await bundle(source);
    judge(what, gzip, limit);
    for (const word of absent) shaken(what, word, text, whole.text);
  }
  for (const specifier of Object.keys(rooms)) {
    if (!entries().some((entry) => entry.specifier === specifier)) {
      problems.push(
        `[size-limit] size-limits.json names ${specifier}, which is not an entry point.`,
      );
    }
  }
} finally {
  await closeBundler();
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;

// Loaded for nothing, and without the word of package.json that it may be left out, a room leaves nothing behind but some small
// constants: each of its classes, functions and tokens can be dropped by itself.
async function dropsWhole(specifier) {
  const { text } = await bundle(`import '${specifier}';`, undefined, true);
  if (text.length > MOST_LEFT || /\bclass\b|\bfunction\b|=>|InjectionToken/.test(text)) {
    problems.push(
      `[size-tree-shaking] ${specifier} cannot be left out wholly: of its statements at the top level these stay: ${text.slice(0, 1000)}`,
    );
  }
}

function judge(what, gzip, limit) {
  console.log(`  ${String(gzip).padStart(6)} (${limit ?? 'none'})  ${what}`);
  if (limit === undefined) {
    problems.push(`[size-limit] ${what} has no limit in size-limits.json. It takes ${gzip} bytes.`);
  } else if (gzip > limit) {
    problems.push(
      `[size-limit] ${what} takes ${gzip} bytes gzipped, over its limit of ${limit}. Find what came in, or raise the limit in size-limits.json and say why.`,
    );
  }
}

function shaken(what, word, text, whole) {
  if (text.includes(word)) {
    problems.push(
      `[size-tree-shaking] An application that imports only "${what}" ships "${word}": a top-level statement or an import keeps it alive.`,
    );
  }
  if (!whole.includes(word)) {
    problems.push(
      `[size-tree-shaking] "${word}" is nowhere in rx-mesh any more, so the check for "${what}" is blind. Name another word in size-limits.json.`,
    );
  }
}
