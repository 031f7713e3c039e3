// What the text for Prometheus costs at 10,000 series of a counter with four labels, and at 1,000 of a histogram with
// eleven buckets, against prom-client. Of 200 calls in a row the first one writes and the others do nothing, for a sample
// of run.mjs is 200 calls: what it shows is a 200th part of a text, of 50 series or of 5.
import { openMetricsText, prometheusText } from 'rx-mesh/metrics';
import { Counter, Histogram, Registry } from 'prom-client';

const SAMPLE = 200;
const startTime = new Date(0);
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const labelNames = ['region', 'route', 'shard', 'status'];

const tagsOf = (i) => ({
  region: `r${i % 10}`,
  route: `/orders/:id/${i % 100}`,
  shard: String(i),
  status: String(200 + (i % 50)),
});

const seriesOf = (count, make) =>
  Array.from({ length: count }, (_, i) => ({
    name: `orders.m${Math.floor((i * 20) / count)}`,
    tags: tagsOf(i),
    startTime,
    ...make(i),
  }));

const counters = seriesOf(10_000, (i) => ({ type: 'counter', value: i, count: i, sum: i }));
const histograms = seriesOf(1000, (i) => ({
  type: 'histogram',
  unit: 's',
  count: 20,
  sum: i / 7,
  buckets: [...bounds, Infinity].map((upTo, k) => ({ upTo, count: k + 1 })),
}));

function registryOf(series, make) {
  const registry = new Registry();
  for (const name of new Set(series.map((each) => each.name))) {
    const metric = make({
      name: name.replace('.', '_'),
      help: name,
      labelNames,
      registers: [registry],
    });
    for (const each of series) if (each.name === name) metric(each);
  }
  return registry;
}

const counterRegistry = registryOf(counters, (configuration) => {
  const counter = new Counter(configuration);
  return ({ tags, value }) => counter.inc(tags, value);
});
const histogramRegistry = registryOf(histograms, (configuration) => {
  const histogram = new Histogram({ ...configuration, buckets: bounds });
  return ({ tags, sum }) => histogram.observe(tags, sum);
});

// A text that is put together of parts is made one when somebody reads it.
const read = (text) => {
  if (text.charCodeAt(text.length - 1) !== 10) throw new Error('The text does not end.');
};

const once = (work) => {
  let calls = 0;
  return () => {
    if (calls++ % SAMPLE === 0) read(work());
  };
};

const onceAsync = (work) => {
  let calls = 0;
  return async () => {
    if (calls++ % SAMPLE === 0) read(await work());
  };
};

export const pairs = [
  {
    what: 'a 200th of the text of 10,000 counter series',
    ours: ['prometheusText', once(() => prometheusText(counters))],
    peer: ['prom-client', onceAsync(() => counterRegistry.metrics())],
  },
  {
    what: 'a 200th of the text of 10,000 counter series, OpenMetrics',
    ours: ['openMetricsText', once(() => openMetricsText(counters))],
    peer: ['prom-client', onceAsync(() => counterRegistry.metrics())],
  },
  {
    what: 'a 200th of the text of 1,000 histogram series',
    ours: ['prometheusText', once(() => prometheusText(histograms))],
    peer: ['prom-client', onceAsync(() => histogramRegistry.metrics())],
  },
];
