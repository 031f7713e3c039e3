// What a sample costs: with three labels, against prom-client with the same; bound, against a loop that does nothing
// but add; and the look at what was recorded, which must not be paid by those who record.
import { Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import client from 'prom-client';
import { MetricRegistry, MetricsService } from 'rx-mesh/metrics';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const labelNames = ['method', 'route', 'status'];

// As code has it that records: each sample comes with an object of its own.
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const routes = Array.from({ length: 10 }, (_, i) => `/api/resource-${i}/:id`);
const statuses = [200, 201, 404, 503];
let turn = 0;
const labels = () => {
  const i = turn++;
  return { method: methods[i & 3], route: routes[i % 10], status: statuses[(i >> 2) & 3] };
};
const values = Array.from({ length: 1024 }, (_, i) => 0.004 * 1.008 ** i);
const value = () => values[turn & 1023];

const diagnostics = { report: ({ message }) => console.error(message) };
const registry = new MetricRegistry({ diagnostics });
const service = Injector.create({
  providers: [{ provide: INJECTOR_SCOPE, useValue: 'root' }],
}).get(MetricsService);

const counter = registry.counter('requests');
const bound = counter.bind({ method: 'GET', route: '/', status: 200 });
const seconds = registry.histogram('duration', { unit: 's', buckets: BOUNDS });
const boundSeconds = seconds.bind({ method: 'GET', route: '/', status: 200 });
const plain = registry.histogram('plain');

const theirCounter = new client.Counter({ name: 'requests', help: 'r', labelNames });
const theirBound = theirCounter.labels({ method: 'GET', route: '/', status: 200 });
const theirSeconds = new client.Histogram({
  name: 'duration',
  help: 'd',
  labelNames,
  buckets: BOUNDS,
});

let sum = 0;
const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

export const pairs = [
  {
    what: 'a counter with three labels (at most 0.5)',
    ours: ['rx-mesh', () => counter.add(1, labels())],
    peer: ['prom-client', () => theirCounter.inc(labels())],
  },
  {
    what: 'the same by its name',
    ours: ['rx-mesh', () => service.incrementCounter('requests', labels())],
    peer: ['prom-client', () => theirCounter.inc(labels())],
  },
  {
    what: 'a bound counter (at most 15 ns more than nothing)',
    ours: ['rx-mesh', () => bound.add()],
    peer: ['nothing', () => sum++],
  },
  {
    what: 'a bound counter on both sides',
    ours: ['rx-mesh', () => bound.add()],
    peer: ['prom-client', () => theirBound.inc()],
  },
  {
    what: 'a histogram of 14 buckets and a sketch with three labels (at most 0.5)',
    ours: ['rx-mesh', () => seconds.record(value(), labels())],
    peer: ['prom-client', () => theirSeconds.observe(labels(), value())],
  },
  {
    what: 'the same with an exemplar',
    ours: ['rx-mesh', () => seconds.record(value(), labels(), trace)],
    peer: ['prom-client without', () => theirSeconds.observe(labels(), value())],
  },
  {
    what: 'a sketch with three labels',
    ours: ['rx-mesh', () => plain.record(value(), labels())],
    peer: ['prom-client', () => theirSeconds.observe(labels(), value())],
  },
  {
    what: 'a bound histogram of 14 buckets and a sketch',
    ours: ['rx-mesh', () => boundSeconds.record(value())],
    peer: ['prom-client', () => theirSeconds.observe(labels(), value())],
  },
];
