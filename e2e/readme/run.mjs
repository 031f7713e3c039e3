// Does what the README says, word for word, where nothing of ours is installed: runs the demo, runs the tests, adds the
// library to a new application and makes one traced, resilient call. A sentence for people (put this into that file) is
// done by hand here; a command that this script does not know is an error.
//
//   npm run build:lib && node e2e/readme/run.mjs [--without-tests] [--keep]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtManifest, dist } from '../../tools/package-entries.mjs';
import { check, conclude } from '../schematics/checks.mjs';
import { commandsOf, reader } from './commands.mjs';
import { copyOfWorkspace, makeFolder, remove, shell, stopAll } from './machine.mjs';
import { seeCall, seeDemo } from './pages.mjs';
import { serveRegistry } from './registry.mjs';

const PORT = 4200;
const PAGE = `http://localhost:${PORT}`;
const SERVICE = 'https://api.shop.example/orders';

const readme = reader(commandsOf('README.md'));
const [demo] = readme.next('npm ci && npm start');
const [tests] = readme.next('npm ci && npm test');
readme.next('npm run demo:live'); // Not on a bare machine: e2e/live does it.
const [getCli, newApp, add] = readme.next(
  'npm install --global @angular/cli@22',
  'ng new shop --defaults && cd shop',
  `ng add rx-mesh --skip-confirmation --service=orders --url=${SERVICE} --trace-headers`,
);
const [serve] = readme.next('ng serve');
const generate = readme.next('ng generate rx-mesh:gateway', 'ng generate rx-mesh:saga');
readme.end();

const manifest = builtManifest();
const folder = makeFolder();
const [workspace, home, app] = ['workspace', 'home', 'home/shop'].map((name) => join(folder, name));
const clean = () => {
  stopAll('SIGKILL');
  if (process.argv.includes('--keep')) console.log(`kept in ${folder}`);
  else remove(folder);
};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    clean();
    process.exit(1);
  });
}

const demoSeen = Promise.withResolvers();
try {
  await Promise.all([workspaceChecks(), applicationChecks()]);
} finally {
  clean();
}
conclude();

async function workspaceChecks() {
  copyOfWorkspace(workspace);
  const machine = shell({ cwd: workspace });
  await check(demo, async () => {
    const server = await machine.serve(demo, PORT, 400);
    try {
      return await seeDemo(PAGE);
    } finally {
      await server.stop();
    }
  });
  demoSeen.resolve();
  if (process.argv.includes('--without-tests')) return;
  await check(tests, async () => {
    const output = await machine.run(tests, 1500);
    assert.match(output, /^Tests: +\d+ passed, \d+ total$/m);
    return /^Tests: .*$/m.exec(output)[0];
  });
}

async function applicationChecks() {
  mkdirSync(home, { recursive: true });
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  execFileSync('npm', ['pack', dist, '--pack-destination', folder, '--loglevel=error']);
  const [tarball] = globSync('rx-mesh-*.tgz', { cwd: folder });
  const registry = await serveRegistry(manifest, join(folder, tarball), upstream);
  const env = {
    // Where the command line of Angular notes what it was answered.
    HOME: home,
    npm_config_cache: execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(),
    npm_config_registry: registry.origin,
    npm_config_prefix: join(folder, 'global'),
  };
  // Angular's command line needs Node 22 or newer, which a machine that builds Angular 22 has: here it is that of the workspace.
  const first = [join(folder, 'global/bin'), dirname(process.execPath)];
  const machine = (cwd) => shell({ cwd, first, env });
  const inApp = machine(app);
  const steps = [
    [getCli, () => machine(home).run(getCli, 300)],
    [newApp, () => machine(home).run(newApp, 400)],
    [
      add,
      async () => {
        const output = await inApp.run(add, 300);
        assert.match(output, /CREATE src\/app\/rx-mesh-example\.ts/);
        assert.ok(registry.asked() > 0, 'the library came from somewhere else');
        return `${manifest.name} ${manifest.version}`;
      },
    ],
    ['<app-rx-mesh-example /> into the page', async () => useExample()],
    [
      serve,
      async () => {
        await demoSeen.promise;
        const server = await inApp.serve(serve, PORT, 200);
        try {
          return await seeCall(PAGE, SERVICE);
        } finally {
          await server.stop();
        }
      },
    ],
    ...generate.map((command) => [command, () => inApp.run(command, 100).then(() => undefined)]),
    [
      'once more: nothing is left to be done',
      async () => {
        const again = add.replace(
          'ng add rx-mesh --skip-confirmation',
          'ng generate rx-mesh:ng-add',
        );
        assert.match(await inApp.run(again, 100), /Nothing to be done/);
      },
    ],
    [
      'all of it is built for production',
      async () => {
        for (const name of ['catalog.gateway', 'place-order.saga', 'place-order.saga.spec']) {
          assert.ok(existsSync(join(app, `src/app/${name}.ts`)), name);
        }
        await inApp.run('ng build', 300);
      },
    ],
  ];
  try {
    for (const [name, work] of steps) {
      const quiet = async () => {
        const seen = await work();
        return seen && seen.length < 200 ? seen : undefined;
      };
      if (!(await check(name, quiet))) return;
    }
  } finally {
    await registry.close();
  }
}

/** What the README says that is to be done by hand. */
function useExample() {
  const file = join(app, 'src/app/app.ts');
  const text = readFileSync(file, 'utf8');
  const used = text.replace('imports: [', 'imports: [RxMeshExample, ');
  assert.notEqual(used, text);
  writeFileSync(file, `import { RxMeshExample } from './rx-mesh-example';\n${used}`);
  writeFileSync(join(app, 'src/app/app.html'), '<app-rx-mesh-example />\n<router-outlet />\n');
}
