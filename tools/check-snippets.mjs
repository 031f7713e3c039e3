// Guard `snippets`: every ```ts block of the READMEs and the guide compiles, templates too, against the sources of the
// library. A block is a module of its own, so it names its imports as a reader would have to. What is not meant to
// compile is a ```text block.
//
//   node tools/check-snippets.mjs
import { performCompilation } from '@angular/compiler-cli';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';

const pages = globSync(['README.md', 'projects/rx-mesh/**/README.md', 'docs/guide/**/*.md']).sort();
const folder = resolve('out-tsc/snippets');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** Where each block was taken from. */
const origin = new Map(pages.flatMap(extract));
const { diagnostics } = performCompilation({
  rootNames: [...origin.keys(), resolve('node_modules/@types/jest/index.d.ts')],
  options: options(),
});
const problems = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
for (const problem of problems) console.error(explain(problem));
if (problems.length) process.exit(1);
console.log(`${origin.size} samples of ${pages.length} pages compile`);

/** Writes the blocks of a page, each in a file in which every line keeps its number. */
function extract(page) {
  const lines = readFileSync(page, 'utf8').split('\n');
  const blocks = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)(```+|~~~+)\s*(\w*)/.exec(lines[at]);
    if (!fence) continue;
    const start = at + 1;
    do at++;
    while (at < lines.length && !lines[at].trimStart().startsWith(fence[2]));
    if (fence[3] === 'ts' || fence[3] === 'typescript') blocks.push({ start, end: at });
  }
  return blocks.map(({ start, end }) => {
    const file = resolve(folder, `${page.replace(/\W+/g, '-')}-${start}.ts`);
    writeFileSync(file, '\n'.repeat(start) + lines.slice(start, end).join('\n') + '\nexport {};\n');
    return [file, page];
  });
}

function options() {
  const read = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8'));
  const { compilerOptions, angularCompilerOptions } = read.config;
  const paths = Object.entries(compilerOptions.paths).map(([name, to]) => [
    name,
    to.map((path) => resolve(path)),
  ]);
  const { options: parsed } = ts.convertCompilerOptionsFromJson(compilerOptions, process.cwd());
  return {
    ...angularCompilerOptions,
    ...parsed,
    paths: Object.fromEntries(paths),
    basePath: folder,
    noEmit: true,
    types: ['jest'],
    // A sample shows one thing; what it declares is for the reader to use.
    noUnusedLocals: false,
  };
}

function explain({ file, start, code, messageText }) {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n  ');
  if (!file) return `[snippets-compile] ${text}`;
  const { line, character } = ts.getLineAndCharacterOfPosition(file, start ?? 0);
  const page = origin.get(resolve(file.fileName)) ?? relative('.', file.fileName);
  const id = code < 0 ? `NG${String(-code).slice(2)}` : `TS${code}`;
  return `[snippets-compile] ${page}:${line + 1}:${character + 1} ${id}: ${text}`;
}
