// Guard `api`: one report of the public API per entry point, in goldens/, reviewed like code.
//
//   node tools/api-report.mjs            writes the reports (npm run api)
//   node tools/api-report.mjs --check    fails when the code says something else (npm run api:check)
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { dist, entries } from './package-entries.mjs';

const check = process.argv.includes('--check');
const goldens = resolve('goldens');
const temporary = resolve('out-tsc/api');

// Entry points see each other as an installed package: else the report of one would repeat the types of another.
const installed = `${temporary}/node_modules/rx-mesh`;
const all = entries();
rmSync(temporary, { recursive: true, force: true });
mkdirSync(`${temporary}/reports`, { recursive: true });
mkdirSync(goldens, { recursive: true });
cpSync(`${dist}/types`, `${installed}/types`, { recursive: true });
const paths = Object.fromEntries(
  all.map(({ specifier, types }) => [specifier, [`${installed}/types/${basename(types)}`]]),
);

const problems = [...all.flatMap(report), ...strays()];
for (const problem of problems) console.error(problem);
if (problems.length) process.exit(1);
console.log(`${all.length} API reports ${check ? 'equal goldens/' : 'written to goldens/'}`);

function report({ name, specifier, types }) {
  const file = `${name}.api.md`;
  const messages = [];
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: process.cwd(),
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFolder: goldens,
        reportTempFolder: `${temporary}/reports`,
        reportFileName: file,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: { overrideTsconfig: { compilerOptions: compilerOptions(), files: [types] } },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // typedoc checks the words; here only the shape counts. A name that is used but not exported stays an error.
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'error' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: `${dist}/package.json`,
  });
  const result = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === 'error')
        messages.push(`[api-complete] ${specifier}: ${message.text}`);
    },
  });
  if (check && result.apiReportChanged) messages.push(difference(file, specifier));
  return messages;
}

function compilerOptions() {
  return {
    target: 'es2022',
    module: 'preserve',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    skipLibCheck: true,
    strict: true,
    paths,
  };
}

function difference(file, specifier) {
  const golden = `${goldens}/${file}`;
  const lines = (path) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);
  const was = lines(golden);
  const is = lines(`${temporary}/reports/${file}`);
  const only = (some, others, sign) =>
    some
      .filter((line) => line.trim() && !others.includes(line))
      .map((line) => `    ${sign} ${line}`);
  const changes = [...only(was, is, '-'), ...only(is, was, '+')];
  return [
    `[api-golden] The API of ${specifier} differs from goldens/${file}.`,
    '  If that is meant, run npm run build:lib && npm run api, and say why in the commit:',
    ...(changes.length ? changes.slice(0, 40) : ['    (the order of lines)']),
  ].join('\n');
}

/** A golden of an entry point that is gone. */
function strays() {
  const known = new Set(all.map(({ name }) => `${name}.api.md`));
  return readdirSync(goldens)
    .filter((file) => file.endsWith('.api.md') && !known.has(file))
    .map((file) => {
      if (!check) rmSync(`${goldens}/${file}`);
      return check && `[api-golden] goldens/${file} has no entry point. Run npm run api.`;
    })
    .filter(Boolean);
}
