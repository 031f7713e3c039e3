import { anInstance } from '../spec-support/contracts/fake-registry-source';
import {
  type HealthStatus,
  type ServiceInstance,
  sameInstance,
  toEndpoint,
} from './service-instance';

describe('toEndpoint', () => {
  it('is the short view of an instance', () => {
    const lastSeen = new Date(5000);

    expect(toEndpoint(anInstance('orders', 'a', { version: '2', lastSeen }))).toEqual({
      name: 'orders',
      url: 'https://a.test/orders',
      version: '2',
      health: 'healthy',
      lastCheck: lastSeen,
    });
  });

  it.each<[HealthStatus, string]>([
    ['healthy', 'healthy'],
    ['degraded', 'degraded'],
    ['unhealthy', 'unhealthy'],
    ['unknown', 'degraded'],
  ])('shows %s as %s', (health, shown) => {
    expect(toEndpoint(anInstance('orders', 'a', { health })).health).toBe(shown);
  });
});

describe('sameInstance', () => {
  const instance = anInstance('orders', 'a', { metadata: { zone: 'eu', rack: '7' } });

  it('takes two for the same that say the same, whenever they were seen', () => {
    expect(sameInstance(instance, instance)).toBe(true);
    expect(
      sameInstance(instance, {
        ...instance,
        metadata: { rack: '7', zone: 'eu' },
        lastSeen: new Date(9),
      }),
    ).toBe(true);
  });

  it.each<Partial<ServiceInstance>>([
    { id: 'b' },
    { name: 'users' },
    { version: '2' },
    { address: 'b.test' },
    { port: 81 },
    { secure: false },
    { url: 'https://b.test' },
    { health: 'unknown' },
    { weight: 2 },
    { metadata: { zone: 'eu' } },
    { metadata: { zone: 'eu', rack: '8' } },
    { metadata: { zone: 'eu', constructor: '7' } },
    { metadata: { zone: 'eu', rack: '7', row: '1' } },
  ])('tells apart one with %p', (change) => {
    expect(sameInstance(instance, { ...instance, ...change })).toBe(false);
    expect(sameInstance({ ...instance, ...change }, instance)).toBe(false);
  });
});
