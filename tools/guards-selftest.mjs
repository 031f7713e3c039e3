// Guard of the guards: breaks one rule after the other in a copy of the workspace, and sees that the guard fails and
// names the rule. Needs a built library (npm run build:lib).
//
//   node tools/guards-selftest.mjs
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { run, stopAll } from './run.mjs';

const KERNEL = 'projects/rx-mesh/kernel';
const PLANT = `${KERNEL}/planted.ts`;
const file = (name) => `${KERNEL}/planted-${name}.ts`;
// All that is planted for it, in one run: it takes its time to read the workspace.
const lint = ['eslint', '--max-warnings=0', `${KERNEL}/planted-*.ts`];
const script = (name) => ['npm', 'run', '--silent', name];

/** Each: what is broken, how, the guard that must see it, and what it must say. */
const plants = [
  {
    what: 'an upward import',
    plant: (add) => add(PLANT, "export type { ServiceRegistry } from 'rx-mesh/mesh';\n"),
    guard: script('layers'),
    says: ['layers-go-down/kernel', PLANT],
  },
  {
    what: 'a relative import into another room, and a schematic that imports the library',
    plant: (add) => {
      add('projects/rx-mesh/mesh/planted.ts', "export { CLOCK } from '../kernel/clock';\n");
      add(
        'projects/rx-mesh/schematics/planted.ts',
        "export { provideRxMesh } from '../src/provide-rx-mesh';\n",
      );
    },
    guard: script('layers'),
    says: [
      'across-rooms-by-package-name',
      'mesh/planted.ts',
      'schematics-only-on-the-cli',
      'schematics/planted.ts',
    ],
  },
  {
    what: 'a cycle inside a room',
    plant: (add) => {
      add(file('a'), "export { b } from './planted-b';\nexport const a = 1;\n");
      add(file('b'), "export { a } from './planted-a';\nexport const b = 2;\n");
    },
    guard: script('layers'),
    says: ['no-cycles', file('a')],
  },
  {
    what: 'Date.now()',
    plant: (add) => add(file('clock'), 'export const now = (): number => Date.now();\n'),
    guard: lint,
    says: ['planted-clock.ts', '[time-from-clock]', 'no-restricted-properties'],
  },
  {
    what: 'a lint rule switched off by a comment',
    plant: (add) =>
      add(
        file('comment'),
        '// eslint-disable-next-line\nexport const roll = (): number => Math.random();\n',
      ),
    guard: lint,
    says: ['planted-comment.ts', '[chance-from-random]', 'noInlineConfig'],
  },
  {
    what: 'HttpClient in a room that is free of it',
    plant: (add) => add(file('http'), "export { HttpClient } from '@angular/common/http';\n"),
    guard: lint,
    says: ['planted-http.ts', '[http-in-its-places]'],
  },
  {
    what: 'a call on import that no bundler may drop',
    plant: (add) => add(file('call'), 'export const frozen: object = Object.freeze({});\n'),
    guard: lint,
    says: ['planted-call.ts', '[pure-top-level]'],
  },
  {
    what: 'a file of 300 lines',
    plant: (add) => add(file('length'), `export const a = 1;\n${'// line\n'.repeat(299)}`),
    guard: lint,
    says: ['planted-length.ts', 'max-lines', 'Maximum allowed is 250'],
  },
  {
    what: 'an undocumented export',
    plant: (add) => {
      add(PLANT, 'export const planted = 1;\n');
      add(`${KERNEL}/public-api.ts`, "export { planted } from './planted';\n");
    },
    guard: ['node', 'tools/check-docs.mjs'],
    says: ['[docs-documented]', 'planted'],
  },
  {
    what: 'a sample that does not compile',
    plant: (add) => add('README.md', "\n```ts\nimport { nothing } from 'rx-mesh';\n```\n"),
    guard: ['node', 'tools/check-snippets.mjs'],
    says: ['[snippets-compile] README.md', 'nothing'],
  },
  {
    what: 'a sample that is not what runs, and a link to nowhere',
    plant: (add) =>
      add(
        'docs/guide/planted.md',
        '# Planted\n\n[x](nowhere.md)\n\n```ts\nexport const a = 1;\n```\n',
      ),
    guard: ['node', 'tools/check-samples.mjs'],
    says: ['[samples-run] docs/guide/planted.md', '[links-lead-somewhere] docs/guide/planted.md'],
  },
  {
    what: 'a lock file that names its registry',
    plant: (add, change) =>
      change('package-lock.json', (text) =>
        text.replace('"integrity":', '"resolved": "https://registry.example/a.tgz", "integrity":'),
      ),
    guard: script('lock:check'),
    says: ['[lock-no-resolved]'],
  },
  {
    what: 'a package under a licence that we do not know',
    plant: (add, change) =>
      change('package-lock.json', (text) =>
        text.replace('"license": "0BSD"', '"license": "SSPL-1.0"'),
      ),
    guard: script('supply:check'),
    says: ['[supply-licence]', 'SSPL-1.0'],
  },
  {
    what: 'an API that is not the golden one',
    plant: (add, change) =>
      change('goldens/kernel.api.md', (text) =>
        text.replace('interface Clock ', 'interface Klock '),
      ),
    guard: script('api:check'),
    says: ['[api-golden]', 'goldens/kernel.api.md'],
  },
  {
    what: 'a room over its size',
    plant: (add, change) =>
      change('size-limits.json', (text) => text.replace(/("rx-mesh\/kernel": )\d+/, '$15')),
    guard: script('size'),
    says: ['[size-limit] rx-mesh/kernel'],
  },
];

const copy = mkdtempSync(join(tmpdir(), 'rx-mesh-guards-'));
const clean = () => rmSync(copy, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopAll();
    clean();
    process.exit(1);
  });
}

let missed = 0;
try {
  const left = /^(node_modules|\.git|\.angular|coverage|out-tsc|reports|test-results)$/;
  cpSync(resolve('.'), copy, {
    recursive: true,
    filter: (path) => !left.test(basename(path)) && !path.endsWith(join('dist', 'demo-app')),
  });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
  // What the same guard has to find is planted at once, each in files of its own.
  const guards = Map.groupBy(plants, ({ guard }) => guard.join(' '));
  for (const together of guards.values()) await prove(together);
} finally {
  clean();
}
console.log(`${plants.length - missed} of ${plants.length} broken rules were found`);
process.exitCode = missed ? 1 : 0;

async function prove(together) {
  const before = new Map();
  const remember = (file) => {
    if (before.has(file)) return;
    try {
      before.set(file, readFileSync(join(copy, file)));
    } catch {
      before.set(file, undefined);
    }
  };
  const add = (file, text) => {
    remember(file);
    appendFileSync(join(copy, file), text);
  };
  const change = (file, edit) => {
    remember(file);
    const text = String(before.get(file));
    if (edit(text) === text) throw new Error(`Nothing can be planted in ${file} any more`);
    writeFileSync(join(copy, file), edit(text));
  };
  for (const { plant } of together) plant(add, change);
  const [command, ...args] = together[0].guard;
  const { code, output } = await run(command, args, { cwd: copy });
  for (const { what, says } of together) {
    const silent = says.filter((word) => !output.includes(word));
    if (code && !silent.length) {
      console.log(`  found   ${what}`);
    } else {
      missed++;
      const fault = code ? `failed without saying ${silent.join(' or ')}` : 'passed';
      console.error(`  MISSED  ${what}: ${command} ${args.join(' ')} ${fault}\n${output}`);
    }
  }
  for (const [file, bytes] of before) {
    if (bytes) writeFileSync(join(copy, file), bytes);
    else rmSync(join(copy, file));
  }
}
