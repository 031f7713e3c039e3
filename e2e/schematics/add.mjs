// `ng add rx-mesh` on applications of many shapes.
import assert from 'node:assert/strict';
import { CONFIG, EXAMPLE, addApp, addLibrary, edit, freshApp, generate, refusal } from './apps.mjs';
import { check } from './checks.mjs';

const ORDERS = { service: 'orders', url: 'https://api.example.com/orders' };

/** The app.config.ts of a fresh application with one provider more. */
async function appWith(provider, imports) {
  const tree = await freshApp();
  edit(tree, CONFIG, 'provideRouter(routes)', `provideRouter(routes),\n    ${provider}`);
  tree.overwrite(CONFIG, `${imports}\n${tree.readText(CONFIG)}`);
  return tree;
}

const count = (text, part) => text.split(part).length - 1;

export async function addChecks() {
  await check('a fresh application gets providers as in the README, and an example', async () => {
    const { tree, changed, said } = await generate(await freshApp(), 'ng-add', ORDERS);
    assert.deepEqual([...changed.keys()].sort(), [CONFIG, EXAMPLE]);
    const config = tree.readText(CONFIG);
    assert.ok(
      config.includes(`
    provideRouter(routes),
    provideHttpClient(withRxMeshInterceptors()),
    provideRxMesh(
      withStaticServices([{ name: 'orders', instances: ['https://api.example.com/orders'] }]),
    )
  ]`),
      config,
    );
    assert.match(config, /import \{ provideHttpClient \} from '@angular\/common\/http';/);
    for (const name of ['provideRxMesh', 'withRxMeshInterceptors', 'withStaticServices']) {
      assert.match(config, new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from 'rx-mesh';`));
    }
    assert.match(tree.readText(EXAMPLE), /callService<unknown>\(\{ service: 'orders', path: '\/'/);
    assert.match(tree.readText(EXAMPLE), /selector: 'app-rx-mesh-example'/);
    assert.match(said, /info: .*withTracing\(\{ allowedOrigins: \['https:\/\/api.example.com'\]/);
    assert.match(said, /<app-rx-mesh-example \/>/);
  });

  await check('without answers the service is a path of the own origin', async () => {
    const { tree, said } = await generate(await freshApp(), 'ng-add');
    assert.match(tree.readText(CONFIG), /\{ name: 'orders', instances: \['\/api'\] \}/);
    assert.doesNotMatch(said, /withTracing/);
  });

  await check('trace headers go to another origin when that is wanted', async () => {
    const { tree } = await generate(await freshApp(), 'ng-add', { ...ORDERS, traceHeaders: true });
    assert.match(
      tree.readText(CONFIG),
      /instances: \[[^\]]*\] \}\]\),\n {6}withTracing\(\{ allowedOrigins: \['https:\/\/api.example.com'\] \}\),\n/,
    );
  });

  await check('no example is made without --example', async () => {
    const { changed } = await generate(await freshApp(), 'ng-add', { example: false });
    assert.deepEqual([...changed.keys()], [CONFIG]);
  });

  await check('a second run changes nothing', async () => {
    const first = await generate(await freshApp(), 'ng-add', ORDERS);
    const second = await generate(first.tree, 'ng-add', ORDERS);
    assert.equal(second.changed.size, 0);
    assert.match(second.said, /is there already/);
    edit(second.tree, EXAMPLE, 'Waiting for an answer', 'My own words');
    const third = await generate(second.tree, 'ng-add', { service: 'users' });
    assert.equal(third.changed.size, 0);
  });

  await check('provideHttpClient keeps its features and interceptors', async () => {
    const app = await appWith(
      'provideHttpClient(withFetch(), withInterceptors([x]))',
      `import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';\nimport { x } from './x';`,
    );
    const first = await generate(app, 'ng-add', ORDERS);
    const config = first.tree.readText(CONFIG);
    assert.ok(
      config.includes(
        'provideHttpClient(withFetch(), withInterceptors([x]), withRxMeshInterceptors())',
      ),
      config,
    );
    assert.equal(count(config, 'provideHttpClient('), 1);
    assert.equal(count(config, 'provideRxMesh('), 1);
    const second = await generate(first.tree, 'ng-add', ORDERS);
    assert.equal(second.changed.size, 0);
  });

  await check('a list of features over lines gets one line more', async () => {
    const app = await appWith(
      'provideHttpClient(\n      withFetch(),\n    ),',
      `import { provideHttpClient, withFetch } from '@angular/common/http';`,
    );
    const { tree } = await generate(app, 'ng-add', ORDERS);
    assert.ok(
      tree
        .readText(CONFIG)
        .includes(
          'provideHttpClient(\n      withFetch(),\n      withRxMeshInterceptors(),\n    ),\n    provideRxMesh(',
        ),
      tree.readText(CONFIG),
    );
  });

  await check('an empty provideHttpClient under another name is found', async () => {
    const app = await appWith(
      'http()',
      `import { provideHttpClient as http } from '@angular/common/http';`,
    );
    const { tree } = await generate(app, 'ng-add', ORDERS);
    assert.match(tree.readText(CONFIG), /\bhttp\(withRxMeshInterceptors\(\)\)/);
    assert.equal(count(tree.readText(CONFIG), 'provideHttpClient'), 1);
  });

  await check('interceptors that are registered one by one are not registered twice', async () => {
    const app = await appWith(
      'provideHttpClient(withInterceptors([tracingInterceptor, metricsInterceptor]))',
      `import { provideHttpClient, withInterceptors } from '@angular/common/http';\nimport { metricsInterceptor, tracingInterceptor } from 'rx-mesh';`,
    );
    const { tree } = await generate(app, 'ng-add', ORDERS);
    assert.doesNotMatch(tree.readText(CONFIG), /withRxMeshInterceptors/);
    assert.match(tree.readText(CONFIG), /provideRxMesh\(/);
  });

  await check('what a route of its own registers does not stand for the application', async () => {
    const app = await appWith(
      'provideHttpClient()',
      `import { provideHttpClient } from '@angular/common/http';`,
    );
    app.create(
      'src/app/admin.ts',
      `import { provideHttpClient } from '@angular/common/http';\nimport { withRxMeshInterceptors } from 'rx-mesh';\nexport const admin = [provideHttpClient(withRxMeshInterceptors())];\n`,
    );
    const { tree, changed } = await generate(app, 'ng-add', { ...ORDERS, example: false });
    assert.deepEqual([...changed.keys()], [CONFIG]);
    assert.match(tree.readText(CONFIG), /provideHttpClient\(withRxMeshInterceptors\(\)\)/);
  });

  await check('a provideHttpClient in another file is told of, and not guessed at', async () => {
    const app = await freshApp();
    app.create(
      'src/app/core.ts',
      `import { provideHttpClient } from '@angular/common/http';\nexport const core = [provideHttpClient()];\n`,
    );
    const { tree, said } = await generate(app, 'ng-add', ORDERS);
    assert.match(said, /warn: .*src\/app\/core\.ts/);
    assert.doesNotMatch(tree.readText(CONFIG), /provideHttpClient/);
    assert.match(tree.readText(CONFIG), /provideRxMesh\(/);
  });

  await check('HttpClientModule is told of', async () => {
    const app = await appWith(
      'importProvidersFrom(HttpClientModule)',
      `import { HttpClientModule } from '@angular/common/http';`,
    );
    const { said } = await generate(app, 'ng-add', ORDERS);
    assert.match(said, /warn: .*withInterceptorsFromDi\(\), withRxMeshInterceptors\(\)/);
  });

  await check('providers in main.ts, in one line, empty or missing are found', async () => {
    const start = (rest) =>
      `import { bootstrapApplication } from '@angular/platform-browser';\nimport { App } from './app/app';\nbootstrapApplication(App${rest});\n`;
    for (const [rest, wanted] of [
      ['', /App, \{\n {2}providers: \[\n {4}provideHttpClient\(/],
      [', { providers: [] }', /providers: \[\n {4}provideHttpClient\([^]*\)\n {2}\] \}\);/],
      [', { providers: [a] }', /\[a, provideHttpClient\([^\n]*\), provideRxMesh\([^\n]*\)\] \}/],
    ]) {
      const app = await freshApp();
      app.overwrite('src/main.ts', start(rest));
      const { tree } = await generate(app, 'ng-add', ORDERS);
      assert.match(tree.readText('src/main.ts'), wanted);
    }
  });

  await check('line breaks of Windows stay so', async () => {
    const app = await freshApp();
    app.overwrite(CONFIG, app.readText(CONFIG).replaceAll('\n', '\r\n'));
    const { tree } = await generate(app, 'ng-add', ORDERS);
    const added = tree.readText(CONFIG).split('providers: [')[1];
    assert.doesNotMatch(added, /[^\r]\n| \r\n/);
  });

  await check('an application with server rendering is changed once', async () => {
    const app = await freshApp({ ssr: true });
    const { changed } = await generate(app, 'ng-add', ORDERS);
    assert.deepEqual([...changed.keys()].sort(), [CONFIG, EXAMPLE]);
  });

  await check('an NgModule application is told the remedy, and stays as it is', async () => {
    const message = await refusal(await freshApp({ standalone: false }), 'ng-add', ORDERS);
    assert.match(message, /starts from an NgModule \(src\/app\/app-module\.ts\)/);
    assert.match(message, /ng generate @angular\/core:standalone/);
    assert.match(message, /provideHttpClient\(.*withRxMeshInterceptors\(\)\)/);
    assert.match(message, /provideRxMesh\(withStaticServices\(\[\{ name: 'orders'/);
  });

  await check('providers that come from elsewhere are told of', async () => {
    const app = edit(
      await freshApp(),
      CONFIG,
      /providers: \[[^\]]*\]/.exec((await freshApp()).readText(CONFIG))[0],
      'providers: mine',
    );
    assert.match(await refusal(app, 'ng-add', ORDERS), /app\.config\.ts are not a list/);
  });

  await check('the project has to be there, to be an application, and to be clear', async () => {
    const app = await freshApp();
    assert.match(
      await refusal(app, 'ng-add', { project: 'nowhere' }),
      /no project "nowhere". There is "shop"\./,
    );
    const two = await addLibrary(await addApp(app, { name: 'admin' }), 'ui');
    assert.match(
      await refusal(two, 'ng-add', {}),
      /Name the application .* by --project. There are "shop", "admin"\./,
    );
    assert.match(await refusal(two, 'ng-add', { project: 'ui' }), /"ui" is no application/);
    const { changed } = await generate(two, 'ng-add', { project: 'admin' });
    assert.deepEqual([...changed.keys()].sort(), [
      'projects/admin/src/app/app.config.ts',
      'projects/admin/src/app/rx-mesh-example.ts',
    ]);
  });

  await check('bad names and addresses are refused, and no password is repeated', async () => {
    const app = await freshApp();
    for (const service of ['', "o'rders", 'a b', '__proto__']) {
      assert.match(await refusal(app, 'ng-add', { service }), /cannot be named so/);
    }
    for (const url of ['', 'api', '//evil.example', '/\\evil', '/a/..//evil', 'ftp://a.example']) {
      assert.match(await refusal(app, 'ng-add', { url }), /cannot be used/);
    }
    assert.match(await refusal(app, 'ng-add', { url: '/api?a=1' }), /belongs to each call/);
    const message = await refusal(app, 'ng-add', { url: 'https://me:secret@a.example' });
    assert.match(message, /credentials would be public/);
    assert.doesNotMatch(message, /secret/);
  });
}
