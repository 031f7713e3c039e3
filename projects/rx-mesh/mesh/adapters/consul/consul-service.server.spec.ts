import { ConsulWorld } from '../../../spec-support/consul-world';
import { isRegistryRequestError } from '../registry/registry-errors';
import { ConsulService } from './consul-service';

describe(`${ConsulService.name} on a server`, () => {
  it('reads each service once and completes', async () => {
    const world = new ConsulWorld({ services: ['orders', 'users'] });
    world.consul.register({ name: 'orders', id: 'a', address: 'a.test', port: 80 });
    world.watch();
    await world.pass(100);

    expect(world.asked).toEqual(['orders', 'users']);
    expect(world.last()).toHaveLength(1);
    expect([world.completed, world.web.open, world.clock.pending]).toEqual([true, 0, 0]);
  });

  it('reads the catalog and what it lists once', async () => {
    const world = new ConsulWorld({ services: undefined });
    world.consul.register({ name: 'orders', id: 'a', address: 'a.test', port: 80 });
    world.watch();
    await world.pass(100);

    expect(world.asked).toEqual(['services', 'orders']);
    expect([world.last().length, world.completed]).toEqual([1, true]);
  });

  it('errors when nothing was answered', async () => {
    const world = new ConsulWorld({ services: ['orders', 'users'] });
    world.consul.failWith(500);
    world.watch();
    await world.pass(100);

    expect(isRegistryRequestError(world.error)).toBe(true);
    expect(world.seen).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });
});
