// The packed library in an application on a disk: added by the CLI of that application, built, and opened in Chromium.
// The application is the one that `ng new` makes, on the packages of e2e/consumer: the lowest that rx-mesh promises.
import { chromium } from '@playwright/test';
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { dist } from '../../tools/package-entries.mjs';
import { run } from '../../tools/run.mjs';
import { CONFIG, EXAMPLE, freshApp, textsOf } from './apps.mjs';
import { check } from './checks.mjs';
import { servePage, serveOrders } from './servers.mjs';

const QUIET = ['--loglevel=error', '--no-audit', '--no-fund'];
const MAIN = 'src/app/app.ts';
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Makes the folder of the application. */
export const makeFolder = () => mkdtempSync(join(tmpdir(), 'rx-mesh-schematics-'));

/** Installs all but the library, beside the other checks: it takes the longest. */
export async function prepare(app) {
  for (const [path, text] of textsOf(await freshApp())) write(app, path, text);
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    cpSync(resolve('e2e/consumer/app', file), join(app, file));
  }
  await must(app, 'npm', 'ci', ...QUIET);
  await must(app, 'npm', 'pack', dist, '--pack-destination', app, '--loglevel=error');
}

/** @param prepared Settles when `prepare` does. */
export async function realChecks(app, prepared) {
  const orders = await serveOrders();
  const ng = (...args) => must(app, 'npm', 'exec', '--no', '--', 'ng', ...args);
  const add = [`--service=orders`, `--url=${orders.origin}/orders`, '--trace-headers'];
  try {
    const steps = [
      [
        'ng add, with the tarball',
        async () => {
          await prepared;
          const [tarball] = globSync('rx-mesh-*.tgz', { cwd: app });
          const options = ['--skip-confirmation', '--defaults', ...add];
          const output = await ng('add', `./${tarball}`, ...options);
          assert.match(output, /UPDATE src\/app\/app\.config\.ts/);
          assert.match(output, /CREATE src\/app\/rx-mesh-example\.ts/);
          const { dependencies } = JSON.parse(read(app, 'package.json'));
          assert.match(dependencies['rx-mesh'], /\.tgz$/);
        },
      ],
      [
        'ng generate rx-mesh:ng-add changes nothing more',
        async () => {
          const before = [CONFIG, EXAMPLE, 'package.json'].map((file) => read(app, file));
          assert.match(await ng('generate', 'rx-mesh:ng-add', ...add), /Nothing to be done/);
          const after = [CONFIG, EXAMPLE, 'package.json'].map((file) => read(app, file));
          assert.deepEqual(after, before);
        },
      ],
      [
        'ng generate rx-mesh:gateway and rx-mesh:saga',
        async () => {
          await ng('generate', 'rx-mesh:gateway', 'catalog', '--service=orders');
          await ng('generate', 'rx-mesh:saga', 'place-order');
          for (const name of ['catalog.gateway', 'place-order.saga', 'place-order.saga.spec']) {
            assert.ok(existsSync(join(app, `src/app/${name}.ts`)), name);
          }
        },
      ],
      ['all that was generated has right types', () => checkTypes(app)],
      [
        'the application is built for production',
        async () => {
          useExample(app);
          useGateway(app);
          await ng('build');
        },
      ],
      ['the example makes one traced, resilient call', () => openExample(app, orders)],
    ];
    for (const [name, work] of steps) if (!(await check(name, work))) return;
  } finally {
    await orders.close();
  }
}

/** With the strictness of a fresh application; the types of the test runner are those of the workspace. */
async function checkTypes(app) {
  const compilerOptions = { noEmit: true, types: [resolve('node_modules/@types/jest')] };
  const include = ['src/**/*.ts'];
  const exclude = ['src/app/app.spec.ts'];
  write(
    app,
    'tsconfig.check.json',
    JSON.stringify({ extends: './tsconfig.json', compilerOptions, include, exclude, files: [] }),
  );
  await must(app, 'npm', 'exec', '--no', '--', 'ngc', '-p', 'tsconfig.check.json');
}

/** What the schematic says that is to be done, by hand. */
function useExample(app) {
  const text = read(app, MAIN);
  const used = text.replace('imports: [', 'imports: [RxMeshExample, ');
  assert.notEqual(used, text);
  write(app, MAIN, `import { RxMeshExample } from './rx-mesh-example';\n${used}`);
  write(app, 'src/app/app.html', '<app-rx-mesh-example /><router-outlet />\n');
}

/** What the route table says that is to be done, by hand. */
function useGateway(app) {
  const text = read(app, CONFIG);
  const used = text
    .replace('provideHttpClient(', 'provideHttpClient(withInterceptors([gatewayInterceptor]), ')
    .replace(
      'provideRxMesh(',
      "provideRxMesh(withGateway({ basePath: '/api', routes: catalogRoutes }), ",
    );
  assert.match(used, /gatewayInterceptor.*\n[^]*catalogRoutes/);
  const imports = `import { withInterceptors } from '@angular/common/http';
import { gatewayInterceptor, withGateway } from 'rx-mesh/gateway';
import { catalogRoutes } from './catalog.gateway';
`;
  write(app, CONFIG, imports + used);
}

async function openExample(app, orders) {
  if (!existsSync(executablePath)) {
    assert.ok(!process.env.CI, `There is no Chromium at ${executablePath}.`);
    return `skipped, there is no ${executablePath} (set CHROMIUM)`;
  }
  const args = ['--no-sandbox', '--disable-gpu'];
  const [page, browser] = await Promise.all([
    servePage(join(app, 'dist/shop/browser')),
    chromium.launch({ executablePath, args }),
  ]);
  try {
    const tab = await browser.newPage();
    const errors = [];
    tab.on('pageerror', (error) => errors.push(String(error)));
    await tab.goto(page.origin);
    await tab.getByText('a teapot').waitFor({ timeout: 20_000 });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    await page.close();
  }
  // The first try was answered by 503, so there was a second: of the same trace, and a span of its own.
  const tries = orders.requests.map(({ traceparent }) =>
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[13]$/.exec(traceparent ?? ''),
  );
  assert.deepEqual(
    orders.requests.map(({ status }) => status),
    [503, 200],
  );
  assert.ok(tries.every(Boolean), JSON.stringify(orders.requests));
  const [[, trace, span], [, sameTrace, otherSpan]] = tries;
  assert.equal(sameTrace, trace);
  assert.notEqual(otherSpan, span);
  return `503, then 200, both of trace ${trace}`;
}

async function must(app, command, ...args) {
  const env = { NG_CLI_ANALYTICS: 'false', NO_COLOR: '1' };
  const { code, output } = await run(command, args, { cwd: app, env, timeout: 300_000 });
  if (code) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

const read = (app, path) => readFileSync(join(app, path), 'utf8');

function write(app, path, text) {
  const file = join(app, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Removes what was made. */
export const remove = (app) => rmSync(app, { recursive: true, force: true });
