import { FakeConsul } from './fake-consul';
import type { WireHealth } from './fake-consul-state';

const setUp = () => {
  const consul = new FakeConsul();
  const ask = async (path: string, init?: RequestInit) =>
    consul.handle(new Request(`http://consul.test/v1/${path}`, init));
  const put = async (body: unknown) =>
    ask('agent/service/register', { method: 'PUT', body: JSON.stringify(body) });
  const indexOf = async (path: string) =>
    Number((await ask(path)).headers.get('X-Consul-Index') ?? NaN);
  const checks = async (service = 'orders') =>
    ((await (await ask(`health/service/${service}`)).json()) as WireHealth[]).map(({ Checks }) =>
      Checks.map(({ CheckID, Status }) => `${CheckID} ${Status}`),
    );
  return { consul, ask, put, indexOf, checks };
};

const ORDERS = 'health/service/orders';

// What is expected here was measured on Consul 1.8.7: see e2e/registries/consul-wire.mjs.
describe(`${FakeConsul.name} as an agent`, () => {
  it.each([
    [{}, 'Missing service name'],
    [{ Name: '' }, 'Missing service name'],
    [{ Name: 'x', Nonsense: 1 }, 'Request decode failed: json: unknown field "Nonsense"'],
    [{ Name: 'x', Port: 1.5 }, 'Request decode failed'],
    [{ Name: 'x', Weights: { Warning: 1 } }, 'Invalid Weights: Passing must be greater than 0'],
    [{ Name: 'x', Weights: { Passing: 70_000 } }, 'Invalid Weights: DNS Weight must be'],
    [{ Name: 'x', Weights: { Passing: 1, Warning: -1 } }, 'Invalid Weights: DNS Weight must be'],
    [{ Name: 'x', Meta: { 'a.b': '1' } }, "('a.b', '1'): Key contains invalid characters"],
    [{ Name: 'x', Meta: { '': '1' } }, 'Key cannot be blank'],
    [{ Name: 'x', Meta: { ['k'.repeat(129)]: '1' } }, 'Key is too long'],
    [{ Name: 'x', Meta: { k: 'v'.repeat(513) } }, 'Value is too long'],
    [
      { Name: 'x', Meta: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, ''])) },
      'cannot contain more than 64',
    ],
  ])('refuses the registration %j', async (body, text) => {
    const { put, ask } = setUp();
    const answer = await put(body);

    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(text)]);
    expect(await (await ask('catalog/services')).json()).toEqual({ consul: [] });
  });

  it('refuses what is no JSON', async () => {
    const answer = await setUp().ask('agent/service/register', { method: 'PUT', body: 'no json' });

    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('Request decode failed'),
    ]);
  });

  it('fills in what a registration leaves out; a warning without a weight weighs nothing', async () => {
    const { put, ask } = setUp();
    await put({ Name: 'orders', Weights: { Passing: 3 } });

    expect(await (await ask(ORDERS)).json()).toMatchObject([
      {
        Service: {
          ID: 'orders',
          Tags: [],
          Address: '',
          Port: 0,
          Meta: null,
          Weights: { Passing: 3, Warning: 0 },
        },
      },
    ]);
  });

  it('gives a registration the check that it brings: critical at first, and kept by the next', async () => {
    const { put, checks, consul } = setUp();
    await put({ Name: 'orders', ID: 'a' });

    expect(await checks()).toEqual([['serfHealth passing']]);

    await put({ Name: 'orders', ID: 'a', Check: { TTL: '10s' } });

    expect(await checks()).toEqual([['serfHealth passing', 'service:a critical']]);

    consul.setCheck('a', 'warning');
    consul.maintenance('a', 'upgrade');
    await put({ Name: 'orders', ID: 'a', Port: 2, Check: { TTL: '10s' } });
    await put({ Name: 'users', Check: { TTL: '10s', Status: 'passing' } });

    expect(await checks()).toEqual([
      ['serfHealth passing', 'service:a warning', '_service_maintenance:a critical'],
    ]);
    expect(await checks('users')).toEqual([['serfHealth passing', 'service:users passing']]);

    consul.register({ name: 'orders', id: 'a', status: 'passing' });

    expect((await checks())[0]).toContain('service:a passing');
  });

  it('moves an index with what changes only', async () => {
    const { consul, indexOf } = setUp();
    consul.register({ name: 'orders', id: 'a', port: 1 });
    const at = [await indexOf(ORDERS), await indexOf('catalog/services')];
    consul.register({ name: 'orders', id: 'a', port: 1 });
    consul.setCheck('a', 'passing');
    consul.maintenance('a', undefined);

    expect([await indexOf(ORDERS), await indexOf('catalog/services')]).toEqual(at);

    consul.setCheck('a', 'warning');

    expect(await indexOf(ORDERS)).toBeGreaterThan(Number(at[0]));
    expect(await indexOf('catalog/services')).toBe(at[1]);
  });

  it('gives an unknown service the index of the catalog, and after an extinction that of it', async () => {
    const { consul, indexOf } = setUp();

    expect(await indexOf('health/service/unknown')).toBe(1);

    consul.register({ name: 'orders' });
    consul.register({ name: 'users' });

    expect(await indexOf('health/service/unknown')).toBe(3);

    consul.deregister('users');
    const extinct = await indexOf('health/service/unknown');
    consul.register({ name: 'shop' });

    expect(extinct).toBe(4);
    expect(await indexOf('health/service/unknown')).toBe(extinct);
    expect(await indexOf('health/service/users')).toBe(extinct);
    expect(await indexOf('health/service/shop')).toBe(5);
  });

  it('tells whoever waits once more what was when a snapshot is restored', async () => {
    const { consul, ask, indexOf } = setUp();
    consul.register({ name: 'orders' });
    consul.skipTo(50n);
    consul.setCheck('orders', 'warning');
    const answer$ = ask(`${ORDERS}?index=50&wait=10m`);
    await Promise.resolve();
    consul.restoreSnapshot();
    consul.register({ name: 'orders', port: 7 });
    const answer = await answer$;

    expect(answer.headers.get('X-Consul-Index')).toBe('50');
    expect(await answer.json()).toMatchObject([{ Service: { Port: 0 } }]);
    expect(await indexOf(ORDERS)).toBe(3);
    expect(consul.open).toBe(0);
  });
});
