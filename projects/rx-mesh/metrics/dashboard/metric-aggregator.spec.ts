import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import { MetricAggregator } from './metric-aggregator';

const setUp = (options = {}) => {
  const clock = new ManualClock();
  const metrics = new MetricRegistry({ diagnostics: new RecordingDiagnostics(), clock }, options);
  return {
    clock,
    metrics,
    make: () => new MetricAggregator(metrics, clock.monotonic()),
    call: (service: string, outcome: string, ...durations: number[]) => {
      for (const duration of durations) {
        metrics.timer('rx_mesh.call.duration').record(duration, { service, outcome });
      }
    },
    request: (tags: Record<string, string>, ...seconds: number[]) => {
      const histogram = metrics.histogram('http.client.request.duration', { unit: 's' });
      for (const second of seconds) histogram.record(second, tags);
    },
    after: (aggregator: MetricAggregator, ms = 10_000) => {
      clock.advance(ms);
      return aggregator.look(clock.monotonic(), new Date(clock.now()));
    },
  };
};
type World = ReturnType<typeof setUp>;

const names = (aggregated: ReturnType<World['after']>) =>
  aggregated.services.map(({ kind, service, requests }) => [kind, service, requests]);

describe(MetricAggregator.name, () => {
  it('says nothing of a service of which nothing is known', () => {
    const world = setUp();
    const aggregator = world.make();

    expect(world.after(aggregator)).toEqual({
      timestamp: new Date('2026-01-01T00:00:10Z'),
      window: 10_000,
      services: [],
      totals: {},
    });
  });

  it('counts the calls of each service in the window, with rate, errors and durations', () => {
    const world = setUp();
    world.call('orders', 'failure', 5000, 5000, 5000); // before: nobody knows when
    const aggregator = world.make();
    world.call('orders', 'success', ...Array.from({ length: 98 }, () => 20));
    world.call('orders', 'failure', 400);
    world.call('orders', 'fallback', 400);
    world.call('orders', 'cancelled', 9000, 9000);
    world.call('stock', 'success', 10);
    const { services, totals } = world.after(aggregator);

    expect(services).toEqual([
      {
        service: 'orders',
        kind: 'calls',
        requests: 100,
        rate: 10,
        errors: 2,
        errorShare: 0.02,
        p50: expect.closeTo(20, 0) as number,
        p95: expect.closeTo(20, 0) as number,
        p99: expect.closeTo(400, -1) as number,
        inFlight: undefined,
      },
      {
        service: 'stock',
        kind: 'calls',
        requests: 1,
        rate: 0.1,
        errors: 0,
        errorShare: 0,
        p50: expect.closeTo(10, 0) as number,
        p95: expect.closeTo(10, 0) as number,
        p99: expect.closeTo(10, 0) as number,
        inFlight: undefined,
      },
    ]);
    expect(totals).toEqual({
      calls: {
        requests: 101,
        rate: 10.1,
        errors: 2,
        errorShare: 2 / 101,
        p50: expect.closeTo(20, 0) as number,
        p95: expect.closeTo(20, 0) as number,
        p99: expect.closeTo(400, -1) as number,
        inFlight: undefined,
        unattributed: 0,
      },
    });
  });

  it('forgets what was in the windows before', () => {
    const world = setUp();
    const aggregator = world.make();
    world.call('orders', 'success', 1000, 1000);
    world.after(aggregator);
    world.call('orders', 'success', 10);
    const { services } = world.after(aggregator, 20_000);

    expect(services).toMatchObject([{ requests: 1, rate: 0.05 }]);
    expect(services[0]?.p99).toBeCloseTo(10, 0);
    expect(world.after(aggregator)).toMatchObject({ services: [], totals: {} });

    // What only its callers left is nothing that ended.
    world.call('orders', 'cancelled', 50);

    expect(world.after(aggregator).services).toEqual([]);

    world.call('orders', 'success', 30);

    expect(world.after(aggregator).services[0]?.p50).toBeCloseTo(30, 0);
  });

  it('counts requests by host, and those under way', () => {
    const world = setUp();
    const active = world.metrics.gauge('http.client.active_requests');
    const aggregator = world.make();
    const tags = { 'server.address': 'api.example', 'http.request.method': 'GET' };
    world.request({ ...tags, 'http.response.status_code': '200' }, 0.25, 0.25);
    world.request({ ...tags, 'http.response.status_code': '404', 'error.type': '404' }, 0.25);
    world.request({ ...tags, 'rx_mesh.cancelled': 'true' }, 30);
    const release = active.bind(tags).hold();
    active.bind({ ...tags, 'http.request.method': 'PUT' }).hold();
    active.bind({ 'server.address': 'hangs.example' }).hold();
    active.set(0, { 'server.address': 'idle.example' });
    const { services, totals } = world.after(aggregator);

    expect(services).toEqual([
      {
        service: 'api.example',
        kind: 'requests',
        requests: 3,
        rate: 0.3,
        errors: 1,
        errorShare: 1 / 3,
        p50: expect.closeTo(250, -1) as number,
        p95: expect.closeTo(250, -1) as number,
        p99: expect.closeTo(250, -1) as number,
        inFlight: 2,
      },
      // Nothing ended there, so of errors and durations nothing is known.
      {
        service: 'hangs.example',
        kind: 'requests',
        requests: 0,
        rate: 0,
        errors: 0,
        errorShare: undefined,
        p50: undefined,
        p95: undefined,
        p99: undefined,
        inFlight: 1,
      },
    ]);
    expect(totals.requests).toMatchObject({ requests: 3, errors: 1, inFlight: 3 });

    release();
    world.request({ ...tags, 'http.response.status_code': '200' }, 1);

    expect(world.after(aggregator).services).toMatchObject([
      { service: 'api.example', requests: 1, inFlight: 1 },
      { service: 'hangs.example', requests: 0, inFlight: 1 },
    ]);
  });

  it('keeps calls and requests apart, for a call makes requests', () => {
    const world = setUp();
    const aggregator = world.make();
    world.call('orders', 'success', 30);
    world.request({ 'server.address': 'orders' }, 0.01, 0.01);
    const aggregated = world.after(aggregator);

    expect(names(aggregated)).toEqual([
      ['calls', 'orders', 1],
      ['requests', 'orders', 2],
    ]);
    expect(aggregated.totals).toMatchObject({ calls: { requests: 1 }, requests: { requests: 2 } });
  });

  it('counts a series that starts anew from nothing', () => {
    const world = setUp();
    const aggregator = world.make();
    world.call('orders', 'success', ...Array.from({ length: 50 }, () => 900));
    world.call('stock', 'success', 900);
    world.after(aggregator);
    world.clock.advance(1);
    world.metrics.reset();
    world.call('orders', 'success', 10, 10, 10);
    const { services, totals } = world.after(aggregator);

    expect(services).toMatchObject([{ service: 'orders', requests: 3 }]);
    expect(services[0]?.p99).toBeCloseTo(10, 0);
    expect(totals.calls?.p99).toBeCloseTo(10, 0);

    world.metrics.reset();

    expect(world.after(aggregator).services).toEqual([]);

    // Even when there is more than before the reset.
    world.call('orders', 'success', 700);
    world.after(aggregator);
    world.metrics.reset();
    world.call('orders', 'success', 40, 40);

    expect(world.after(aggregator).services).toMatchObject([{ requests: 2 }]);
  });

  it('tells of calls whose service no tag tells', () => {
    const world = setUp({ maxSeriesPerMetric: 1 });
    const aggregator = world.make();
    world.call('orders', 'success', 10);
    world.call('stock', 'success', 500, 500);
    const aggregated = world.after(aggregator);

    expect(names(aggregated)).toEqual([['calls', 'orders', 1]]);
    expect(aggregated.totals.calls).toMatchObject({ requests: 1, unattributed: 2 });
    expect(aggregated.totals.calls?.p99).toBeCloseTo(10, 0);

    world.call('stock', 'success', 500);

    expect(world.after(aggregator)).toMatchObject({
      services: [],
      totals: { calls: { requests: 0, unattributed: 1, errorShare: undefined } },
    });
  });

  it('takes a name of the prototype for a service like others', () => {
    const world = setUp();
    const aggregator = world.make();
    world.call('__proto__', 'success', 10);
    world.call('constructor', 'failure', 10);

    expect(names(world.after(aggregator))).toEqual([
      ['calls', '__proto__', 1],
      ['calls', 'constructor', 1],
    ]);
  });

  it('does not divide by a window without length', () => {
    const world = setUp();
    const aggregator = world.make();

    expect(world.after(aggregator, 0)).toMatchObject({ window: 0, services: [] });

    world.call('orders', 'success', 1);

    expect(world.after(aggregator, 0).services[0]?.rate).toBe(1000);
  });
});
