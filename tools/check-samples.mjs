// Guard `samples`: every ```ts block of the guide and the cookbook is the text of a module under docs/samples that a spec
// beside it imports, and so runs. The line before the block names it: <!-- docs/samples/guide/orders.ts -->, or a part of
// it: <!-- docs/samples/guide/orders.ts#place -->, which is what stands between `// #region place` and `// #endregion`.
// And every relative link of the documentation leads to a file, and to a heading of it.
//
//   node tools/check-samples.mjs            checks
//   node tools/check-samples.mjs --write    copies the modules into the pages first
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const write = process.argv.includes('--write');
const pages = globSync(['docs/guide/**/*.md', 'docs/cookbook/**/*.md']).sort();
const samples = globSync('docs/samples/**/*.{ts,mjs}')
  .filter((file) => !/\.spec\.ts$|spec-support/.test(file))
  .sort();
const linking = globSync(['*.md', 'docs/**/*.md', 'projects/**/*.md'])
  .filter((file) => !file.startsWith('docs/api/'))
  .sort();

const shown = new Set();
let blocks = 0;
let links = 0;
const problems = [
  ...pages.flatMap(checkBlocks),
  ...samples.flatMap(checkSample),
  ...linking.flatMap(checkLinks),
];
for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log(
  `${blocks} samples of ${pages.length} pages are what runs; ${links} links of ${linking.length} pages lead somewhere`,
);

/** Each ```ts block of a page against its module. */
function checkBlocks(page) {
  const found = [];
  const lines = readFileSync(page, 'utf8').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^\s*(```+|~~~+)\s*(\w*)/.exec(lines[at]);
    if (!fence) continue;
    const start = at;
    do at++;
    while (at < lines.length && !lines[at].trimStart().startsWith(fence[1]));
    const told = (words) => found.push(`[samples-run] ${page}:${start + 1} ${words}`);
    // Prettier puts an empty line between a comment and a block.
    const above = lines[lines[start - 1]?.trim() ? start - 1 : start - 2] ?? '';
    const [, file, region] =
      /^<!-- (docs\/samples\/[\w./-]+\.m?[jt]s)(?:#([\w-]+))? -->$/.exec(above) ?? [];
    // A script of Node may be marked as well; TypeScript has to be.
    if (!file && !['ts', 'typescript'].includes(fence[2])) continue;
    blocks++;
    if (!file) {
      told('The line before the block has to name its module: <!-- docs/samples/guide/NAME.ts -->');
      continue;
    }
    shown.add(file);
    const text = existsSync(file) ? part(readFileSync(file, 'utf8'), region) : undefined;
    if (text === undefined) {
      told(`There is no ${file}${region ? `, or no region ${region} in it` : ''}.`);
    } else if (text.join('\n') !== lines.slice(start + 1, at).join('\n')) {
      if (write) {
        lines.splice(start + 1, at - start - 1, ...text);
        at = start + 1 + text.length;
      } else
        told(
          `It is not what ${file} says. Change that, then: node tools/check-samples.mjs --write`,
        );
    }
  }
  const text = lines.join('\n');
  if (write && text !== readFileSync(page, 'utf8')) writeFileSync(page, text);
  return found;
}

/** The lines of a module, or of a region of it without its indentation; the marks of regions are not for the reader. */
function part(source, region) {
  let lines = source.trimEnd().split('\n');
  if (region) {
    const start = lines.findIndex((line) => line.trim() === `// #region ${region}`);
    const length = lines.slice(start).findIndex((line) => line.trim().startsWith('// #endregion'));
    if (start < 0 || length < 0) return undefined;
    lines = lines.slice(start + 1, start + length);
    const margin = Math.min(...lines.filter(Boolean).map((line) => line.search(/\S/)));
    lines = lines.map((line) => line.slice(margin));
  }
  return lines.filter((line) => !/^\s*\/\/ #(end)?region/.test(line));
}

/** A module that no page shows, or that nothing runs, is no sample. */
function checkSample(file) {
  const name = file.replace(/^.*\/|\.ts$/g, '');
  const used = name.endsWith('.mjs') ? `'${name}'` : `from './${name}'`;
  const specs = globSync(`${dirname(file)}/*.spec.ts`);
  const runs = specs.some((spec) => readFileSync(spec, 'utf8').includes(used));
  return [
    ...(runs ? [] : [`[samples-run] ${file}: no spec beside it imports it.`]),
    ...(shown.has(file) ? [] : [`[samples-run] ${file}: no page shows it.`]),
  ];
}

/** Each relative link of a page. */
function checkLinks(page) {
  const text = prose(readFileSync(page, 'utf8')).replace(/`[^`\n]*`/g, '');
  const targets = [
    ...text.matchAll(/\]\(\s*<?([^()\s<>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm),
    ...text.matchAll(/<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g),
  ].map(([, target]) => target);
  return targets.flatMap((target) => {
    if (/^[a-z][a-z\d+.-]*:/i.test(target)) return [];
    links++;
    const [path, anchor] = target.split('#');
    const file = path ? normalize(join(dirname(page), decodeURI(path))) : page;
    if (!existsSync(file)) return [`[links-lead-somewhere] ${page}: there is no ${target}`];
    if (!anchor || statSync(file).isDirectory() || !file.endsWith('.md')) return [];
    return anchors(file).has(anchor)
      ? []
      : [`[links-lead-somewhere] ${page}: ${file} has no heading #${anchor}`];
  });
}

/** The names that GitHub gives the headings of a page. */
function anchors(file) {
  const times = new Map();
  const names = new Set();
  for (const [, heading] of prose(readFileSync(file, 'utf8')).matchAll(
    /^ {0,3}#{1,6}\s+(.+?)\s*#*$/gm,
  )) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const name = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    names.add(before ? `${name}-${before}` : name);
  }
  return names;
}

/** A page without its code blocks. */
function prose(text) {
  return text.replace(/^([ \t]*)(```+|~~~+)[^\n]*\n[^]*?^[ \t]*\2[^\n]*$/gm, '');
}
