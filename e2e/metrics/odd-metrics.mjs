// Metrics with names, units, tags and values of every kind that can be recorded, and what Prometheus has to know of them.

export const TRACE = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
};

/** Texts that some step between a page and a query might spoil. */
export const ODD_TEXTS = [
  'plain',
  ' spaces ',
  'quo"te',
  'back\\slash \\n',
  'line\nfeed',
  'carriage\rreturn\ttab',
  'nul\0 and \u0001',
  '{a="b",c="d"} 1 # {x="y"} 2',
  'Grüße, 日本語, 😀',
  '# EOF',
  ',;=~!',
];

/** Records. */
export function recordOddMetrics(metrics) {
  metrics.incrementCounter('orders.paid', { currency: 'EUR', 'shop.name': 'main' }, 41);
  metrics.incrementCounter('orders.paid', { currency: 'EUR', 'shop.name': 'main' });
  metrics.counter('bytes-sent/total', { unit: 'KiBy' }).add(2);
  metrics.counter('exemplary', { description: 'Says "\\" and\nmore' }).add(3, {}, TRACE);
  metrics.gauge('cpu.use', { unit: '1', description: 'How busy it is' }).set(-0.125);
  metrics.gauge('room', { unit: 'Cel' }).set(21.5);
  metrics.gauge('rate', { unit: 'By/s' }).set(1e300);
  metrics.gauge('tiny').set(5e-324);
  metrics.gauge('jobs.total').set(7);
  ODD_TEXTS.forEach((text, i) => metrics.setGauge('odd.text', i, { text }));
  metrics.setGauge('odd.tags', 1, {
    le: '1',
    quantile: '2',
    job: '3',
    instance: '4',
    'größe in cm': '5',
    '1st': '6',
    'x.y': '7',
    x_y: '8',
    empty: '',
    half: 'a\ud800b',
  });
  for (const size of [10, 20, 30, 40]) metrics.histogram('page.size', { unit: 'By' }).record(size);
  for (const wait of [5, 250, 4000]) metrics.recordTimer('wait', wait, { room: 'x' });
  const load = metrics.histogram('load', { unit: 's', buckets: [0.005, 1, 2.5, 1000000] });
  for (const seconds of [0.001, 0.005, 2, 3_000_000]) load.record(seconds, { path: '/a' });
  load.record(0.5, { path: '/a' }, TRACE);
}

/** Expressions with the value that each has to have. */
export const EXPECTED = [
  ['orders_paid_total{currency="EUR",shop_name="main"}', 42],
  ['bytes_sent_bytes_total', 2048],
  ['exemplary_total', 3],
  ['cpu_use_ratio', -0.125],
  ['room_celsius', 21.5],
  ['rate_bytes_per_second', 1e300],
  ['tiny', 5e-324],
  ['jobs', 7],
  ['page_size_bytes_sum', 100],
  ['page_size_bytes_count', 4],
  ['round(page_size_bytes{quantile="0.5"} / 20, 0.1)', 1],
  ['wait_seconds_sum{room="x"}', 4.255],
  ['wait_seconds_count{room="x"}', 3],
  ['load_seconds_bucket{path="/a",le="0.005"}', 2],
  ['load_seconds_bucket{path="/a",le=~"1|1.0"}', 3],
  ['load_seconds_bucket{path="/a",le="2.5"}', 4],
  ['load_seconds_bucket{path="/a",le="1e+06"}', 4],
  ['load_seconds_bucket{path="/a",le="+Inf"}', 5],
  ['load_seconds_count{path="/a"}', 5],
];

/** What becomes of the tags of `odd.tags`. */
export const ODD_LABELS = {
  __name__: 'odd_tags',
  exported_le: '1',
  exported_quantile: '2',
  exported_job: '3',
  gr_e_in_cm: '5',
  key_1st: '6',
  x_y: '7;8',
  half: 'a\ufffdb',
};
