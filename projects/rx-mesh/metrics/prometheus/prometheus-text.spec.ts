import { parsePrometheus } from '../../spec-support/prometheus-parser';
import type { MetricSeries } from '../metric-data';
import type { PrometheusLeftOut } from './exposition';
import { openMetricsText, prometheusText } from './prometheus-text';

const startTime = new Date(1_767_225_600_123);
const traceId = '5b8efff798038103d269b633813fc60c';
const spanId = 'eee19b7ec3c1b174';

const aSeries = (changes: Partial<MetricSeries>): MetricSeries => ({
  name: 'a',
  type: 'gauge',
  tags: {},
  startTime,
  count: 1,
  sum: 1,
  ...changes,
});
const counter = aSeries({
  name: 'orders.paid',
  type: 'counter',
  unit: '{order}',
  description: 'Orders that\nwere "paid"',
  tags: { currency: 'EUR', 'shop.name': 'a"b\\c\nd' },
  value: 3,
  exemplars: [{ value: 1, traceId, spanId, timestamp: startTime }],
});
const summary = aSeries({
  name: 'checkout.duration',
  type: 'timer',
  unit: 'ms',
  count: 4,
  sum: 1000,
  p50: 200,
  p95: 400,
  p99: 500,
});
const histogram = aSeries({
  name: 'wait',
  type: 'timer',
  unit: 'ms',
  tags: { room: 'x' },
  count: 5,
  sum: 6100.5,
  buckets: [
    { upTo: 5, count: 1 },
    { upTo: 1000, count: 3 },
    { upTo: Infinity, count: 5 },
  ],
  exemplars: [
    { value: 5, traceId, spanId, timestamp: startTime },
    { value: 4000, traceId, spanId, timestamp: startTime },
  ],
});
const gauge = aSeries({ name: 'cpu', unit: '1', value: -0.5 });
const all = [counter, summary, histogram, gauge];

const leftOutOf = (write: typeof prometheusText, series: readonly MetricSeries[]) => {
  const leftOut: PrometheusLeftOut[] = [];
  const text = write(series, { onLeftOut: (fact) => leftOut.push(fact) });
  return { leftOut, text };
};

describe(prometheusText.name, () => {
  it('writes every type under the names of OpenTelemetry, families by name', () => {
    expect(prometheusText(all)).toBe(`\
# HELP checkout_duration_seconds Metric checkout.duration
# TYPE checkout_duration_seconds summary
checkout_duration_seconds{quantile="0.5"} 0.2
checkout_duration_seconds{quantile="0.95"} 0.4
checkout_duration_seconds{quantile="0.99"} 0.5
checkout_duration_seconds_sum 1
checkout_duration_seconds_count 4
# HELP cpu_ratio Metric cpu
# TYPE cpu_ratio gauge
cpu_ratio -0.5
# HELP orders_paid_total Orders that\\nwere "paid"
# TYPE orders_paid_total counter
orders_paid_total{currency="EUR",shop_name="a\\"b\\\\c\\nd"} 3
# HELP wait_seconds Metric wait
# TYPE wait_seconds histogram
wait_seconds_bucket{room="x",le="0.005"} 1
wait_seconds_bucket{room="x",le="1"} 3
wait_seconds_bucket{room="x",le="+Inf"} 5
wait_seconds_sum{room="x"} 6.1005
wait_seconds_count{room="x"} 5
`);
  });

  it('has nothing to say of nothing', () => {
    expect(prometheusText([])).toBe('');
  });

  it('spells what is no finite number', () => {
    const values = [NaN, Infinity, -Infinity, undefined];
    const series = values.map((value, i) => aSeries({ tags: { i: String(i) }, value }));

    expect(prometheusText(series).match(/\S+$/gm)?.slice(2)).toEqual([
      'NaN',
      '+Inf',
      '-Inf',
      'NaN',
    ]);
    expect(prometheusText([aSeries({ type: 'histogram' })])).toContain('a{quantile="0.5"} NaN\n');
  });

  it('tells of the application in target_info', () => {
    const text = prometheusText([gauge], { resource: { 'service.name': 'shop', version: 2 } });

    expect(text.split('\n').slice(3, 6)).toEqual([
      '# HELP target_info Target metadata',
      '# TYPE target_info gauge',
      'target_info{service_name="shop",version="2"} 1',
    ]);
    expect(prometheusText([gauge], { resource: {} })).toBe(prometheusText([gauge]));
  });

  it('keeps off the labels of its receiver', () => {
    const series = aSeries({ tags: { job: 'x' }, value: 1 });

    expect(prometheusText([series], { reserved: ['job'] })).toContain('a{exported_job="x"} 1\n');
  });

  it('puts metrics of one name and type into one family, each in its own unit', () => {
    const { text, leftOut } = leftOutOf(prometheusText, [
      aSeries({ name: 'load', unit: 'ms', value: 1500, tags: { from: 'ms' } }),
      gauge,
      aSeries({ name: 'load', unit: 's', value: 2, tags: { from: 's' } }),
    ]);

    expect(leftOut).toEqual([]);
    expect(
      parsePrometheus(text)
        .get('load_seconds')
        ?.samples.map(({ value }) => value),
    ).toEqual([1.5, 2]);
  });

  it('leaves out the second of two metrics that would share a name, and tells it once', () => {
    const { text, leftOut } = leftOutOf(prometheusText, [
      aSeries({ name: 'a.b', value: 1 }),
      aSeries({ name: 'a-b', type: 'histogram', tags: { x: '1' } }),
      aSeries({ name: 'c', value: 1 }),
      aSeries({ name: 'a-b', type: 'histogram', tags: { x: '2' } }),
      aSeries({ name: 'd.count', type: 'histogram' }),
      aSeries({ name: 'd', type: 'histogram' }),
      aSeries({ name: 'e', type: 'counter', value: 1 }),
      aSeries({ name: 'e', unit: 'total', value: 1 }),
    ]);

    expect(leftOut).toEqual([
      { metric: 'a-b', name: 'a_b', reason: 'name' },
      { metric: 'd', name: 'd', reason: 'name' },
      { metric: 'e', name: 'e_total', reason: 'name' },
    ]);
    expect([...parsePrometheus(text).keys()]).toEqual(['a_b', 'c', 'd_count', 'e_total']);
  });

  it.each(['count', 'sum', 'bucket'])(
    'leaves the end %s to histograms, so that a gauge that has it is no part of one',
    (end) => {
      const { text, leftOut } = leftOutOf(prometheusText, [
        aSeries({ name: `a.${end}`, value: 1 }),
        aSeries({ name: 'a', type: 'histogram' }),
      ]);

      expect(leftOut).toEqual([]);
      expect([...parsePrometheus(text).keys()].sort()).toEqual(['a', `a_${end}_value`]);
      expect(text).toContain(`\na_${end}_value 1\n`);
    },
  );

  it('leaves out the second of two series with the same labels, and tells it once', () => {
    const { text, leftOut } = leftOutOf(prometheusText, [
      aSeries({ tags: { 'x.y': '1' }, value: 1 }),
      aSeries({ tags: { x_y: '1' }, value: 2 }),
      aSeries({ tags: { x_y: '1', empty: '' }, value: 3 }),
    ]);

    expect(leftOut).toEqual([{ metric: 'a', name: 'a', reason: 'labels' }]);
    expect(parsePrometheus(text).get('a')?.samples).toEqual([
      { name: 'a', labels: { x_y: '1' }, value: 1, exemplar: undefined },
    ]);
  });

  it('writes two bounds that are one in the base unit as one', () => {
    const buckets = [
      { upTo: 5e-324, count: 1 },
      { upTo: 1e-323, count: 3 },
      { upTo: Infinity, count: 5 },
    ];

    expect(prometheusText([{ ...histogram, buckets }]).match(/le=.*/g)).toEqual([
      'le="0"} 3',
      'le="+Inf"} 5',
    ]);
  });

  it('writes the last bucket though it was not given', () => {
    const series = { ...histogram, buckets: [{ upTo: 5, count: 1 }] };

    expect(prometheusText([series])).toContain('le="+Inf"} 5\n');
  });
});

describe(openMetricsText.name, () => {
  it('has units, exemplars and an end', () => {
    expect(openMetricsText(all)).toBe(`\
# HELP checkout_duration_seconds Metric checkout.duration
# TYPE checkout_duration_seconds summary
# UNIT checkout_duration_seconds seconds
checkout_duration_seconds{quantile="0.5"} 0.2
checkout_duration_seconds{quantile="0.95"} 0.4
checkout_duration_seconds{quantile="0.99"} 0.5
checkout_duration_seconds_sum 1
checkout_duration_seconds_count 4
# HELP cpu_ratio Metric cpu
# TYPE cpu_ratio gauge
# UNIT cpu_ratio ratio
cpu_ratio -0.5
# HELP orders_paid Orders that\\nwere \\"paid\\"
# TYPE orders_paid counter
orders_paid_total{currency="EUR",shop_name="a\\"b\\\\c\\nd"} 3 # {trace_id="${traceId}",span_id="${spanId}"} 1 1767225600.123
# HELP wait_seconds Metric wait
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{room="x",le="0.005"} 1 # {trace_id="${traceId}",span_id="${spanId}"} 0.005 1767225600.123
wait_seconds_bucket{room="x",le="1.0"} 3
wait_seconds_bucket{room="x",le="+Inf"} 5 # {trace_id="${traceId}",span_id="${spanId}"} 4 1767225600.123
wait_seconds_sum{room="x"} 6.1005
wait_seconds_count{room="x"} 5
# EOF
`);
  });

  it('has no unit where the name is the unit itself, for such a text is refused', () => {
    const unitsOf = (name: string) =>
      openMetricsText([aSeries({ name, unit: 'By', value: 1 })]).match(/^# UNIT .*/gm);

    expect(unitsOf('bytes')).toBeNull();
    expect(unitsOf('x')).toEqual(['# UNIT x_bytes bytes']);
  });

  it('has no unit behind the end that a gauge gets', () => {
    const text = openMetricsText([aSeries({ name: 'a', unit: 'count', value: 1 })]);

    expect(text).toBe(
      '# HELP a_count_value Metric a\n# TYPE a_count_value gauge\na_count_value 1\n# EOF\n',
    );
  });

  it('has start times where they are wanted', () => {
    const lines = openMetricsText(all, { created: true }).match(/.*_created.*/g);

    expect(lines).toEqual([
      'checkout_duration_seconds_created 1767225600.123',
      'orders_paid_created{currency="EUR",shop_name="a\\"b\\\\c\\nd"} 1767225600.123',
      'wait_seconds_created{room="x"} 1767225600.123',
    ]);
  });

  it('tells of the application in an info', () => {
    const text = openMetricsText([aSeries({ name: 'target.info', value: 1 })], {
      resource: { 'service.name': 'shop' },
    });

    expect(text).toBe(
      '# HELP target Target metadata\n# TYPE target info\ntarget_info{service_name="shop"} 1\n# EOF\n',
    );
  });

  it('knows more clashes, for a counter has the name without the end, too', () => {
    const series = [
      aSeries({ name: 'jobs', value: 1 }),
      aSeries({ name: 'jobs.total', type: 'counter', value: 1 }),
    ];

    expect(leftOutOf(prometheusText, series).leftOut).toEqual([]);
    expect(leftOutOf(openMetricsText, series).leftOut).toEqual([
      { metric: 'jobs.total', name: 'jobs', reason: 'name' },
    ]);
  });

  it('leaves out an exemplar that is longer than the format allows', () => {
    const exemplars = [{ value: 1, traceId: 'x'.repeat(200), spanId, timestamp: startTime }];

    expect(openMetricsText([{ ...counter, exemplars }])).not.toContain('trace_id');
  });
});
