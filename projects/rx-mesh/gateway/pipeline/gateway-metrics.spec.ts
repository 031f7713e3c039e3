import { TestBed } from '@angular/core/testing';
import { MetricsService } from 'rx-mesh/metrics';
import { gatewayWorld, ordersRoute } from '../spec-support/gateway-world';
import { GatewayMetrics } from './gateway-metrics';

describe(GatewayMetrics.name, () => {
  it('reports each window of five seconds, by route, while somebody is subscribed', () => {
    const { clock, gateway, get, open, see } = gatewayWorld({
      routes: [
        ordersRoute({ name: 'orders', coalesce: false }),
        ordersRoute({
          name: 'limited',
          path: '/limited',
          targetPath: '/l',
          rateLimit: { limit: 1, period: 60_000 },
        }),
        ordersRoute({
          name: 'kept',
          path: '/kept',
          targetPath: '/k',
          cache: { ttl: 60_000, perUser: false },
        }),
      ],
    });
    get('/orders/0');
    open()[0]?.flush(0);
    const seen = see(gateway.metrics$);
    get('/orders/1');
    clock.advance(100);
    open()[0]?.flush(1);
    get('/orders/2');
    open()[0]?.flush('ill', { status: 500, statusText: 'Ill' });
    get('/orders/3').leave();
    get('/limited');
    open().at(-1)?.flush(1);
    get('/limited');
    get('/kept');
    open().at(-1)?.flush(1);
    get('/kept');
    get('/nowhere');
    const pending = get('/orders/4');
    expect(seen.values).toEqual([]);
    clock.advance(4900);

    const [report] = seen.values;
    expect(report).toMatchObject({ requests: 8, failures: 3, running: 1, queued: 0 });
    expect((report?.to.getTime() ?? 0) - (report?.from.getTime() ?? 0)).toBe(5000);
    const by = new Map(report?.routes.map((route) => [route.route, route]));
    expect(by.get('orders')).toMatchObject({
      requests: 3,
      failures: 1,
      cancelled: 1,
      servedBy: { service: 2, gateway: 0, cache: 0, fallback: 0 },
      limited: 0,
    });
    expect([...(by.get('orders')?.errors ?? [])]).toEqual([[500, 1]]);
    expect(by.get('orders')?.latency.max).toBe(100);
    expect(by.get('limited')).toMatchObject({ requests: 2, failures: 1, limited: 1 });
    expect(by.get('kept')).toMatchObject({ servedBy: { service: 1, cache: 1 } });
    expect(by.get('')).toMatchObject({ requests: 1, failures: 1 });
    expect(report?.latency.p50).toBe(0);

    pending.leave();
    clock.advance(10_000);
    expect(seen.values[1]).toMatchObject({ requests: 1, failures: 0 });
    expect(seen.values[2]).toMatchObject({ requests: 0, failures: 0, routes: [] });
    seen.leave();
  });

  it('has one window for all who listen, and none afterwards', () => {
    const { clock, gateway, see } = gatewayWorld();
    expect(clock.pending).toBe(0);
    const [first, second] = [see(gateway.metrics$), see(gateway.metrics$)];
    expect(clock.pending).toBe(1);
    clock.advance(5000);
    expect(first.values[0]).toBe(second.values[0]);
    first.leave();
    second.leave();
    expect(clock.pending).toBe(0);
  });

  it('keeps series by route and status, whoever listens', () => {
    const { get, open } = gatewayWorld({ routes: [ordersRoute({ name: 'orders' })] });
    get('/orders/1');
    open()[0]?.flush(1);
    get('/orders/2').leave();
    get('/nowhere');
    get('/elsewhere');
    const series = TestBed.inject(MetricsService)
      .collect()
      .filter(({ name }) => name === 'gateway.requests')
      .map(({ tags }) => [tags['route'], tags['status'], tags['served_by']]);
    expect(series).toEqual([
      ['orders', '200', 'service'],
      ['orders', 'cancelled', 'service'],
      ['', '404', 'gateway'],
    ]);
  });
});
