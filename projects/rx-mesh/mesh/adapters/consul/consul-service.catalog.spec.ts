import { ConsulWorld } from '../../../spec-support/consul-world';
import { ConsulService } from './consul-service';

const setUp = () => {
  const world = new ConsulWorld({ services: undefined, emptyGrace: 20_000, stale: false });
  world.consul.register({ name: 'orders', id: 'a', address: 'a.test', port: 80 });
  world.consul.register({ name: 'users', id: 'u', address: 'u.test', port: 80 });
  return world;
};

describe(`${ConsulService.name} with the whole catalog`, () => {
  it('keeps a service that is listed no more for the grace, then watches it no more', async () => {
    const world = setUp();
    world.watch();
    await world.pass(300);

    expect(world.web.requests[0]?.url).toBe('http://consul.test/v1/catalog/services');
    expect(world.consul.open).toBe(3);

    world.consul.deregister('u');
    await world.pass(15_000, 200);

    expect(world.last('users')).toHaveLength(1);

    await world.pass(15_000, 200);

    expect(world.last('users')).toHaveLength(0);
    expect(world.consul.open).toBe(2);
    expect(world.diagnostics.codes).toEqual(['RXM308']);

    world.consul.register({ name: 'users', id: 'v', address: 'v.test', port: 80 });
    await world.pass(500);

    expect(world.last('users')).toMatchObject([{ id: 'v' }]);
    expect(world.consul.open).toBe(3);
  });

  it('takes a service that comes back within the grace as if nothing had been', async () => {
    const world = setUp();
    world.watch();
    await world.pass(300);
    world.consul.deregister('u');
    await world.pass(5000, 200);
    world.consul.register({ name: 'users', id: 'u', address: 'u.test', port: 80 });
    await world.pass(60_000, 400);

    expect(world.last('users')).toMatchObject([{ id: 'u' }]);
    expect(world.consul.open).toBe(3);
  });

  it('says nothing while the catalog cannot be read, and then all', async () => {
    const world = setUp();
    const { handle } = world.consul;
    let down = true;
    world.web.host('http://consul.test', async (request) =>
      down ? new Response('rpc error', { status: 500 }) : handle(request),
    );
    world.watch();
    await world.pass(10_000);

    expect(world.seen).toEqual([]);
    expect(world.diagnostics.codes).toEqual(['RXM306']);
    expect(String(world.diagnostics.records[0]?.cause)).toContain('answered 500 "rpc error"');

    down = false;
    await world.pass(20_000);

    expect(world.seen.at(-1)?.size).toBe(2);
  });

  it('knows of no service, and says why when it was told', async () => {
    const world = setUp();
    world.consul.requireToken = 'secret';
    world.consul.tellFiltered = true;
    const watching = world.watch();
    await world.pass(300);

    expect(world.seen.at(-1)?.size).toBe(0);
    expect(world.diagnostics.codes).toEqual(['RXM308']);

    watching.unsubscribe();
    await world.pass(10);

    expect([world.consul.open, world.web.open, world.clock.pending]).toEqual([0, 0, 0]);
  });
});
