// ConsulService against a Consul that denies whoever brings no token.
import assert from 'node:assert/strict';
import { done, failureOf, has, observe, rest } from './checks.mjs';

/** What opens it; a UUID, as Consul wants it. */
export const TOKEN = '11111111-2222-3333-4444-555555555555';
const WRONG = '99999999-2222-3333-4444-555555555555';

/** Checks the client against a world that {@link TOKEN} opens. */
export async function checkRights(world, { check }, { createConsul, createInstance }) {
  const client = (token) =>
    createConsul(
      { url: world.url, wait: 1000, services: ['orders'], token, emptyGrace: 60_000 },
      world.fetch,
    );
  const instance = createInstance(
    'orders',
    { id: 'o2', url: 'http://o2.test:2' },
    { lastSeen: new Date(0) },
  );
  const plain = { headers: {} };
  await world.register({ Name: 'orders', ID: 'o1', Address: 'o1.test', Port: 1 });
  await rest(200);

  await check('without a token there is an answer, and nothing in it', async () => {
    const list = await world.get('health/service/orders', plain);
    const catalog = await world.get('catalog/services', plain);
    assert.deepEqual(
      [list.status, JSON.parse(list.text), catalog.status, JSON.parse(catalog.text)],
      [200, [], 200, {}],
    );
    const nothing = client(undefined);
    const watched = observe(nothing.service);
    await watched.until(({ size }) => size === 0);
    watched.close();
    return `told: ${nothing.diagnostics.codes.join(', ') || 'nothing'}`;
  });

  await check('an unknown token is refused: 403, told once with its remedy', async () => {
    const headers = { 'X-Consul-Token': WRONG };
    const answer = await world.get('health/service/orders', { headers });
    assert.deepEqual([answer.status, answer.text, answer.index], [403, 'ACL not found', '1']);
    const { service, diagnostics } = client(WRONG);
    const watched = observe(service);
    await rest(2500);
    watched.close();
    assert.deepEqual([watched.seen.length, diagnostics.codes], [0, ['RXM306']]);
    const [{ cause }] = diagnostics.records;
    assert.equal(cause.status, 403);
    assert.match(cause.message, /403 "ACL not found": check the token/);
    assert.doesNotMatch(`${cause.message} ${cause.url}`, new RegExp(WRONG));
  });

  await check('a token that comes late, is lost and comes back', async () => {
    let token = '';
    const { service, diagnostics } = client(() => token);
    const watched = observe(service);
    await watched.until(({ size }) => size === 0);
    token = TOKEN;
    const late = await watched.until(has('orders', 'o1'), 4000);
    token = '';
    const from = watched.seen.length;
    await rest(4000);
    assert.ok(
      watched.seen.slice(from).every((each) => has('orders', 'o1')(each)),
      'kept',
    );
    assert.deepEqual(diagnostics.codes, ['RXM308']);
    token = WRONG;
    await rest(2500);
    assert.deepEqual(diagnostics.codes, ['RXM308', 'RXM306']);
    token = TOKEN;
    await world.register({ Name: 'orders', ID: 'o1', Address: 'o1.test', Port: 11 });
    const back = await watched.until(has('orders', 'o1', { url: 'http://o1.test:11' }), 10_000);
    watched.close();
    return `${late} ms, ${back} ms`;
  });

  await check('a write without the right fails with 403, with it goes well', async () => {
    for (const [token, text] of [
      [undefined, /Permission denied/],
      [WRONG, /ACL not found/],
    ]) {
      const { service } = client(token);
      const error = await failureOf(service.registerService(instance));
      assert.deepEqual([error.code, error.status], ['RXM306', 403]);
      assert.match(error.message, text);
      assert.equal((await failureOf(service.deregisterService('o1'))).status, 403);
    }
    const { service } = client(TOKEN);
    await done(service.registerService(instance));
    const watched = observe(service);
    await watched.until(has('orders', 'o2'), 3000);
    watched.close();
    await done(service.deregisterService('o2'));
  });
}
