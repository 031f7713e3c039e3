import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, Subject, defer, finalize, of } from 'rxjs';
import { patchableStorage, watching } from '../../spec-support/projection-world';
import { type NewQuery, defineQuery } from '../message-types';
import { LiveQueries } from './live-queries';
import { QueryBusService } from './query-bus-service';
import { withQueries } from './query-options';

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

const count = (type = 'Q', options = {}) => {
  const world = liveWorld();
  let runs = 0;
  world.bus.register(type, () => of(++runs), { reads: ['orders'], ...options });
  return { ...world, runs: () => runs };
};

const Q = { type: 'Q', parameters: { a: 1, b: [{ c: 2, d: undefined }] } };
const SAME = { type: 'Q', parameters: { b: [{ c: 2 }], a: 1 } };

describe(LiveQueries.name, () => {
  it('runs at once, and again when a read model changes of which it reads', () => {
    const { bus, change, clock } = count();
    const watch = watching(bus.live(Q));
    clock.advance(100);
    change('orders');

    expect(watch.values).toEqual([1, 2]);

    clock.advance(100);
    change('customers');
    clock.advance(100);

    expect(watch.values).toEqual([1, 2]);
    expect(watch.isComplete).toBe(false);
  });

  it('hears of a generation of a projection, of a switch to another one, and of a change that says nothing', () => {
    const { bus, change, changes$, clock, runs } = count('Q', {
      reads: ['totals', { name: 'sums', version: 1 }],
    });
    watching(bus.live(Q));
    for (const model of ['totals@1#1', 'sums@1#2', '$projections']) {
      clock.advance(50);
      change(model);
    }

    expect(runs()).toBe(4);

    clock.advance(50);
    changes$.next({});

    expect(runs()).toBe(5);

    clock.advance(50);
    changes$.next({ checkpoint: 'totals@1#1' });
    changes$.next({ models: [], checkpoint: 'totals@1#1' });
    change('totals2', 'su');
    clock.advance(50);

    expect(runs()).toBe(5);
  });

  it('does not run again when its handler reads of nothing', () => {
    const { bus, changes$, change, clock, runs } = count('Q', { reads: [] });
    watching(bus.live(Q));
    clock.advance(50);
    changes$.next({});
    change('$projections');
    clock.advance(50);

    expect(runs()).toBe(1);
  });

  it('is one for the same parameters, in whatever order they were written', () => {
    const { bus, change, clock, runs } = count();
    const one = watching(bus.live(Q));
    const other = watching(bus.live(SAME));

    expect(runs()).toBe(1);
    expect(other.values).toEqual([1]);
    expect(bus.statuses().size).toBe(1);

    clock.advance(50);
    one.stop();
    change('orders');

    expect(other.values).toEqual([1, 2]);
    expect(runs()).toBe(2);
  });

  it('is another one for other parameters, another type and another user', () => {
    const { bus, runs } = count();
    bus.register('R', () => of('r'));
    const asked = [
      Q,
      { ...Q, parameters: { a: 1, b: [{ c: '2' }] } },
      { ...Q, parameters: undefined },
      { ...Q, parameters: null },
      { ...Q, parameters: 'null' },
      { ...Q, metadata: { userId: 'ann' } },
      { ...Q, metadata: { userId: 'bob' } },
      { ...Q, type: 'R' },
    ].map((query: NewQuery) => watching(bus.live(query)));

    expect(runs()).toBe(7);
    expect(bus.statuses().size).toBe(8);

    asked.forEach(({ stop }) => stop());

    expect(bus.statuses().size).toBe(0);
  });

  it('runs exactly once more, however much changes while it runs', () => {
    const { bus, change, clock } = liveWorld();
    const answers: Subject<number>[] = [];
    bus.register(
      'Q',
      () => {
        const answer = new Subject<number>();
        answers.push(answer);
        return answer;
      },
      { reads: ['orders'] },
    );
    const watch = watching(bus.live(Q));
    clock.advance(100);
    change('orders');
    change('orders');
    change('orders');

    expect(answers).toHaveLength(1);

    answers[0]?.next(1);

    expect(answers).toHaveLength(2);
    expect(watch.values).toEqual([1]);

    answers[1]?.next(2);
    clock.advance(1000);

    expect(answers).toHaveLength(2);
    expect(watch.values).toEqual([1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('takes a burst of changes together', () => {
    const { bus, change, clock, runs } = count();
    watching(bus.live(Q));
    for (let ms = 0; ms < 100; ms++) {
      change('orders');
      clock.advance(1);
    }

    expect(runs()).toBe(3);
  });

  it('does not run away when a handler changes what it reads', () => {
    const { bus, change, clock } = liveWorld();
    let runs = 0;
    bus.register('Q', () => defer(() => (change('orders'), of(++runs))), { reads: ['orders'] });
    const watch = watching(bus.live(Q));
    clock.advance(500);

    expect(runs).toBe(11);

    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('does not emit an answer that is as the one before', () => {
    const { bus, change, clock } = liveWorld();
    let at = 0;
    bus.register('Q', () => of({ of: at++ % 4 < 2 ? 'a' : 'b' }), {
      reads: ['orders'],
      isSame: (one: { readonly of: string }, other: { readonly of: string }) => one.of === other.of,
    });
    const watch = watching(bus.live(Q));
    for (let round = 0; round < 3; round++) {
      clock.advance(50);
      change('orders');
    }

    expect(watch.values).toEqual([{ of: 'a' }, { of: 'b' }]);
  });

  it('asks with a copy of the parameters, whatever becomes of them', () => {
    const { bus, change, clock } = liveWorld();
    const seen: unknown[] = [];
    const byCustomer = defineQuery<{ ids: number[] }, number>('By');
    bus.register(
      byCustomer,
      ({ parameters }) => {
        seen.push([...parameters.ids]);
        parameters.ids.push(99);
        return of(seen.length);
      },
      { reads: ['orders'] },
    );
    const ids = [1];
    watching(bus.live(byCustomer({ parameters: { ids } })));
    ids.push(2);
    clock.advance(50);
    change('orders');

    expect(seen).toEqual([[1], [1]]);
  });

  it('gives each run an id of its own, and the first the one that was given', () => {
    const { bus, change, clock } = count();
    const queries = watching(bus.queries$);
    watching(bus.live({ ...Q, id: 'mine' }));
    clock.advance(50);
    change('orders');

    expect(queries.values.map(({ id }) => id)).toEqual([
      'mine',
      '00000000-0000-4000-8000-000000000001',
    ]);
  });

  it('leaves nothing alive with the last subscriber', () => {
    const { bus, changes$, clock } = liveWorld();
    const teardown = jest.fn();
    bus.register('Q', () => NEVER.pipe(finalize(teardown)), {
      reads: ['orders'],
      refreshEvery: 1000,
    });
    const [one, other] = [watching(bus.live(Q)), watching(bus.live(Q))];
    one.stop();

    expect(changes$.observed).toBe(true);
    expect(clock.pending).toBeGreaterThan(0);

    other.stop();

    expect(changes$.observed).toBe(false);
    expect(clock.pending).toBe(0);
    expect(teardown).toHaveBeenCalledTimes(1);
    expect(bus.statuses().size).toBe(0);
  });

  it('runs by itself where the handler says so, while the page is seen', () => {
    const { bus, clock, page, runs } = count('Q', { refreshEvery: 1000 });
    const watch = watching(bus.live(Q));
    clock.advance(2000);

    expect(runs()).toBe(3);

    page.hide();
    clock.advance(5000);

    expect(runs()).toBe(3);

    page.show();
    clock.advance(1000);

    expect(runs()).toBe(4);

    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('tells the same status as stream and as signal', () => {
    const { bus, change, clock } = count();
    const board = watching(bus.statuses$);
    const status = watching(bus.live(Q).status$);
    const watch = watching(bus.live(Q));
    const agree = () => {
      const [own] = [...bus.statuses().values()];
      expect(board.last()).toEqual(bus.statuses());
      expect(status.last()).toEqual(
        own ?? { type: 'Q', state: 'idle', isStale: false, failures: 0 },
      );
    };
    agree();
    clock.advance(50);
    change('orders');
    agree();
    watch.stop();
    agree();
  });

  it('limits what an application may say of queries', () => {
    expect(() => withQueries({ cacheLimit: 0 })).toThrow(
      expect.objectContaining({ code: 'RXM101', option: 'QueryBusOptions.cacheLimit' }) as Error,
    );
  });
});
