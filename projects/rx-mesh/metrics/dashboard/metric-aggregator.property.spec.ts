import fc from 'fast-check';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import type { AggregatedMetrics } from './aggregated-metrics';
import { MetricAggregator } from './metric-aggregator';

interface Call {
  readonly service: string;
  readonly outcome: string;
  readonly duration: number;
}

const call: fc.Arbitrary<Call> = fc.record({
  service: fc.constantFrom('orders', 'stock', 'users'),
  outcome: fc.constantFrom('success', 'success', 'failure', 'fallback', 'cancelled'),
  duration: fc.double({ min: 0.001, max: 10_000, noNaN: true }),
});
// Calls, or a rest in milliseconds before a look.
const script = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: call },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 60_000 }) },
  ),
  { maxLength: 80 },
);

function run(steps: readonly (Call | number)[], isReset: boolean) {
  const clock = new ManualClock();
  const metrics = new MetricRegistry({ diagnostics: new RecordingDiagnostics(), clock });
  const aggregator = new MetricAggregator(metrics, clock.monotonic());
  const windows: { readonly calls: readonly Call[]; readonly told: AggregatedMetrics }[] = [];
  let calls: Call[] = [];
  const look = (ms: number) => {
    clock.advance(ms);
    const told = aggregator.look(clock.monotonic(), new Date(clock.now()));
    windows.push({ calls, told });
    calls = [];
    if (isReset) metrics.reset();
  };
  for (const step of steps) {
    if (typeof step === 'number') {
      look(step);
    } else {
      const { duration, outcome, service } = step;
      metrics.timer('rx_mesh.call.duration').record(duration, { service, outcome });
      calls.push(step);
    }
  }
  look(1);
  return { metrics, windows };
}

const counted = (calls: readonly Call[]) => calls.filter(({ outcome }) => outcome !== 'cancelled');
const failed = (calls: readonly Call[]) =>
  counted(calls).filter((one) => one.outcome !== 'success');
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe(MetricAggregator.name, () => {
  it.each([
    ['adds up to what was recorded, however it is cut into windows', false],
    ['adds up even when the metrics are reset after each look', true],
  ])('%s', (_, isReset) => {
    fc.assert(
      fc.property(script, (steps) => {
        const { windows } = run(steps, isReset);
        const calls = windows.flatMap((window) => window.calls);
        const rows = windows.flatMap(({ told }) => told.services);
        const totals = windows.flatMap(({ told }) => told.totals.calls ?? []);

        expect(sum(rows.map(({ requests }) => requests))).toBe(counted(calls).length);
        expect(sum(rows.map(({ errors }) => errors))).toBe(failed(calls).length);
        expect(sum(totals.map(({ requests }) => requests))).toBe(counted(calls).length);
        expect(sum(totals.map(({ errors }) => errors))).toBe(failed(calls).length);

        for (const { told, calls: own } of windows) {
          const services = new Set(counted(own).map(({ service }) => service));

          expect(new Set(told.services.map(({ service }) => service))).toEqual(services);
          expect(sum(told.services.map(({ rate }) => rate * told.window)) / 1000).toBeCloseTo(
            counted(own).length,
          );
        }
      }),
    );
  });

  it('has the quantiles of each window within 1 %', () => {
    fc.assert(
      fc.property(script, (steps) => {
        for (const { told, calls } of run(steps, false).windows) {
          for (const { p50, p95, p99, service } of told.services) {
            const durations = counted(calls)
              .filter((one) => one.service === service)
              .map(({ duration }) => duration)
              .sort((a, b) => a - b);
            const exact = (q: number) => durations[Math.floor(q * (durations.length - 1))] ?? NaN;

            for (const [q, value] of [
              [0.5, p50],
              [0.95, p95],
              [0.99, p99],
            ] as const) {
              expect(value).toBeGreaterThanOrEqual(exact(q) * 0.9899);
              expect(value).toBeLessThanOrEqual(exact(q) * 1.0101);
            }
          }
        }
      }),
    );
  });
});
