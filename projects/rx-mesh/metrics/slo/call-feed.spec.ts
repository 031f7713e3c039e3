import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricRegistry } from '../metric-registry';
import { DirectFeed, type FeedAims, MetricFeed } from './call-feed';
import { type SloSource, callSource, httpSource } from './slo-source';

const AIMS: FeedAims = { threshold: 100, window: 60_000, failed: () => undefined };
const newRegistry = () =>
  new MetricRegistry({ diagnostics: new RecordingDiagnostics(), clock: { now: () => 0 } });
const feedOf = (registry: MetricRegistry, source: SloSource, aims = AIMS) =>
  new MetricFeed(registry, source, aims, 0);

describe(MetricFeed.name, () => {
  it('reads the calls of rx-mesh/communication by their outcome', () => {
    const registry = newRegistry();
    const timer = registry.timer('rx_mesh.call.duration');
    timer.record(5, { service: 'orders', outcome: 'failure' });
    const feed = feedOf(registry, callSource('orders'));

    expect(feed.look(0)).toEqual({ total: 0, failed: 0, errors: 0, fast: 0 });

    timer.record(20, { service: 'orders', outcome: 'success' });
    timer.record(90, { service: 'orders', outcome: 'success' });
    timer.record(300, { service: 'orders', outcome: 'failure' });
    timer.record(400, { service: 'orders', outcome: 'fallback' });
    timer.record(9000, { service: 'orders', outcome: 'cancelled' });
    timer.record(1, { service: 'users', outcome: 'success' });

    expect(feed.look(10)).toEqual({ total: 4, failed: 2, errors: 2, fast: 2 });
    expect(feed.quantile(1)).toBeCloseTo(400, -1);
    expect(feed.look(20)).toEqual({ total: 0, failed: 0, errors: 0, fast: 0 });
  });

  it('reads the requests to a host, in milliseconds', () => {
    const registry = newRegistry();
    const histogram = registry.histogram('http.client.request.duration', { unit: 's' });
    const record = (seconds: number, tags: Record<string, string | number | boolean>) =>
      histogram.record(seconds, { 'server.address': 'api.test', 'url.template': '/', ...tags });
    const feed = feedOf(registry, httpSource('api.test'));
    record(0.02, { 'http.response.status_code': 200 });
    record(0.03, { 'http.response.status_code': 404, 'error.type': '404' });
    record(0.03, { 'http.response.status_code': 429, 'error.type': '429' });
    record(0.5, { 'http.response.status_code': 503, 'error.type': '503' });
    record(0.5, { 'error.type': 'NetworkError' });
    record(30, { 'rx_mesh.cancelled': true });
    record(7, { 'server.address': 'other.test' });

    expect(feed.look(10)).toEqual({ total: 5, failed: 3, errors: 4, fast: 3 });
    expect(feed.quantile(0.99)).toBeGreaterThan(490);
    expect(feed.quantile(0.99)).toBeLessThan(510);
  });

  it('knows of no call while there is no series', () => {
    const registry = newRegistry();
    const feed = feedOf(registry, httpSource());

    expect([feed.look(0), feed.quantile(0.5)]).toEqual([undefined, undefined]);
  });

  it('ignores the calls of a series whose judge throws, and says so', () => {
    const registry = newRegistry();
    const causes: unknown[] = [];
    const judge = ({ n }: Readonly<Record<string, string>>) => {
      if (n === '1') throw new Error('bad judge');
      return 'failed' as const;
    };
    registry.histogram('calls').record(1, { n: 1 });
    const feed = feedOf(
      registry,
      { metric: 'calls', judge },
      { failed: (cause) => causes.push(cause) },
    );
    registry.histogram('calls').record(1, { n: 1 });
    registry.histogram('calls').record(1, { n: 2 });

    expect(feed.look(10)).toEqual({ total: 1, failed: 1, errors: 1, fast: 0 });
    expect(feed.quantile(0.5)).toBeUndefined();
    expect(causes).toEqual([new Error('bad judge')]);
  });

  it('counts on through a reset', () => {
    const registry = newRegistry();
    const record = (...values: readonly number[]) => {
      for (const value of values) registry.histogram('calls').record(value);
    };
    const feed = feedOf(registry, { metric: 'calls' });
    record(1, 2, 300);

    expect(feed.look(10)).toEqual({ total: 3, failed: 0, errors: 0, fast: 2 });

    registry.reset();
    record(50, 60);

    expect(feed.look(20)).toEqual({ total: 2, failed: 0, errors: 0, fast: 2 });
    expect(feed.quantile(1)).toBeCloseTo(60, -1);

    registry.reset();

    expect(feed.look(30)).toBeUndefined();
  });
});

describe(DirectFeed.name, () => {
  it('takes calls one by one', () => {
    const feed = new DirectFeed(AIMS, 0);

    expect(feed.look(0)).toBeUndefined();

    feed.record('success', 20);
    feed.record('success', 100);
    feed.record('success', undefined);
    feed.record('failure', 500);
    feed.record('failure', NaN);
    feed.record('cancelled', 1);

    expect(feed.look(10)).toEqual({ total: 5, failed: 2, errors: 2, fast: 2 });
    expect(feed.quantile(1)).toBeCloseTo(500, -1);
    expect(feed.look(20)).toEqual({ total: 0, failed: 0, errors: 0, fast: 0 });
  });
});
