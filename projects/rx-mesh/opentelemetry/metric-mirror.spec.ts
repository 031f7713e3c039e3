import { TestBed } from '@angular/core/testing';
import { metrics as api } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, MeterProvider } from '@opentelemetry/sdk-metrics';
import { MetricsService, withMetrics } from 'rx-mesh/metrics';
import { ManualClock } from 'rx-mesh/testing';
import { OtelWorld, anApplication } from '../spec-support/otel-world';
import { MetricMirror } from './metric-mirror';
import { withOpenTelemetry } from './with-open-telemetry';

// A reader of totals goes on telling the last ones of what is not observed any more.
const DELTA = { aggregationTemporalitySelector: () => AggregationTemporality.DELTA };

describe(MetricMirror.name, () => {
  let world: OtelWorld;

  beforeEach(() => (world = new OtelWorld()));
  afterEach(() => world.clear());

  const setUp = () => {
    const { told } = anApplication({}, withOpenTelemetry(), withMetrics({ maxMetrics: 10 }));
    return {
      told,
      metrics: TestBed.inject(MetricsService),
      clock: TestBed.inject(ManualClock),
      mirror: TestBed.inject(MetricMirror),
    };
  };

  it('shows counters and gauges with their tags, as they are when the SDK asks', async () => {
    const reader = world.meter();
    const { metrics, mirror } = setUp();
    metrics.incrementCounter('orders.paid', { currency: 'EUR' }, 2);
    metrics.incrementCounter('orders.paid', { currency: 'USD' });
    metrics.setGauge('carts.open', -3);
    mirror.look();
    metrics.incrementCounter('orders.paid', { currency: 'EUR' });

    expect(await reader.read()).toEqual({
      'orders.paid': [
        [3, { currency: 'EUR' }],
        [1, { currency: 'USD' }],
      ],
      'carts.open': [[-3, {}]],
    });

    metrics.setGauge('carts.open', 4);

    expect((await reader.read())['carts.open']).toEqual([[4, {}]]);
  });

  it('shows a distribution by count, sum, quantiles and buckets', async () => {
    const reader = world.meter();
    const { metrics, mirror } = setUp();
    const size = metrics.histogram('cart.size', { unit: 'By', buckets: [10, 20] });
    for (const value of [5, 15, 40]) size.record(value, { shop: '1' });
    metrics.recordTimer('checkout', 8);
    mirror.look();
    const read = await reader.read();

    expect(Object.keys(read).sort()).toEqual([
      'cart.size.bucket',
      'cart.size.count',
      'cart.size.quantile',
      'cart.size.sum',
      'checkout.count',
      'checkout.quantile',
      'checkout.sum',
    ]);
    expect([read['cart.size.count'], read['cart.size.sum']]).toEqual([
      [[3, { shop: '1' }]],
      [[60, { shop: '1' }]],
    ]);
    expect(read['cart.size.bucket']).toEqual([
      [1, { shop: '1', le: '10' }],
      [2, { shop: '1', le: '20' }],
      [3, { shop: '1', le: '+Inf' }],
    ]);
    expect(read['cart.size.quantile']).toEqual([
      [5, { shop: '1', quantile: '0' }],
      [expect.closeTo(15, 0), { shop: '1', quantile: '0.5' }],
      [expect.closeTo(15, 0), { shop: '1', quantile: '0.95' }],
      [expect.closeTo(15, 0), { shop: '1', quantile: '0.99' }],
      [40, { shop: '1', quantile: '1' }],
    ]);
  });

  it('tells units, descriptions and kinds', async () => {
    const reader = world.meter();
    const { metrics, mirror } = setUp();
    metrics.counter('sent', { unit: 'By', description: 'Bytes sent.' }).add();
    metrics.gauge('open').set(1);
    metrics.recordTimer('checkout', 8);
    mirror.look();
    const { resourceMetrics } = await reader.collect();
    const [scope] = resourceMetrics.scopeMetrics;

    expect(scope?.scope.name).toBe('rx-mesh');
    expect(
      scope?.metrics.map((metric) => [
        metric.descriptor.name,
        metric.descriptor.unit,
        metric.descriptor.description,
        metric.dataPointType,
      ]),
    ).toEqual([
      ['sent', 'By', 'Bytes sent.', DataPointType.SUM],
      ['open', '', '', DataPointType.GAUGE],
      ['checkout.count', '{sample}', '', DataPointType.SUM],
      ['checkout.sum', 'ms', '', DataPointType.SUM],
      ['checkout.quantile', 'ms', '', DataPointType.GAUGE],
    ]);
  });

  it('stands a reset, of which a delta is what came since', async () => {
    const reader = world.meter(DELTA);
    const { metrics, mirror } = setUp();
    metrics.incrementCounter('orders', {}, 5);
    mirror.look();
    const first = await reader.read();
    metrics.reset();
    metrics.incrementCounter('orders', {}, 2);

    expect(first).toEqual({ orders: [[5, {}]] });
    expect(await reader.read()).toEqual({ orders: [[2, {}]] });

    metrics.reset();

    expect((await reader.read())['orders'] ?? []).toEqual([]);
  });

  it('finds metrics that are new, each lookPeriod', async () => {
    const reader = world.meter();
    const { metrics, clock } = setUp();
    metrics.incrementCounter('early');
    clock.advance(10_000);
    metrics.incrementCounter('late');
    clock.advance(9999);

    expect(Object.keys(await reader.read())).toEqual(['early']);

    clock.advance(1);

    expect(Object.keys(await reader.read()).sort()).toEqual(['early', 'late']);
  });

  it('finds an SDK that is registered late, and one that replaces it', async () => {
    const { metrics, clock } = setUp();
    metrics.incrementCounter('orders', {}, 3);
    clock.advance(60_000);
    const late = world.meter(DELTA);
    clock.advance(10_000);

    expect(await late.read()).toEqual({ orders: [[3, {}]] });

    api.disable();
    const next = world.meter();
    clock.advance(10_000);

    expect(await next.read()).toEqual({ orders: [[3, {}]] });
    expect((await late.read())['orders'] ?? []).toEqual([]);
  });

  it('reads nothing while there is no SDK', () => {
    const { metrics, clock } = setUp();
    const collect = jest.spyOn(metrics, 'collect');
    metrics.incrementCounter('orders');
    clock.advance(60_000);

    expect(collect).not.toHaveBeenCalled();
  });

  it('takes its callbacks back and stops looking when the application ends', async () => {
    const reader = world.meter(DELTA);
    const { metrics, mirror, clock } = setUp();
    metrics.incrementCounter('orders');
    metrics.recordTimer('checkout', 1);
    mirror.look();

    expect([Object.keys(await reader.read()).length, clock.pending]).toEqual([4, 1]);

    const collect = jest.spyOn(metrics, 'collect');
    TestBed.resetTestingModule();
    const after = await reader.read();

    expect(Object.values(after).flat()).toEqual([]);
    expect(collect).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('leaves out what an instrument cannot be: a name that is taken, or too long', async () => {
    const reader = world.meter();
    const { metrics, mirror } = setUp();
    metrics.setGauge('load.count', 7);
    metrics.recordHistogram('load', 1);
    metrics.recordHistogram('x'.repeat(250), 1);
    mirror.look();
    const read = await reader.read();

    expect(read['load.count']).toEqual([[7, {}]]);
    expect(Object.keys(read).sort()).toEqual([
      'load.count',
      'load.quantile',
      'load.sum',
      `${'x'.repeat(250)}.sum`,
    ]);
  });

  it('stands names and values of tags that are no good keys', async () => {
    const reader = world.meter();
    const { metrics, mirror } = setUp();
    metrics.setGauge('odd', 1, { constructor: 'x', toString: 'y', emoji: '\ud83d' });
    mirror.look();

    expect(await reader.read()).toEqual({
      odd: [[1, { constructor: 'x', toString: 'y', emoji: '\ud83d' }]],
    });
  });

  it('tells once of an SDK that throws, and asks it again', () => {
    const cause = new Error('meter');
    const provider = new MeterProvider();
    const getMeter = jest.spyOn(provider, 'getMeter').mockImplementation(() => {
      throw cause;
    });
    api.setGlobalMeterProvider(provider);
    const { told, clock, metrics } = setUp();
    clock.advance(20_000);

    expect(told.records).toMatchObject([{ code: 'RXM808', source: 'opentelemetry', cause }]);

    getMeter.mockRestore();
    const create = jest.spyOn(provider.getMeter('rx-mesh'), 'createObservableCounter');
    metrics.incrementCounter('orders');
    clock.advance(10_000);

    expect(create).toHaveBeenCalledTimes(1);
  });
});
