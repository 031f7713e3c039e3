import { createInstance } from 'rx-mesh/mesh';
import { ManualClock } from 'rx-mesh/testing';
import { CallStats } from './call-stats';

const identity = { callId: 'c', traceId: 't', method: 'GET', route: '/orders' };
const setUp = () => {
  const clock = new ManualClock();
  const stats = new CallStats(clock);
  const end = (
    service: string,
    outcome: 'success' | 'failure' | 'cancelled' | 'fallback',
    { attempts = 1, duration = 100 } = {},
  ) => stats.record({ ...identity, service, type: 'call-settled', outcome, attempts, duration });
  const request = (id: string, outcome: 'success' | 'failure' | 'cancelled' = 'success') => {
    const url = `https://${id}.mesh.example`;
    stats.record({
      ...identity,
      service: 'orders',
      type: 'attempt-settled',
      attempt: 1,
      instance: createInstance('orders', { id, url }, { lastSeen: new Date(0) }),
      outcome,
      duration: 5,
    });
  };
  const orders = () => stats.read().services.get('orders');
  return { clock, end, orders, request, stats };
};

describe(CallStats.name, () => {
  it('is empty in the beginning', () => {
    const { stats } = setUp();
    expect(stats.read()).toEqual({
      total: {
        perSecond: 0,
        calls: 0,
        failureShare: undefined,
        retried: 0,
        p50: undefined,
        p95: undefined,
      },
      services: new Map(),
    });
  });

  it('counts what ended, by service and in all', () => {
    const { clock, end, stats } = setUp();
    clock.advance(500);
    end('orders', 'success');
    end('orders', 'success', { attempts: 2 });
    end('orders', 'failure', { attempts: 3 });
    end('users', 'fallback');
    const { services, total } = stats.read();
    expect(services.get('orders')).toMatchObject({ calls: 3, failureShare: 1 / 3, retried: 2 });
    expect(services.get('users')).toMatchObject({ calls: 1, failureShare: 1, retried: 0 });
    expect(total).toMatchObject({ calls: 4, failureShare: 0.5, retried: 2 });
  });

  it('does not count what somebody left, nor what only began', () => {
    const { end, request, stats } = setUp();
    end('orders', 'cancelled');
    request('orders-1', 'cancelled');
    stats.record({ ...identity, service: 'orders', type: 'call-started' });
    expect(stats.read().services.size).toBe(0);
  });

  it('knows the pace of the last ten seconds, also before ten are over', () => {
    const { clock, end, orders } = setUp();
    for (let i = 0; i < 4; i++) {
      end('orders', 'success');
      clock.advance(500);
    }
    expect(orders()?.perSecond).toBe(2);
    clock.advance(6500);
    expect(orders()?.perSecond).toBeCloseTo(4 / 8.5);
    clock.advance(10_000);
    expect(orders()?.perSecond).toBe(0);
  });

  it('takes no time from calls that were turned away', () => {
    const { end, orders } = setUp();
    end('orders', 'success', { duration: 200 });
    end('orders', 'failure', { attempts: 0, duration: 0 });
    expect(orders()?.p50).toBeCloseTo(200, -1);
    expect(orders()?.calls).toBe(2);
  });

  it('has the true quantiles of all services together', () => {
    const { clock, end, stats } = setUp();
    for (let i = 1; i <= 100; i++) {
      end(i % 2 === 0 ? 'orders' : 'users', 'success', { duration: i });
      clock.advance(100);
    }
    const { p50 = 0, p95 = 0 } = stats.read().total;
    expect(Math.abs(p50 - 50)).toBeLessThan(1);
    expect(Math.abs(p95 - 95)).toBeLessThan(1.5);
  });

  it('draws the last minute second by second, with gaps where nothing ended', () => {
    const { clock, end, orders } = setUp();
    clock.advance(30_000);
    end('orders', 'success', { duration: 80 });
    clock.advance(10_000);
    const series = orders()?.series ?? [];
    expect(series).toHaveLength(60);
    const known = series.flatMap((value, i) => (value === undefined ? [] : [i]));
    // It ended ten seconds ago, and each point looks back over five.
    expect(known).toEqual([49, 50, 51, 52, 53]);
    expect(series[49]).toBeCloseTo(80);
  });

  it('forgets after a minute', () => {
    const { clock, end, orders, stats } = setUp();
    end('orders', 'failure');
    clock.advance(59_000);
    expect(orders()?.calls).toBe(1);
    clock.advance(1000);
    expect(orders()).toMatchObject({ calls: 0, failureShare: undefined, p95: undefined });
    end('orders', 'success');
    expect(stats.read().total).toMatchObject({ calls: 1, failureShare: 0 });
  });

  it('knows who got the requests of the last ten seconds', () => {
    const { clock, orders, request } = setUp();
    request('orders-3');
    clock.advance(11_000);
    request('orders-1');
    request('orders-1', 'failure');
    clock.advance(1000);
    request('orders-1');
    request('orders-2');
    expect(orders()?.shares).toEqual(
      new Map([
        ['orders-1', 0.75],
        ['orders-2', 0.25],
      ]),
    );
  });
});
