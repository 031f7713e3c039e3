import { TestBed } from '@angular/core/testing';
import { Subject, defer, of, take, throwError } from 'rxjs';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { runMarbles } from '../spec-support/marbles';
import { MetricDefinitionError } from './metric-definition';
import { MetricsService } from './metrics-service';
import { monitorStreamPerformance } from './stream-performance';

const valueOf = (name: string) =>
  TestBed.inject(MetricsService)
    .collect()
    .find((series) => series.name === `stream.s.${name}`)?.value;
const active = () => valueOf('active_subscribers');

describe(monitorStreamPerformance.name, () => {
  it('changes nothing of a stream that completes, fails or is left', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const metrics = TestBed.inject(MetricsService);
      const good = cold('-a-b|');
      const bad = cold(' -a#');
      const long = cold('-a-b-c-d');
      expectObservable(monitorStreamPerformance('s', good, metrics)).toBe('-a-b|');
      expectObservable(monitorStreamPerformance('s', bad, metrics)).toBe('-a#');
      expectObservable(monitorStreamPerformance('s', long, metrics), '----!').toBe('-a-b');
      expectSubscriptions(good.subscriptions).toBe('^---!');
      expectSubscriptions(bad.subscriptions).toBe('^-!');
      expectSubscriptions(long.subscriptions).toBe('^---!');
      flush();

      expect([valueOf('items'), valueOf('errors'), active()]).toEqual([5, 1, 0]);
    });
  });

  it('counts the subscribers that there are', () => {
    const source = new Subject<number>();
    const metrics = TestBed.inject(MetricsService);
    const watched = monitorStreamPerformance('s', source, metrics);

    expect(active()).toBeUndefined();

    const open = [1, 2, 3].map(() => watched.subscribe());

    expect(active()).toBe(3);

    source.next(1);

    expect(active()).toBe(3);

    open[0]?.unsubscribe();
    open[0]?.unsubscribe();

    expect(active()).toBe(2);

    watched.pipe(take(1)).subscribe();
    source.next(2);

    expect(active()).toBe(2);

    source.complete();

    expect(active()).toBe(0);
    expect(metrics.collect().filter(({ name }) => name.endsWith('duration'))).toMatchObject([
      { count: 2, tags: { status: 'cancelled' } },
      { count: 2, tags: { status: 'success' } },
    ]);
  });

  it('counts an error once, and the subscriber is gone before it hears of it', () => {
    const metrics = TestBed.inject(MetricsService);
    const seen: unknown[] = [];
    monitorStreamPerformance(
      's',
      throwError(() => new Error('no')),
      metrics,
    ).subscribe({ error: (error: unknown) => seen.push(error, active(), valueOf('errors')) });

    expect(seen).toEqual([new Error('no'), 0, 1]);
  });

  it('lets go when the source throws at subscription', () => {
    const metrics = TestBed.inject(MetricsService);
    const broken = defer(() => {
      throw new Error('broken');
    });
    monitorStreamPerformance('s', broken, metrics).subscribe({ error: () => undefined });

    expect([active(), valueOf('errors')]).toEqual([0, 1]);
  });

  it('finds the service in an injection context, and says so outside of one', () => {
    TestBed.runInInjectionContext(() => monitorStreamPerformance('s', of(1))).subscribe();

    expect(valueOf('items')).toBe(1);
    expect(() => monitorStreamPerformance('s', of(1))).toThrow(
      'monitorStreamPerformance() can only be used within',
    );
  });

  it('refuses a name that is none as an error of the stream', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const seen: unknown[] = [];
    const metrics = TestBed.inject(MetricsService);
    monitorStreamPerformance('two words', of(1), metrics).subscribe({
      next: (value) => seen.push(value),
      error: (error: unknown) => seen.push((error as Error).constructor),
    });

    expect(seen).toEqual([MetricDefinitionError]);
  });
});
