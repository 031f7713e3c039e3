// ConsulService against a Consul: what an application sees.
import assert from 'node:assert/strict';
import { done, failureOf, has, lacks, observe, rest } from './checks.mjs';

const WAIT = 2000;
// After this long without a change a query is calm again, and the next change counts from there.
const CALM = 1300;
const orders = (id, more = {}) => ({
  Name: 'orders',
  ID: id,
  Address: `${id}.test`,
  Port: 80,
  ...more,
});
/** Checks the client against a world whose Consul lets everybody in. */
export async function checkClient(world, { check }, { createConsul, createInstance }) {
  const client = (options = {}) =>
    createConsul({ url: world.url, wait: WAIT, services: ['orders'], ...options }, world.fetch);
  const instanceOf = (name, descriptor) =>
    createInstance(name, descriptor, { lastSeen: new Date(0) });
  const { service, diagnostics } = client({ emptyGrace: 3000 });
  let watched;
  /** Makes a change when all is calm, and sees it within a second. */
  const sees = async (change, isSo, within = 1000) => {
    await rest(CALM);
    await change();
    return `${await watched.until(isSo, within)} ms`;
  };

  await check('an instance is found with all that is known of it', async () => {
    await world.register(
      orders('o1', {
        Tags: ['web', 'blue'],
        Meta: { version: '2.1', secure: 'true' },
        Weights: { Passing: 5, Warning: 2 },
      }),
    );
    await world.register({ Name: 'users', ID: 'u1', Address: '2001:db8::1', Port: 8080 });
    await rest(200);
    watched = observe(service);
    const took = await watched.until(has('orders', 'o1'));
    const [{ url, health, version, weight, metadata }] = watched.of('orders');
    assert.deepEqual(
      { url, health, version, weight },
      { url: 'https://o1.test:80', health: 'healthy', version: '2.1', weight: 5 },
    );
    assert.deepEqual([metadata.tags, metadata.datacenter], ['web,blue', 'dc1']);
    return `${took} ms`;
  });

  await check('the catalog is followed, without Consul itself, by tag too', async () => {
    for (const [tag, names] of [
      [undefined, ['orders', 'users']],
      ['web', ['orders']],
    ]) {
      const all = observe(client({ services: undefined, tag }).service);
      await all.until(({ size }) => size === names.length);
      assert.deepEqual([...all.seen.at(-1).keys()].sort(), names);
      if (!tag) assert.equal(all.of('users')[0].url, 'http://[2001:db8::1]:8080');
      if (!tag) {
        await rest(CALM);
        await world.register({ Name: 'late', ID: 'l1', Address: 'l1.test', Port: 1 });
        await all.until(has('late', 'l1'), 2000);
        await world.deregister('l1');
      }
      all.close();
    }
  });

  await check('a new instance is seen within a second', () =>
    sees(
      () => world.register(orders('o2', { Check: { TTL: '600s' } })),
      has('orders', 'o2', { health: 'unhealthy' }),
    ),
  );

  for (const [word, health] of [
    ['pass', 'healthy'],
    ['warn', 'degraded'],
    ['fail', 'unhealthy'],
  ]) {
    await check(`the check says ${word}: it is ${health} within a second`, () =>
      sees(() => world.check('o2', word), has('orders', 'o2', { health })),
    );
  }

  await check('a check that nobody renews runs out', async () => {
    await world.register(orders('o3', { Check: { TTL: '2s' } }));
    await world.check('o3', 'pass');
    await watched.until(has('orders', 'o3', { health: 'healthy' }), 1900);
    await world.letExpire('o3');
    return `${await watched.until(has('orders', 'o3', { health: 'unhealthy' }), 4000)} ms`;
  });

  await check('maintenance makes it unhealthy and says why, and ends', async () => {
    const began = await sees(
      () => world.maintain('o1', 'new disk'),
      has('orders', 'o1', { health: 'unhealthy' }),
    );
    assert.equal(
      watched.of('orders').find(({ id }) => id === 'o1').metadata.maintenance,
      'new disk',
    );
    const ended = await sees(
      () => world.maintain('o1', undefined),
      has('orders', 'o1', { health: 'healthy' }),
    );
    assert.equal(
      watched.of('orders').find(({ id }) => id === 'o1').metadata.maintenance,
      undefined,
    );
    return `${began}, ${ended}`;
  });

  await check('weights change; with a warning the other one counts', async () => {
    const weighed = orders('o2', { Check: { TTL: '600s' }, Weights: { Passing: 7, Warning: 3 } });
    await sees(() => world.check('o2', 'pass'), has('orders', 'o2', { weight: 1 }));
    await sees(() => world.register(weighed), has('orders', 'o2', { weight: 7 }));
    await sees(
      () => world.check('o2', 'warn'),
      has('orders', 'o2', { weight: 3, health: 'degraded' }),
    );
  });

  await check('one id on two nodes is two instances, at the addresses of their nodes', async () => {
    const shared = { ID: 'o4', Service: 'orders', Port: 4 };
    const meta = { zone: 'north' };
    await world.registerOn({ node: 'far-1', address: '10.1.0.1', meta }, shared);
    await watched.until(has('orders', 'o4', { url: 'http://10.1.0.1:4' }), 5000);
    await world.registerOn({ node: 'far-2', address: '10.1.0.2', meta }, shared);
    await watched.until(has('orders', 'o4@far-2', { url: 'http://10.1.0.2:4' }), 5000);
    assert.equal(watched.of('orders').find(({ id }) => id === 'o4@far-1').metadata.zone, 'north');
  });

  await check('while nothing changes it confirms, and tells nothing new', async () => {
    await rest(CALM);
    const before = watched.seen.length;
    await rest(2 * WAIT);
    const after = watched.seen.slice(before);
    assert.ok(after.length >= 1 && after.length <= 3, `${after.length} confirmations`);
    assert.deepEqual(new Set(after).size, 1);
    return `${after.length} confirmations in ${2 * WAIT} ms`;
  });

  await check('a deregistered instance is gone within a second', () =>
    sees(() => world.deregister('o3'), lacks('orders', 'o3')),
  );

  await check('registerService and deregisterService do what they say', async () => {
    const instance = instanceOf('orders', {
      id: 'o 5/x',
      url: 'https://o5.test:8443',
      version: '3',
      weight: 2.6,
      metadata: { tags: 'a,b', zone: 'south' },
    });
    const seen = await sees(
      () => done(service.registerService(instance)),
      has('orders', 'o 5/x', { weight: 3 }),
    );
    const { url, version, metadata } = watched.of('orders').find(({ id }) => id === 'o 5/x');
    assert.deepEqual(
      [url, version, metadata.tags, metadata.zone],
      ['https://o5.test:8443', '3', 'a,b', 'south'],
    );
    const gone = await sees(
      () => done(service.deregisterService('o 5/x')),
      lacks('orders', 'o 5/x'),
    );
    return `${seen}, ${gone}`;
  });

  await check('a registration that Consul refuses fails with its words', async () => {
    const odd = instanceOf('orders', {
      id: 'odd',
      url: 'http://o.test:1',
      metadata: { 'a.b': '1' },
    });
    const error = await failureOf(service.registerService(odd));
    assert.deepEqual([error.code, error.status], ['RXM306', 400]);
    assert.match(error.message, /Invalid Service Meta/);
  });

  await check('after the restore of a snapshot the older state is found', async () => {
    const shared = { ID: 'o6', Service: 'orders', Port: 6 };
    const at = (address) => world.registerOn({ node: 'far-6', address, meta: {} }, shared);
    await at('10.1.0.6');
    await watched.until(has('orders', 'o6', { address: '10.1.0.6' }), 5000);
    const restore = await world.snapshot();
    await at('10.1.0.66');
    await watched.until(has('orders', 'o6', { address: '10.1.0.66' }), 5000);
    // The index has to go back further than what comes after the restore brings it forward.
    for (let port = 1; port <= 30; port++) await world.register(orders('o7', { Port: port }));
    await watched.until(has('orders', 'o7', { url: 'http://o7.test:30' }), 6000);
    await rest(CALM);
    const { index } = await world.get('health/service/orders');
    await restore();
    // A query that waits when it happens comes back with the old index and data, and the next one waits in vain.
    const took = await watched.until(has('orders', 'o6', { address: '10.1.0.6' }), 3 * WAIT);
    const now = (await world.get('health/service/orders')).index;
    assert.ok(BigInt(now) < BigInt(index), `${index} to ${now}`);
    return `${took} ms, index ${index} to ${now}`;
  });

  await check('an agent that restarts loses nothing for us, and its changes are seen', async () => {
    await world.register(orders('o1', { Port: 81 }));
    await watched.until(has('orders', 'o1', { url: 'http://o1.test:81' }), 6000);
    for (let port = 1; port <= 40; port++) await world.register(orders('o7', { Port: port }));
    await watched.until(has('orders', 'o7', { url: 'http://o7.test:40' }), 6000);
    await rest(CALM);
    const { index } = await world.get('health/service/orders');
    const from = watched.seen.length;
    await world.restart();
    await world.register(orders('o1', { Port: 82 }));
    const took = await watched.until(has('orders', 'o1', { url: 'http://o1.test:82' }), 10_000);
    const now = (await world.get('health/service/orders')).index;
    assert.ok(BigInt(now) < BigInt(index), `${index} to ${now}`);
    assert.ok(
      watched.seen.slice(from).every((each) => has('orders', 'o1')(each)),
      'never empty',
    );
    assert.ok(diagnostics.codes.includes('RXM306'));
    return `${took} ms, index ${index} to ${now}`;
  });

  await check('the last instance is kept for the grace time, and gone then', async () => {
    const ids = watched.of('orders').map(({ id }) => id.replace(/@.*/, ''));
    for (const id of new Set(ids)) if (id !== 'o1') await world.deregister(id);
    await watched.until((snapshot) => snapshot.get('orders')?.length === 1, 6000);
    await rest(CALM);
    await world.deregister('o1');
    const took = await watched.until(lacks('orders', 'o1'), 6000);
    assert.ok(took >= 2800, `${took} ms`);
    assert.ok(diagnostics.codes.includes('RXM308'));
    return `${took} ms for 3000`;
  });

  await check('what comes back after an extinction is seen within a second', () =>
    sees(() => world.register(orders('o1')), has('orders', 'o1')),
  );

  await check('who leaves leaves nothing open', async () => {
    watched.close();
    // Connections that are kept for the next request end after some seconds.
    const end = performance.now() + 7000;
    while (world.open() > 0 && performance.now() < end) await rest(100);
    assert.equal(world.open(), 0);
  });
}
