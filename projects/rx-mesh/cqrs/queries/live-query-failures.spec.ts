import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, Subject, of, retry, throwError } from 'rxjs';
import { patchableStorage, watching } from '../../spec-support/projection-world';
import { defineQuery } from '../message-types';
import { LiveQueries } from './live-queries';
import { QueryBusService } from './query-bus-service';

const liveWorld = (providers: readonly (Provider | EnvironmentProviders)[] = []) => {
  const changes$ = new Subject<{ readonly models?: readonly string[]; readonly checkpoint?: string }>(); // prettier-ignore
  const storage = { ...patchableStorage(memoryReadModels()), changes$ };
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: READ_MODEL_STORAGE, useValue: storage },
      ...providers,
    ],
  });
  const bus = TestBed.inject(QueryBusService);
  return {
    bus,
    changes$,
    clock: TestBed.inject(ManualClock),
    page: TestBed.inject(ManualPage),
    change: (...models: readonly string[]) => changes$.next({ models }),
    statesOf: (watch: { readonly values: readonly { readonly state: string }[] }) =>
      watch.values.map(({ state }) => state),
  };
};

const Q = { type: 'Q', parameters: { a: 1, b: [{ c: 2, d: undefined }] } };

describe(`${LiveQueries.name} that fail`, () => {
  it('keeps the last answer, tells the status, and recovers by itself', () => {
    const { bus, change, clock, statesOf } = liveWorld();
    let fault: Error | undefined;
    let runs = 0;
    bus.register('Q', () => (runs++, fault ? throwError(() => fault) : of(runs)), {
      reads: ['orders'],
    });
    const live = bus.live(Q);
    const status = watching(live.status$);
    const watch = watching(live);
    fault = new Error('down');
    clock.advance(50);
    change('orders');

    expect(watch).toMatchObject({ values: [1], error: undefined, isComplete: false });
    expect(status.last()).toMatchObject({ state: 'failed', failures: 1, isStale: true, error: fault }); // prettier-ignore
    expect(status.last()?.updatedAt).toBe(clock.now() - 50);

    clock.advance(1000);

    expect(status.last()).toMatchObject({ state: 'failed', failures: 2 });

    fault = undefined;
    clock.advance(2000);

    expect(watch.values).toEqual([1, 4]);
    expect(status.last()).toMatchObject({ state: 'live', failures: 0, isStale: false });
    expect(status.last()).not.toHaveProperty('error');
    expect(statesOf(status)).toEqual([
      'idle',
      'loading',
      'loading',
      'live',
      'live',
      'refreshing',
      'failed',
      'refreshing',
      'failed',
      'refreshing',
      'live',
    ]);

    watch.stop();

    expect(status.last()).toMatchObject({ state: 'idle', failures: 0 });
    expect(clock.pending).toBe(0);
  });

  it('waits longer and longer, at most half a minute', () => {
    const { bus, clock } = liveWorld();
    let runs = 0;
    bus.register('Q', () => (runs++, throwError(() => new Error('down'))));
    const watch = watching(bus.live(Q));
    clock.advance(60_000);
    const early = runs;
    clock.advance(600_000);

    expect(early).toBeLessThan(10);
    expect(runs - early).toBeGreaterThanOrEqual(20);
    expect(runs - early).toBeLessThanOrEqual(40);
    expect(watch.values).toEqual([]);

    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('runs at once when something changes meanwhile', () => {
    const { bus, change, clock } = liveWorld();
    let isDown = true;
    bus.register('Q', () => (isDown ? throwError(() => new Error('down')) : of('up')), {
      reads: ['orders'],
    });
    const watch = watching(bus.live(Q));
    isDown = false;
    clock.advance(50);
    change('orders');

    expect(watch.values).toEqual(['up']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'no',
    ],
    ['returns nothing', () => undefined, 'has no answer'],
    ['never completes', () => NEVER, 'not answered within'],
  ])('goes on when its handler %s', (_, handler, message) => {
    const { bus, clock } = liveWorld();
    bus.register('Q', handler as never);
    const live = bus.live(Q);
    const [watch, status] = [watching(live), watching(live.status$)];
    clock.advance(10_000);

    expect(watch).toMatchObject({ values: [], error: undefined, isComplete: false });
    expect(status.values.some(({ error }) => String(error).includes(message))).toBe(true);

    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('is an error when there is no handler at the beginning', () => {
    const { bus, changes$ } = liveWorld();

    expect(watching(bus.live(Q)).error).toMatchObject({ code: 'RXM551', reason: 'no-handler' });
    expect(changes$.observed).toBe(false);
    expect(bus.statuses().size).toBe(0);
  });

  it('keeps the answer when its handler goes, and runs when another one comes', () => {
    const { bus, change, clock } = liveWorld();
    const remove = bus.register('Q', () => of('old'), { reads: ['orders'] });
    const watch = watching(bus.live(Q));
    remove();
    clock.advance(50);
    bus.invalidate();
    clock.advance(60_000);

    expect(bus.statuses().size).toBe(1);
    expect([...bus.statuses().values()]).toMatchObject([{ state: 'failed', failures: 1 }]);

    bus.register('Q', () => of('new'), { reads: ['carts'] });

    expect(watch.values).toEqual(['old', 'new']);

    bus.register('other', () => of(1));
    clock.advance(50);
    change('carts');

    expect([...bus.statuses().values()]).toMatchObject([{ state: 'live', failures: 0 }]);
  });

  it('end when what is asked is invalid, and begin anew for who tries again at once', () => {
    const { bus, changes$ } = liveWorld();
    let rounds = 0;
    const validate = (value: unknown) =>
      ++rounds < 3 ? { issues: [{ message: 'not yet' }] } : { value };
    const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const;
    bus.register(defineQuery<number, number>('Q', { schema: schema as never }), () => of(7));
    const failed = watching(bus.live({ type: 'Q', parameters: 1 }));

    expect(failed.error).toMatchObject({ code: 'RXM550', issues: [{ message: 'not yet' }] });
    expect(changes$.observed).toBe(false);

    const watch = watching(bus.live({ type: 'Q', parameters: 1 }).pipe(retry(1)));
    const other = watching(bus.live({ type: 'Q', parameters: 1 }));

    expect([watch.values, other.values]).toEqual([[7], [7]]);
    expect(rounds).toBe(3);
    expect([...bus.statuses().values()]).toMatchObject([{ state: 'live' }]);

    watch.stop();
    other.stop();

    expect(bus.statuses().size).toBe(0);
    expect(changes$.observed).toBe(false);
  });

  it('say what went wrong in words, whatever was thrown', () => {
    const { bus } = liveWorld();
    const results = watching(bus.results$);
    const causes = [
      'text',
      { message: 'of HttpClient' },
      { message: 7 },
      Object.create(null),
      null,
    ];
    bus.register<number, never>('Odd', ({ parameters }) => {
      throw causes[parameters];
    });
    causes.forEach((_, parameters) => watching(bus.execute({ type: 'Odd', parameters })));

    expect(results.values.map((result) => !result.success && result.error)).toEqual([
      'text',
      'of HttpClient',
      '[object Object]',
      '[object Object]',
      '[object Null]',
    ]);
  });
});
