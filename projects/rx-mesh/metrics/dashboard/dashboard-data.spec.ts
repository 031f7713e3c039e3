import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import type { ServiceMetrics } from './aggregated-metrics';
import { DashboardHistory, breakersOf } from './dashboard-data';

const service = (name: string, requests: number, inFlight?: number): ServiceMetrics => ({
  service: name,
  kind: 'calls',
  requests,
  rate: requests / 5,
  errors: 0,
  errorShare: 0,
  p50: 10,
  p95: 20,
  p99: 30,
  inFlight,
});
const at = (second: number) => new Date(1000 * second);

describe(DashboardHistory.name, () => {
  it('remembers the last looks at a service, the oldest first', () => {
    const history = new DashboardHistory(3);
    let rows = history.take([], at(0));

    expect(rows).toEqual([]);

    for (let i = 1; i <= 5; i++) rows = history.take([service('orders', i)], at(i));

    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ service: 'orders', requests: 5, rate: 1, p99: 30 });
    expect(rows[0]?.history.map(({ requests, timestamp }) => [timestamp, requests])).toEqual([
      [at(3), 3],
      [at(4), 4],
      [at(5), 5],
    ]);
    expect(rows[0]?.history[2]).toEqual({
      timestamp: at(5),
      requests: 5,
      rate: 1,
      errorShare: 0,
      p50: 10,
      p95: 20,
      p99: 30,
    });
  });

  it('shows a silent service with a rate of 0 and nothing else, until its history is silence', () => {
    const history = new DashboardHistory(2);
    history.take([service('orders', 1), service('stock', 1, 1)], at(1));
    const rows = history.take([service('stock', 1)], at(2));

    expect(rows.map((row) => row.service)).toEqual(['orders', 'stock']);
    expect(rows[0]).toMatchObject({
      requests: 0,
      rate: 0,
      errors: 0,
      errorShare: undefined,
      p50: undefined,
      p95: undefined,
      p99: undefined,
      inFlight: undefined,
    });
    expect(rows[0]?.history).toMatchObject([{ requests: 1 }, { requests: 0, p50: undefined }]);
    expect(history.take([service('stock', 1)], at(3)).map((row) => row.service)).toEqual(['stock']);
    expect(history.take([], at(4))).toHaveLength(1);
    expect(history.take([], at(5))).toEqual([]);
  });

  it('keeps a service where calls hang', () => {
    const history = new DashboardHistory(1);

    expect(history.take([service('orders', 0, 2)], at(1))).toMatchObject([{ inFlight: 2 }]);
    expect(history.take([service('orders', 0, 2)], at(2))).toHaveLength(1);
    expect(history.take([], at(3))).toEqual([]);
  });

  it('keeps calls and requests of one name apart, and never changes what it gave', () => {
    const history = new DashboardHistory(5);
    const first = history.take(
      [service('orders', 1), { ...service('orders', 2), kind: 'requests' }],
      at(1),
    );
    history.take([service('orders', 3)], at(2));

    expect(first.map(({ kind, history: points }) => [kind, points.length])).toEqual([
      ['calls', 1],
      ['requests', 1],
    ]);
  });
});

describe(breakersOf.name, () => {
  it('reads breakers from their metrics, and leaves out what no metric tells', () => {
    const metrics = new MetricRegistry({
      diagnostics: new RecordingDiagnostics(),
      clock: new ManualClock(),
    });
    const state = metrics.gauge('circuit_breaker.state');
    state.set(0, { service: 'orders', state: 'closed' });
    state.set(1, { service: 'orders', state: 'half-open' });
    metrics.gauge('circuit_breaker.failure_count').set(3, { service: 'orders' });
    metrics.gauge('circuit_breaker.success_count').set(7, { service: 'orders' });
    metrics.gauge('circuit_breaker.failure_count').set(0, { service: 'stock' });
    metrics.gauge('circuit_breaker.failure_count').set(9, { other: 'tag' });
    metrics.counter('circuit_breaker.transitions').add(1, { service: 'users' });

    expect(breakersOf(metrics.collect())).toEqual([
      { service: 'orders', state: 'half-open', failureCount: 3, successCount: 7 },
      { service: 'stock', state: undefined, failureCount: 0, successCount: undefined },
    ]);
    expect(breakersOf([])).toEqual([]);
  });
});
