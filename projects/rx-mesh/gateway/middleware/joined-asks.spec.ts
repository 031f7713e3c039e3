import { type GatewayWorld, gatewayWorld, ordersRoute } from '../spec-support/gateway-world';
import { JoinedAsks } from './joined-asks';

function late(world: GatewayWorld) {
  const { clock, get, open } = world;
  // So one that takes too long is no outage.
  for (let id = 10; id < 40; id++) {
    get(`/orders/${id}`);
    open()[0]?.flush({});
  }
  const first = get('/orders/7');
  clock.advance(900);
  const second = get('/orders/7');
  expect(open()).toHaveLength(1);
  clock.advance(100);
  const [again] = open();
  return { again, first, second };
}

describe(JoinedAsks.name, () => {
  it.each([
    ['coalescing', {}],
    ['a cache', { cache: { ttl: 60_000, perUser: false } }],
  ])('gives each request the time of its route by %s', (_, more) => {
    const world = gatewayWorld({ routes: [ordersRoute({ timeout: 1000, ...more })] });
    const { again, first, second } = late(world);
    expect(first.errors).toMatchObject([{ status: 504 }]);
    world.clock.advance(500);
    expect(second.errors).toEqual([]);
    again?.flush({ id: 7 });
    expect(second).toMatchObject({ values: [{ body: { id: 7 } }], completed: true });
    expect(world.clock.pending).toBe(0);
  });

  it('gives no request more than the time of its route', () => {
    const world = gatewayWorld({ routes: [ordersRoute({ timeout: 1000 })] });
    const { again, second } = late(world);
    world.clock.advance(899);
    expect(second.errors).toEqual([]);
    world.clock.advance(1);
    expect(second.errors).toMatchObject([{ status: 504 }]);
    expect(again?.cancelled).toBe(true);
    expect(world.clock.pending).toBe(0);
  });
});
