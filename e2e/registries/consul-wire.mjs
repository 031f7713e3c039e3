// The HTTP API of Consul itself, as far as rx-mesh relies on it.
import assert from 'node:assert/strict';
import { rest } from './checks.mjs';

const REFUSED = [
  ['GET', 'health/service/orders?index=x', 400, /^Invalid index$/],
  ['GET', 'health/service/orders?index=-1', 400, /^Invalid index$/],
  ['GET', 'health/service/orders?wait=30', 400, /^Invalid wait time$/],
  [
    'GET',
    'health/service/orders?stale&consistent',
    400,
    /^Cannot specify \?stale with \?consistent/,
  ],
  ['GET', 'health/service/', 400, /^Missing service name$/],
  ['GET', 'health/service/orders?dc=nowhere', 500, /^No path to datacenter$/],
  ['PUT', 'health/service/orders', 405, /^method PUT not allowed$/],
  ['DELETE', 'catalog/services', 405, /^method DELETE not allowed$/],
  ['GET', 'agent/service/register', 405, /^method GET not allowed$/],
  ['GET', 'nothing/here', 404, /^$/],
];

const BAD_REGISTRATIONS = [
  ['no json', /^Request decode failed/],
  ['{}', /^Missing service name$/],
  ['{"Name":"x","Nonsense":1}', /^Request decode failed: json: unknown field "Nonsense"$/],
  ['{"Name":"x","Port":1.5}', /^Request decode failed/],
  ['{"Name":"x","Weights":{"Passing":0,"Warning":1}}', /^Invalid Weights: Passing/],
  ['{"Name":"x","Weights":{"Passing":70000,"Warning":1}}', /^Invalid Weights: DNS Weight/],
  ['{"Name":"x","Meta":{"a.b":"1"}}', /^Invalid Service Meta/],
];

/** Checks what no client is needed for. */
export async function checkWire(world, { check }) {
  const { get, request, register } = world;
  const indexOf = async (path) => (await get(path)).index;
  const ORDERS = 'health/service/orders';

  await check('an empty Consul lists itself alone, and nothing of an unknown service', async () => {
    assert.deepEqual(JSON.parse((await get('catalog/services')).text), { consul: [] });
    assert.equal(JSON.parse((await get('health/service/consul')).text).length, 1);
    const { status, text, index } = await get(ORDERS);
    assert.deepEqual([status, JSON.parse(text)], [200, []]);
    assert.match(index, /^[1-9]\d*$/);
  });

  for (const [method, path, status, text] of REFUSED) {
    await check(`${method} ${path} is refused with ${status}`, async () => {
      const answer = await request(method, path);
      assert.equal(answer.status, status);
      assert.match(answer.text.trim(), text);
      if (status === 500) assert.equal(answer.index, '1', 'the index of an error means nothing');
    });
  }

  for (const [body, text] of BAD_REGISTRATIONS) {
    await check(`the registration ${body} is refused`, async () => {
      const answer = await request('PUT', 'agent/service/register', { body });
      assert.equal(answer.status, 400);
      assert.match(answer.text, text);
    });
  }

  const plain = { Name: 'orders', ID: 'o1', Port: 80 };
  await check('an instance is listed with what was left out filled in', async () => {
    await register(plain);
    await rest(200);
    const { text, headers } = await get(ORDERS);
    const [{ Node, Service, Checks }] = JSON.parse(text);
    const { ID, Tags, Address, Port, Meta, Weights } = Service;
    assert.deepEqual(
      { ID, Service: Service.Service, Tags, Address, Port, Meta, Weights },
      {
        ID: 'o1',
        Service: 'orders',
        Tags: [],
        Address: '',
        Port: 80,
        Meta: null,
        Weights: { Passing: 1, Warning: 1 },
      },
    );
    assert.deepEqual(
      [Node.Node, Node.Address, Node.Datacenter].map((text) => typeof text),
      ['string', 'string', 'string'],
    );
    assert.deepEqual(
      Checks.map(({ CheckID, Status, ServiceID }) => [CheckID, Status, ServiceID]),
      [['serfHealth', 'passing', '']],
    );
    assert.equal(headers.get('Content-Type'), 'application/json');
    assert.equal(headers.get('X-Consul-KnownLeader'), 'true');
  });

  await check('the same registration again moves no index, another one does', async () => {
    const before = await indexOf(ORDERS);
    await register(plain);
    await rest(200);
    assert.equal(await indexOf(ORDERS), before);
    await register({ ...plain, Port: 81 });
    await rest(200);
    assert.ok(BigInt(await indexOf(ORDERS)) > BigInt(before));
  });

  await check('a check with a TTL begins critical, and outlives a new registration', async () => {
    const checked = { ...plain, ID: 'o2', Check: { TTL: '600s' } };
    const statuses = async () =>
      JSON.parse((await get(ORDERS)).text)
        .find(({ Service }) => Service.ID === 'o2')
        .Checks.map(({ CheckID, Status }) => `${CheckID} ${Status}`);
    await register(checked);
    await rest(200);
    assert.deepEqual(await statuses(), ['serfHealth passing', 'service:o2 critical']);
    await world.check('o2', 'warn');
    await register({ ...checked, Port: 82 });
    await rest(200);
    assert.deepEqual(await statuses(), ['serfHealth passing', 'service:o2 warning']);
  });

  await check('a check moves the index of its service, not that of the catalog', async () => {
    const before = [await indexOf(ORDERS), await indexOf('catalog/services')];
    await world.check('o2', 'pass');
    await rest(200);
    assert.ok(BigInt(await indexOf(ORDERS)) > BigInt(before[0]));
    assert.equal(await indexOf('catalog/services'), before[1]);
    const again = await indexOf(ORDERS);
    await world.check('o2', 'pass');
    await rest(200);
    assert.equal(await indexOf(ORDERS), again, 'the same word again');
  });

  await check('a query waits its time, and a sixteenth more at most', async () => {
    const index = await indexOf(ORDERS);
    const answer = await get(`${ORDERS}?index=${index}&wait=1s`);
    assert.equal(answer.index, index);
    assert.ok(answer.took > 950 && answer.took < 1300, `${answer.took} ms`);
    return `${Math.round(answer.took)} ms for 1000`;
  });

  await check('a query from the future waits, and gives the lower index', async () => {
    const index = await indexOf(ORDERS);
    const answer = await get(`${ORDERS}?index=99999999&wait=1s`);
    assert.ok(answer.took > 950, `${answer.took} ms`);
    assert.equal(answer.index, index);
  });

  const wakes = async (path, change) => {
    const { index } = await get(path);
    const answer$ = get(`${path}?index=${index}&wait=1s`);
    await rest(200);
    await change();
    const answer = await answer$;
    assert.ok(BigInt(answer.index) >= BigInt(index));
    return answer.took < 900;
  };
  const UNKNOWN = 'health/service/unknown';

  await check('whoever waits for an unknown service is woken by any registration', async () => {
    assert.ok(await wakes(UNKNOWN, () => register({ ...plain, Port: 83 })));
    assert.ok(!(await wakes(UNKNOWN, () => world.check('o2', 'warn'))), 'by a check');
  });

  await check(
    'after an extinction an unknown service has the index of it, and only such wake',
    async () => {
      await world.deregister('o1');
      await world.deregister('o2');
      await rest(200);
      const extinct = await indexOf(UNKNOWN);
      assert.equal(await indexOf(ORDERS), extinct);
      assert.ok(!(await wakes(UNKNOWN, () => register({ Name: 'users', ID: 'u1', Port: 1 }))));
      assert.equal(await indexOf(UNKNOWN), extinct);
      assert.ok(BigInt(await indexOf('health/service/users')) > BigInt(extinct));
      assert.ok(await wakes(UNKNOWN, () => world.deregister('u1')), 'by another extinction');
      assert.ok(await wakes(UNKNOWN, () => register({ Name: 'unknown', ID: 'x1', Port: 1 })));
      assert.ok(await wakes(UNKNOWN, () => world.deregister('x1')), 'by its own end');
      assert.ok(BigInt(await indexOf(ORDERS)) > BigInt(extinct));
    },
  );
}
