import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { see, settled, until } from '../cookbook/spec-support/see';
import { OpenOrders, eventProviders } from './open-orders';

describe(OpenOrders.name, () => {
  it('counts by what has happened, the same event once', async () => {
    TestBed.configureTestingModule({ providers: [eventProviders, provideRxMeshTesting()] });
    const orders = TestBed.inject(OpenOrders);
    const count = see(orders.count$);
    const event = (id: string, type: string, aggregateId: string, version: number) => ({
      id,
      type,
      aggregateId,
      aggregateType: 'orders',
      timestamp: 0,
      version,
      data: {},
      metadata: {},
    });
    const record = async (...of: Parameters<typeof event>) => {
      const seen = see(orders.record(event(...of) as never));
      await until(() => seen.completed || seen.errors.length > 0);
      return seen.errors;
    };
    const errors = [
      await record('1', 'OrderPlaced', '7', 1),
      await record('2', 'OrderPlaced', '8', 1),
      await record('3', 'OrderShipped', '7', 2),
      await record('3', 'OrderShipped', '7', 2),
    ];
    await settled();
    expect(errors).toEqual([[], [], [], []]);
    expect(count.values.at(-1)).toBe(1);
    count.leave();
  });
});
