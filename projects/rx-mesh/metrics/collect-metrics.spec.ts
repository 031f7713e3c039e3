import { TestBed } from '@angular/core/testing';
import { type Observable, Subject, concat, defer, of, retry, take, throwError } from 'rxjs';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { runMarbles } from '../spec-support/marbles';
import { collectMetrics } from './collect-metrics';
import type { MetricTags } from './metric-data';
import { MetricDefinitionError } from './metric-definition';
import { MetricsService } from './metrics-service';

const shown = (metrics: MetricsService) =>
  Object.fromEntries(
    metrics
      .collect()
      .map(({ name, tags, value, count, sum }) => [
        [name, tags['status']].filter(Boolean).join(' '),
        value ?? [count, sum],
      ]),
  );
const measured = <T>(tags?: MetricTags) => {
  const metrics = TestBed.inject(MetricsService);
  return { metrics, collect: collectMetrics<T>('s', tags, metrics) };
};

describe(collectMetrics.name, () => {
  it('measures a stream that completes, and changes nothing of it', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const { metrics, collect } = measured<string>();
      const source = cold('-a-b-c|');
      const sub = '        ^-----!';
      const seen = '       -a-b-c|';

      expectObservable(source.pipe(collect)).toBe(seen);
      expectSubscriptions(source.subscriptions).toBe(sub);
      flush();

      expect(shown(metrics)).toEqual({
        's.items': 3,
        's.in_flight': 0,
        's.duration success': [1, 6],
      });
    });
  });

  it('measures a stream that fails, and passes the error on', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const { metrics, collect } = measured<string>();
      const source = cold('-a--#');
      const sub = '        ^---!';
      const seen = '       -a--#';

      expectObservable(source.pipe(collect)).toBe(seen);
      expectSubscriptions(source.subscriptions).toBe(sub);
      flush();

      expect(shown(metrics)).toEqual({
        's.items': 1,
        's.errors': 1,
        's.in_flight': 0,
        's.duration error': [1, 4],
      });
    });
  });

  it('measures a subscriber who leaves, and lets go of the source', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const { metrics, collect } = measured<string>();
      const source = cold('-a-b-c|');
      const unsub = '      ---!';
      const sub = '        ^--!';
      const seen = '       -a--';

      expectObservable(source.pipe(collect), unsub).toBe(seen);
      expectSubscriptions(source.subscriptions).toBe(sub);
      flush();

      expect(shown(metrics)).toEqual({
        's.items': 1,
        's.in_flight': 0,
        's.duration cancelled': [1, 3],
      });
    });
  });

  it('measures each subscription by itself', () => {
    runMarbles(({ cold, expectObservable, flush }) => {
      const { metrics, collect } = measured<string>();
      let attempt = 0;
      const failing = cold('--#');
      const working = cold('---a|');
      const source = defer((): Observable<string> => (attempt++ === 0 ? failing : working));
      const seen = '        -----a|';

      expectObservable(source.pipe(collect, retry(1))).toBe(seen);
      flush();

      expect(shown(metrics)).toEqual({
        's.items': 1,
        's.errors': 1,
        's.in_flight': 0,
        's.duration error': [1, 2],
        's.duration success': [1, 4],
      });
    });
  });

  it('measures what happens inside of subscribe', () => {
    const { metrics, collect } = measured<number>();
    const seen: unknown[] = [];
    of(1, 2)
      .pipe(collect)
      .subscribe((value) => seen.push(value));
    of(1, 2)
      .pipe(collect, take(1))
      .subscribe((value) => seen.push(value));
    throwError(() => new Error('no'))
      .pipe(collectMetrics('t', {}, metrics))
      .subscribe({ error: (error: unknown) => seen.push(error) });

    expect(seen).toEqual([1, 2, 1, new Error('no')]);
    expect(metrics.collect().map(({ name, value, count }) => [name, value ?? count])).toEqual([
      ['s.items', 3],
      ['s.in_flight', 0],
      ['s.duration', 1],
      ['s.duration', 1],
      ['t.errors', 1],
      ['t.in_flight', 0],
      ['t.duration', 1],
    ]);
    expect(metrics.collect().filter(({ tags }) => tags['status'] === 'cancelled').length).toBe(1);
  });

  it('shows how many are in flight', () => {
    const { metrics, collect } = measured<number>();
    const source = new Subject<number>();
    const inFlight = () => metrics.collect().find(({ name }) => name === 's.in_flight')?.value;
    const subscriptions = [1, 2, 3].map(() => source.pipe(collect).subscribe());

    expect(inFlight()).toBe(3);

    subscriptions[0]?.unsubscribe();
    subscriptions[0]?.unsubscribe();

    expect(inFlight()).toBe(2);

    source.complete();

    expect(inFlight()).toBe(0);
  });

  it('tags everything, and keeps its own status', () => {
    const tags: Record<string, string> = { page: 'home', status: 'mine' };
    const { metrics, collect } = measured<number>(tags);
    tags['page'] = 'changed later';
    concat(
      of(1),
      throwError(() => new Error('no')),
    )
      .pipe(collect)
      .subscribe({ error: () => undefined });

    expect(
      metrics.collect().map(({ name, tags: own }) => [name, own['page'], own['status']]),
    ).toEqual([
      ['s.items', 'home', 'mine'],
      ['s.errors', 'home', 'mine'],
      ['s.in_flight', 'home', 'mine'],
      ['s.duration', 'home', 'error'],
    ]);
  });

  it('finds the service in an injection context, and says so outside of one', () => {
    const operator = TestBed.runInInjectionContext(() => collectMetrics<number>('s'));
    of(1).pipe(operator).subscribe();

    expect(TestBed.inject(MetricsService).collect()[0]).toMatchObject({ value: 1 });
    expect(() => collectMetrics('s')).toThrow('collectMetrics() can only be used within');
  });

  it('refuses a name that is none where it is written, before there is a stream', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const metrics = TestBed.inject(MetricsService);

    expect(() => collectMetrics('two words', {}, metrics)).toThrow(MetricDefinitionError);
    expect(() => collectMetrics('two words', {}, metrics)).toThrow(/^"two words.items" cannot/);

    metrics.setGauge('orders.items', 1);

    expect(() => collectMetrics('orders', {}, metrics)).toThrow(
      'Metric "orders.items" is a gauge, so it cannot be a counter. Take another name.',
    );
    expect(metrics.rejected).toBe(0);
  });
});
