import { aSeries, metricsIn, pointsIn } from '../../spec-support/metrics-export-world';
import type { MetricSeries } from '../metric-data';
import { type OtlpMetricsOptions, otlpMetricsBodies, otlpMetricsJson } from './otlp-metrics-json';

const options: OtlpMetricsOptions = {
  resource: {
    serviceName: 'Shop',
    attributes: { 'service.version': '1.2.3', beta: true, build: 7 },
  },
  temporality: 'delta',
  now: new Date(1_767_225_660_123),
};
const encoded = (series: readonly MetricSeries[], changes: Partial<OtlpMetricsOptions> = {}) =>
  JSON.parse(otlpMetricsJson(series, { ...options, ...changes })) as unknown;

const timer = aSeries({
  ...{ name: 'duration', type: 'timer', unit: 'ms', value: undefined, count: 3, sum: 60 },
  ...{ min: 10, max: 30, p50: 20, p95: 30, p99: 30 },
});

describe(otlpMetricsJson.name, () => {
  it('writes a counter as a sum that only goes up', () => {
    const series = aSeries({
      ...{ unit: '{order}', description: 'Orders.', tags: { currency: 'EUR' }, value: 2.5 },
      exemplars: [
        {
          ...{ value: 1, traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' },
          timestamp: new Date(1_767_225_600_500),
        },
      ],
    });

    expect(encoded([series])).toEqual({
      resourceMetrics: [
        {
          resource: {
            attributes: [
              { key: 'service.version', value: { stringValue: '1.2.3' } },
              { key: 'beta', value: { boolValue: true } },
              { key: 'build', value: { intValue: '7' } },
              { key: 'service.name', value: { stringValue: 'Shop' } },
              { key: 'telemetry.sdk.name', value: { stringValue: 'rx-mesh' } },
              { key: 'telemetry.sdk.language', value: { stringValue: 'webjs' } },
            ],
          },
          scopeMetrics: [
            {
              scope: { name: 'rx-mesh' },
              metrics: [
                {
                  name: 'orders.paid',
                  description: 'Orders.',
                  unit: '{order}',
                  sum: {
                    dataPoints: [
                      {
                        attributes: [{ key: 'currency', value: { stringValue: 'EUR' } }],
                        startTimeUnixNano: '1767225600000000000',
                        timeUnixNano: '1767225660123000000',
                        asDouble: 2.5,
                        exemplars: [
                          {
                            timeUnixNano: '1767225600500000000',
                            asDouble: 1,
                            spanId: 'eee19b7ec3c1b174',
                            traceId: '5b8efff798038103d269b633813fc60c',
                          },
                        ],
                      },
                    ],
                    aggregationTemporality: 1,
                    isMonotonic: true,
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('says what the numbers count from by a number', () => {
    expect(metricsIn(encoded([aSeries()], { temporality: 'cumulative' }))).toMatchObject([
      { sum: { aggregationTemporality: 2 } },
    ]);
  });

  it('writes a gauge without a start', () => {
    const [metric] = metricsIn(encoded([aSeries({ type: 'gauge', value: -3 })]));

    expect(metric).toEqual({
      name: 'orders.paid',
      gauge: {
        dataPoints: [{ attributes: [], timeUnixNano: '1767225660123000000', asDouble: -3 }],
      },
    });
  });

  it('writes buckets each by itself, and the last one without a bound', () => {
    const buckets = [
      { upTo: 0, count: 1 },
      { upTo: 2.5, count: 1 },
      { upTo: Infinity, count: 3 },
    ];
    const [metric] = metricsIn(encoded([{ ...timer, buckets }]));

    expect(metric?.histogram).toMatchObject({
      aggregationTemporality: 1,
      dataPoints: [
        {
          ...{ count: '3', sum: 60, min: 10, max: 30 },
          bucketCounts: ['1', '0', '2'],
          explicitBounds: [0, 2.5],
        },
      ],
    });
  });

  it('writes a distribution without buckets as a summary, with what it knows of quantiles', () => {
    const [metric] = metricsIn(encoded([timer]));

    expect(metric?.summary).toEqual({
      dataPoints: [
        {
          attributes: [],
          startTimeUnixNano: '1767225600000000000',
          timeUnixNano: '1767225660123000000',
          ...{ count: '3', sum: 60 },
          quantileValues: [
            { quantile: 0, value: 10 },
            { quantile: 0.5, value: 20 },
            { quantile: 0.95, value: 30 },
            { quantile: 0.99, value: 30 },
            { quantile: 1, value: 30 },
          ],
        },
      ],
    });
  });

  it('puts the series of a metric together, wherever they stand', () => {
    const other = aSeries({ name: 'other' });
    const body = encoded([aSeries(), other, aSeries({ tags: { a: 'b' } })]);

    expect(metricsIn(body).map(({ name, sum }) => [name, sum?.dataPoints.length])).toEqual([
      ['orders.paid', 2],
      ['other', 1],
    ]);
  });

  it('has no start after its end, for a clock may be set back', () => {
    const startTime = new Date(1_800_000_000_000);
    const [[, point] = []] = pointsIn(encoded([aSeries({ startTime })]));

    expect(point?.startTimeUnixNano).toBe(point?.timeUnixNano);
  });

  it('writes nothing as nothing', () => {
    expect(metricsIn(encoded([]))).toEqual([]);
    expect(otlpMetricsBodies([], options, 1000)).toEqual([]);
  });
});

describe(otlpMetricsBodies.name, () => {
  const many = Array.from({ length: 40 }, (_, i) =>
    aSeries({ name: i % 3 === 0 ? 'paid' : 'sold', tags: { tag: `${i}ü` } }),
  );

  it.each([700, 1000, 3000, 100_000])('makes bodies of at most %d bytes', (most) => {
    const bodies = otlpMetricsBodies(many, options, most);
    const sizes = bodies.map(({ text }) => new TextEncoder().encode(text).length);

    expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    expect(bodies.map(({ bytes }) => bytes)).toEqual(sizes);
    expect(bodies.flatMap(({ places }) => places)).toEqual(many.map((_, i) => i));
    expect(
      bodies
        .flatMap(({ text }) => pointsIn(JSON.parse(text)))
        .map((point) => JSON.stringify(point)),
    ).toHaveLength(40);
  });

  it('makes a larger one for a series that is larger by itself', () => {
    const large = aSeries({ description: 'x'.repeat(2000) });
    const bodies = otlpMetricsBodies([aSeries(), large, aSeries()], options, 700);

    expect(bodies.map(({ places }) => places)).toEqual([[0], [1], [2]]);
  });
});
