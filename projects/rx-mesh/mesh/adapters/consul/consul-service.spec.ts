import { type FakeConsul } from 'rx-mesh/testing';
import type { ServiceInstance } from 'rx-mesh/mesh';
import { ConsulWorld } from '../../../spec-support/consul-world';
import { anInstance } from '../../../spec-support/contracts/fake-registry-source';
import { describeLiveRegistrySource } from '../../../spec-support/contracts/registry-source';
import { ConsulService } from './consul-service';

const put = (consul: FakeConsul, { id, name, address, port, health }: ServiceInstance) =>
  consul.register({
    id,
    name,
    address,
    port,
    meta: { secure: 'true' },
    status: health === 'unhealthy' ? 'critical' : 'passing',
  });

describeLiveRegistrySource(ConsulService.name, (instances) => {
  const world = new ConsulWorld({
    services: undefined,
    emptyGrace: 0,
    instanceUrl: ({ service, address }) => `https://${address}/${service}`,
  });
  let known = instances;
  for (const instance of instances) put(world.consul, instance);
  return {
    source: world.source,
    settle: () => world.pass(600),
    open: () => world.web.open,
    change: (next) => {
      for (const { id } of known.filter((old) => !next.some((n) => n.id === old.id))) {
        world.consul.deregister(id);
      }
      for (const instance of next) put(world.consul, instance);
      known = next;
    },
  };
});

const withOrders = (options: ConstructorParameters<typeof ConsulWorld>[0] = {}) => {
  const world = new ConsulWorld(options);
  world.consul.register({ name: 'orders', id: 'a', address: 'a.test', port: 80 });
  return world;
};

describe(ConsulService.name, () => {
  it('reads at once, then waits for a change with the index of the answer', async () => {
    const world = withOrders();
    const watching = world.watch();
    await world.pass(200);

    expect(world.asked).toEqual(['orders', 'orders index=2 wait=30000ms']);
    expect(world.last()).toMatchObject([{ id: 'a', url: 'http://a.test', health: 'healthy' }]);
    expect(world.consul.open).toBe(1);

    world.consul.setCheck('a', 'critical');
    await world.pass(10);

    expect(world.last()).toMatchObject([{ id: 'a', health: 'unhealthy' }]);

    watching.unsubscribe();
    await world.pass(10);

    expect([world.consul.open, world.web.open, world.clock.pending]).toEqual([0, 0, 0]);
  });

  it('tells the same snapshot again when it is confirmed, and its flat list only once', async () => {
    const world = withOrders({ wait: 1000 });
    const lists: unknown[] = [];
    world.source.watchServices().subscribe((list) => lists.push(list.map(({ id }) => id)));
    world.watch();
    await world.pass(4000);
    world.consul.setCheck('a', 'passing', 'another output');
    await world.pass(200);

    expect(world.seen.length).toBeGreaterThan(3);
    expect(new Set(world.seen).size).toBe(1);
    expect(lists).toEqual([['a']]);
    expect(world.consul.open).toBe(1);
    expect(world.source.lease).toBe(30_000);
  });

  it('says nothing before each service has been answered or has failed', async () => {
    const world = withOrders({ services: { shop: 'orders', users: 'users-v2' } });
    const { handle } = world.consul;
    world.web.host('http://consul.test', async (request) =>
      request.url.includes('users-v2') ? new Promise<Response>(() => undefined) : handle(request),
    );
    world.watch();
    await world.pass(4900);

    expect(world.seen).toEqual([]);

    await world.pass(200);

    expect(world.seen).toHaveLength(1);
    expect(world.last('shop')).toMatchObject([{ id: 'a', name: 'shop' }]);
    expect(world.diagnostics.codes).toEqual(['RXM306']);
  });

  it('begins anew when the index goes back', async () => {
    const world = withOrders({ wait: 1000 });
    world.consul.skipTo(18_446_744_073_709_551_615n);
    world.consul.setCheck('a', 'warning');
    world.watch();
    await world.pass(300);
    world.consul.restoreSnapshot();
    await world.pass(1500);

    expect(world.asked).toEqual([
      'orders',
      'orders index=18446744073709551615 wait=1000ms',
      'orders index=18446744073709551615 wait=1000ms',
      'orders',
      'orders index=2 wait=1000ms',
    ]);
  });

  it('rests longer and longer while answers come quickly', async () => {
    const world = withOrders();
    world.watch();
    await world.pass(200);
    for (let second = 0; second < 400; second++) {
      world.consul.setCheck('a', second % 2 ? 'passing' : 'critical');
      await world.pass(50, 50);
    }

    expect(world.web.requests.length).toBeLessThan(15);
  });

  it('asks no quicker where the index is always 0', async () => {
    const world = withOrders();
    const { handle } = world.consul;
    world.web.host('http://consul.test', async (request) => {
      const response = await handle(request);
      const headers = new Headers(response.headers);
      headers.set('X-Consul-Index', '0');
      return new Response(response.body, { headers });
    });
    world.watch();
    await world.pass(20_000);

    expect(world.asked[1]).toBe('orders index=1 wait=30000ms');
    expect(world.web.requests.length).toBeLessThan(12);
  });

  it('lets many services take turns of five seconds, three at a time', async () => {
    const services = ['a', 'b', 'c', 'd', 'e'];
    const world = new ConsulWorld({ services });
    for (const name of services) world.consul.register({ name, address: 'x.test', port: 1 });
    world.watch();
    await world.pass(300);

    expect(world.seen[0]?.size).toBe(5);
    expect(world.consul.open).toBe(3);

    await world.pass(6000);

    expect(new Set(world.asked.slice(5)).size).toBe(5);
    expect(world.asked.slice(5).every((asked) => asked.endsWith('wait=5000ms'))).toBe(true);
  });

  it('sends the token in its header only, with datacenter, tag and staleness in the query', async () => {
    let token = 'first';
    const world = withOrders({ token: () => token, datacenter: 'dc1', tag: 'web' });
    world.consul.requireToken = 'first';
    world.watch();
    await world.pass(50);
    token = 'second';
    await world.pass(100);

    const [first, second] = world.web.requests;
    expect(first?.url).toBe('http://consul.test/v1/health/service/orders?tag=web&dc=dc1&stale=');
    expect(first?.headers.get('X-Consul-Token')).toBe('first');
    expect(second?.headers.get('X-Consul-Token')).toBe('second');
    const { cause } = world.diagnostics.records[0] ?? {};

    expect(cause).toMatchObject({ status: 403 });
    expect(String(cause)).toContain('"ACL not found": check the token of withConsul()');
  });

  it('registers an instance and takes it out again', async () => {
    const world = new ConsulWorld();
    const instance = anInstance('orders', 'a/1', {
      version: '2',
      weight: 3,
      metadata: { zone: 'z', tags: 'x,y', node: 'n' },
    });
    const ends: string[] = [];
    const register = world.source.registerService(instance);

    expect(world.web.requests).toEqual([]);

    register.subscribe({ complete: () => ends.push('registered') });
    world.watch();
    await world.pass(200);

    expect(world.last()).toMatchObject([
      {
        id: 'a/1',
        version: '2',
        weight: 3,
        secure: true,
        metadata: { zone: 'z', tags: 'x,y', node: 'node-1', secure: 'true' },
      },
    ]);

    world.source.deregisterService('a/1').subscribe({ complete: () => ends.push('gone') });
    await world.pass(50);

    expect(ends).toEqual(['registered', 'gone']);
  });

  it('refuses to register what others cannot call, and tells what Consul refuses', async () => {
    const world = new ConsulWorld();
    const errors: unknown[] = [];
    const error = (e: unknown) => errors.push(String(e));
    const nowhere = anInstance('orders', 'a', { url: '/a', address: '', port: 0 });
    world.source.registerService(nowhere).subscribe({ error });
    world.source.deregisterService('').subscribe({ error });
    world.source.deregisterService('..').subscribe({ error });
    world.source.deregisterService('nobody').subscribe({ error });
    await world.pass(50);

    expect(errors).toEqual([
      expect.stringContaining('ConsulService.registerService.url is "/a"'),
      expect.stringContaining('deregisterService.id is ""'),
      expect.stringContaining('deregisterService.id is ".."'),
      expect.stringContaining('consul answered 404 "Unknown service ID'),
    ]);
    expect(errors[3]).not.toContain('check the url');
    expect(world.web.requests).toHaveLength(1);
  });
});
