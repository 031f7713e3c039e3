import { anInstance, byService } from '../spec-support/contracts/fake-registry-source';
import { sameInventory, toInventory } from './service-inventory';

describe('toInventory', () => {
  it('counts nothing in nothing', () => {
    expect(toInventory(new Map())).toEqual({ services: [], instances: 0 });
  });

  it('counts the instances of each service by health, services by name', () => {
    const services = byService([
      anInstance('payments', 'p'),
      anInstance('users', 'u', { health: 'unknown' }),
      anInstance('orders', 'a', { version: '2' }),
      anInstance('orders', 'b', { version: '1', health: 'unhealthy' }),
      anInstance('orders', 'c', { version: '2', health: 'degraded' }),
    ]);

    expect(toInventory(services)).toEqual({
      services: [
        {
          name: 'orders',
          versions: ['1', '2'],
          instances: 3,
          health: { healthy: 1, degraded: 1, unhealthy: 1, unknown: 0 },
        },
        {
          name: 'payments',
          versions: [],
          instances: 1,
          health: { healthy: 1, degraded: 0, unhealthy: 0, unknown: 0 },
        },
        {
          name: 'users',
          versions: [],
          instances: 1,
          health: { healthy: 0, degraded: 0, unhealthy: 0, unknown: 1 },
        },
      ],
      instances: 5,
    });
  });
});

describe('sameInventory', () => {
  it('compares the numbers', () => {
    const one = toInventory(byService([anInstance('orders', 'a')]));

    expect(sameInventory(one, toInventory(byService([anInstance('orders', 'b')])))).toBe(true);
    expect(sameInventory(one, toInventory(byService([anInstance('users', 'a')])))).toBe(false);
  });
});
