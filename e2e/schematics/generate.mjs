// `ng generate rx-mesh:gateway` and `rx-mesh:saga`.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../../tools/run.mjs';
import { freshApp, generate, refusal } from './apps.mjs';
import { check } from './checks.mjs';

export async function generateChecks() {
  await check('gateway makes a route table, and says how it is put in force', async () => {
    const { tree, changed, said } = await generate(await freshApp(), 'gateway', {
      name: 'catalog',
      service: 'products',
    });
    const file = 'src/app/catalog.gateway.ts';
    assert.deepEqual([...changed.keys()], [file]);
    assert.match(tree.readText(file), /export const catalogRoutes = \[/);
    assert.match(tree.readText(file), /targetService: 'products'/);
    assert.match(tree.readText(file), /as const satisfies readonly RouteConfig\[\]/);
    assert.match(said, /withGateway\(\{ basePath: '\/api', routes: catalogRoutes \}\)/);
  });

  await check('gateway: the service is by default called as the table, in any folder', async () => {
    const { tree, changed } = await generate(await freshApp(), 'gateway', {
      name: 'shop/OrderItems',
      basePath: '',
    });
    const file = 'src/app/shop/order-items.gateway.ts';
    assert.deepEqual([...changed.keys()], [file]);
    assert.match(tree.readText(file), /orderItemsRoutes = /);
    assert.match(tree.readText(file), /targetService: 'order-items'/);
    assert.match(tree.readText(file), /withGateway\(\{ routes: orderItemsRoutes \}\)/);
  });

  await check('saga makes two steps with their compensation, and a spec', async () => {
    const { tree, changed, said } = await generate(await freshApp(), 'saga', {
      name: 'placeOrder',
      path: 'src/app/orders',
    });
    const file = 'src/app/orders/place-order.saga.ts';
    assert.deepEqual([...changed.keys()].sort(), [file, file.replace('.ts', '.spec.ts')].sort());
    assert.match(tree.readText(file), /createSaga<PlaceOrderInput>\('place-order'/);
    assert.match(tree.readText(file), /\.step\('reserve', \{[^]*compensate:[^]*\.step\('confirm'/);
    assert.match(said, /placeOrderSaga\(work\)/);
  });

  await check('saga makes no spec with --skip-tests', async () => {
    const options = { name: 'place-order', skipTests: true };
    const { changed } = await generate(await freshApp(), 'saga', options);
    assert.deepEqual([...changed.keys()], ['src/app/place-order.saga.ts']);
  });

  await check('wrong names, services and paths are refused', async () => {
    const app = await freshApp();
    for (const name of ['1st', 'a b', "o'clock", `a${'b'.repeat(64)}`]) {
      assert.match(await refusal(app, 'saga', { name }), /cannot be used/);
      assert.match(await refusal(app, 'gateway', { name }), /cannot be used/);
    }
    assert.match(await refusal(app, 'gateway', { name: 'a', service: "b'" }), /cannot be named so/);
    for (const basePath of ['api', '/api/', "/a'b", '/a?b']) {
      assert.match(await refusal(app, 'gateway', { name: 'a', basePath }), /base path/);
    }
    assert.match(await refusal(app, 'saga', { name: 'a', project: 'no' }), /no project "no"/);
    assert.match(await refusal(app, 'saga', { name: 'a', unknown: 1 }), /unknown/);
  });

  await check('a file that is there is not written over', async () => {
    const { tree } = await generate(await freshApp(), 'saga', { name: 'place-order' });
    assert.match(
      await refusal(tree, 'saga', { name: 'PlaceOrder' }),
      /src\/app\/place-order\.saga\.ts is there already/,
    );
    const first = await generate(tree, 'gateway', { name: 'shop' });
    assert.match(await refusal(first.tree, 'gateway', { name: 'shop' }), /is there already/);
  });
}

/** The spec that was made has to pass. It runs in the workspace, against the sources of the library. */
export async function generatedSpec() {
  await check('the spec of a generated saga passes', async () => {
    const folder = resolve('out-tsc/schematics');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { changed } = await generate(await freshApp(), 'saga', { name: 'place-order' });
    for (const [path, text] of changed) {
      writeFileSync(join(folder, path.split('/').at(-1)), text);
    }
    const { code, output } = await run('jest', ['--config', 'e2e/schematics/jest.config.ts']);
    assert.equal(code, 0, output);
    return /Tests: .*/.exec(output)?.[0];
  });
}
