import { ConsulWorld } from '../../../spec-support/consul-world';
import { ConsulService } from './consul-service';

const withOrders = (options: ConstructorParameters<typeof ConsulWorld>[0] = {}) => {
  const world = new ConsulWorld(options);
  world.consul.register({ name: 'orders', id: 'a', address: 'a.test', port: 80 });
  return world;
};

describe(`${ConsulService.name} when something is wrong`, () => {
  it('keeps what it knows, reads with index 0 after an error, and tells it once', async () => {
    const world = withOrders();
    world.watch();
    await world.pass(200);
    world.consul.restart();
    world.consul.failWith(500);
    await world.pass(20_000);

    expect(world.last()).toMatchObject([{ id: 'a', health: 'healthy' }]);
    expect(world.diagnostics.codes).toEqual(['RXM306']);

    const before = world.asked.length;
    world.consul.failWith(undefined);
    await world.pass(60_000);

    expect(world.asked[before]).toBe('orders');
    expect(world.asked[before + 1]).toBe('orders index=2 wait=30000ms');

    world.web.down = true;
    await world.pass(60_000);

    expect(world.diagnostics.codes).toEqual(['RXM306', 'RXM306']);
  });

  it('knows nothing for sure of what it could not read for longer than its lease', async () => {
    const world = withOrders({ services: ['orders', 'users'] });
    const { handle } = world.consul;
    let down = false;
    world.web.host('http://consul.test', async (request) =>
      down && request.url.includes('/orders') ? new Response('', { status: 500 }) : handle(request),
    );
    world.watch();
    await world.pass(200);
    down = true;
    world.consul.setCheck('a', 'passing', 'wakes the query');
    await world.pass(80_000);

    expect(world.last()[0]?.health).toBe('healthy');

    await world.pass(80_000);

    expect(world.last()[0]?.health).toBe('unknown');
  });

  it('waits as long as a 429 asks for', async () => {
    const world = withOrders();
    world.consul.failWith(429, { 'Retry-After': '40' });
    world.watch();
    await world.pass(39_000);

    expect(world.asked).toEqual(['orders']);

    await world.pass(2000);

    expect(world.asked).toHaveLength(2);
    expect(world.seen).toEqual([]);
  });

  it('asks again with the same index and a shorter wait after a 504, without a word', async () => {
    const world = withOrders();
    world.consul.proxyTimeout = 10_000;
    world.watch();
    await world.pass(60_000, 400);

    expect(world.asked.slice(0, 4)).toEqual([
      'orders',
      'orders index=2 wait=30000ms',
      'orders index=2 wait=15000ms',
      'orders index=2 wait=7500ms',
    ]);
    expect(world.diagnostics.codes).toEqual([]);
  });

  it('tells of a proxy that cuts off even the shortest wait', async () => {
    const world = withOrders();
    world.consul.proxyTimeout = 2000;
    world.watch();
    await world.pass(60_000);

    expect(world.asked.at(-1)).toBe('orders index=2 wait=5000ms');
    expect(world.diagnostics.codes).toEqual(['RXM306']);
  });

  it('gives a query up that outlives its wait', async () => {
    const world = withOrders({ wait: 16_000 });
    world.consul.setCheck('a', 'passing');
    const { handle } = world.consul;
    world.web.host('http://consul.test', async (request) =>
      request.url.includes('index') ? new Promise<Response>(() => undefined) : handle(request),
    );
    world.watch();
    await world.pass(18_600, 100);

    expect(world.diagnostics.codes).toEqual([]);

    await world.pass(300);

    expect(world.diagnostics.records[0]?.cause).toMatchObject({ failure: { timeout: 18_600 } });
  });

  it('polls, and says once why, where the page cannot read the index', async () => {
    const world = withOrders({ services: ['orders', 'users'], pollPeriod: 3000 });
    world.consul.exposeHeaders = false;
    world.watch();
    await world.pass(9500, 100);

    expect(world.asked.filter((asked) => asked === 'orders')).toHaveLength(4);
    expect(world.diagnostics.codes).toEqual(['RXM307']);
    expect(world.diagnostics.records[0]?.message).toContain(
      'Access-Control-Expose-Headers: X-Consul-Index',
    );

    world.consul.exposeHeaders = true;
    await world.pass(4000);

    expect(world.asked.at(-1)).toContain('index=');
  });

  it('believes an empty answer only after the grace, and tells it once', async () => {
    const world = withOrders({ emptyGrace: 20_000 });
    world.watch();
    await world.pass(200);
    world.consul.deregister('a');
    await world.pass(19_000, 500);

    expect(world.last()).toHaveLength(1);
    expect(world.diagnostics.codes).toEqual(['RXM308']);
    expect(world.diagnostics.records[0]?.message).toContain('token');

    await world.pass(4000, 500);

    expect(world.last()).toHaveLength(0);

    world.consul.register({ name: 'orders', id: 'b', address: 'b.test', port: 80 });
    await world.pass(2000);

    expect(world.last()).toMatchObject([{ id: 'b' }]);
    expect(world.diagnostics.codes).toEqual(['RXM308']);
  });

  it('keeps instances five times as long when Consul says that rights have filtered the answer', async () => {
    const world = withOrders({ emptyGrace: 10_000, wait: 5000 });
    world.watch();
    await world.pass(200);
    world.consul.requireToken = 'secret';
    world.consul.tellFiltered = true;
    world.consul.setCheck('a', 'passing', 'something changes');
    await world.pass(45_000, 200);

    expect(world.last()).toHaveLength(1);

    await world.pass(12_000, 200);

    expect(world.last()).toHaveLength(0);
    expect(world.diagnostics.codes).toEqual(['RXM308']);
  });

  it('leaves out what cannot be used and tells it once', async () => {
    const world = withOrders();
    world.consul.register({ name: 'orders', id: 'b', address: '169.254.169.254', port: 80 });
    world.consul.register({ name: 'orders', id: 'c', address: 'c.test', port: 0 });
    world.watch();
    await world.pass(200);
    world.consul.setCheck('a', 'warning');
    await world.pass(200);

    expect(world.last()).toMatchObject([{ id: 'a', health: 'degraded' }]);
    expect(world.diagnostics.codes).toEqual(['RXM305']);
    expect(world.diagnostics.records[0]?.message).toContain('2 instances of orders');
  });

  it.each(['<!doctype html>', '{}', 'null', '"a"', ''])('takes %p for no answer', async (text) => {
    const world = new ConsulWorld();
    world.web.host('http://consul.test', async () => Promise.resolve(new Response(text)));
    world.watch();
    await world.pass(200);

    expect(world.seen).toEqual([]);
    expect(world.diagnostics.records[0]?.cause).toMatchObject({ failure: { malformed: /./ } });
  });

  it('begins no query while the page is offline', async () => {
    const world = withOrders();
    world.page.goOffline();
    world.watch();
    await world.pass(20_000);

    expect(world.asked).toEqual([]);

    world.page.goOnline();
    await world.pass(50);

    expect(world.last()).toHaveLength(1);
  });

  it('watches at most a hundred services of the catalog, and not Consul itself', async () => {
    const world = new ConsulWorld({ services: undefined });
    for (let n = 0; n < 101; n++) {
      world.consul.register({ name: `s${n}`, address: 'a.test', port: 80 });
    }
    world.consul.register({ name: 'consul', address: 'a.test', port: 8300 });
    world.watch();
    await world.pass(50);

    expect(world.seen.at(-1)?.size).toBe(100);
    expect(world.seen.at(-1)?.has('consul')).toBe(false);
    expect(world.diagnostics.codes).toEqual(['RXM303']);
  });

  it('keeps what it knew when nobody watched for a while', async () => {
    const world = withOrders();
    const first = world.watch();
    await world.pass(200);
    first.unsubscribe();
    world.consul.deregister('a');
    world.watch();
    await world.pass(200);

    expect(world.last()).toHaveLength(1);
    expect(world.diagnostics.codes).toEqual(['RXM308']);
  });
});
