import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject, of, tap } from 'rxjs';
import { patchableStorage, watching } from '../../spec-support/projection-world';
import { AnswerCache } from './answer-cache';
import { QueryBusService } from './query-bus-service';
import { type QueryHandlerOptions, withQueries } from './query-options';

const Q = { type: 'Q', parameters: { a: 1 } };

const world = (options: QueryHandlerOptions = {}, cacheLimit = 100) => {
  const changes$ = new Subject<{ readonly models: readonly string[] }>();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: READ_MODEL_STORAGE, useValue: { ...patchableStorage(memoryReadModels()), changes$ } }, // prettier-ignore
      ...withQueries({ cacheLimit }).ɵproviders,
    ],
  });
  const bus = TestBed.inject(QueryBusService);
  const answers: Subject<string>[] = [];
  bus.register(
    'Q',
    () => {
      const answer = new Subject<string>();
      answers.push(answer);
      return answer;
    },
    { reads: ['orders'], ...options },
  );
  return {
    bus,
    answers,
    clock: TestBed.inject(ManualClock),
    change: () => changes$.next({ models: ['orders'] }),
    answer: (value: string) => answers.at(-1)?.next(value),
  };
};

describe(AnswerCache.name, () => {
  const cacheOf = (limit: number) => {
    const clock = new ManualClock();
    const cache = new AnswerCache(clock, limit);
    const keep = (key: string, value = key, began = clock.monotonic()) =>
      cache.keep(key, { type: `type of ${key}`, value, began, isStale: false });
    clock.advance(1);
    return { clock, cache, keep };
  };

  it('keeps as many as are allowed, those that were used last', () => {
    const { cache, keep } = cacheOf(2);
    keep('a');
    keep('b');
    cache.recall('a', 10);
    keep('c');

    expect(cache.size).toBe(2);
    expect(['a', 'b', 'c'].map((key) => cache.recall(key, 10)?.value)).toEqual(['a', undefined, 'c']); // prettier-ignore

    cache.touch('a');
    cache.touch('none');
    keep('d');

    expect(['a', 'c', 'd'].map((key) => cache.recall(key, 10)?.value)).toEqual(['a', undefined, 'd']); // prettier-ignore
  });

  it('forgets what was not used for too long, when somebody looks', () => {
    const { cache, clock, keep } = cacheOf(2);
    keep('a');
    clock.advance(10);

    expect(cache.recall('a', 10)?.value).toBe('a');

    clock.advance(11);

    expect(cache.recall('a', 10)).toBeUndefined();
    expect(cache.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('does not put an older answer over a newer one, nor any that was asked for before all were forgotten', () => {
    const { cache, clock, keep } = cacheOf(2);
    clock.advance(10);
    keep('a', 'newer');
    keep('a', 'older', 5);

    expect(cache.recall('a', 10)?.value).toBe('newer');

    cache.clear();
    keep('a', 'of another user', 10);

    expect(cache.size).toBe(0);
  });

  it('knows what is out of date', () => {
    const { cache, clock, keep } = cacheOf(3);
    keep('a');
    keep('b');
    clock.advance(5);
    cache.outdate('a');
    cache.outdate('none');
    cache.outdateTypes((type) => type === 'type of none');
    const ages = ['a', 'b'].map((key) => {
      const kept = cache.recall(key, 10);
      return kept && cache.ageOf(kept);
    });

    expect(ages).toEqual([Infinity, 5]);
  });

  it('knows of each question that is under way whether something has changed of which it reads', () => {
    const { cache } = cacheOf(3);
    const [a, b, c] = ['a', 'b', 'c'].map((key) => cache.ask(key, `type of ${key}`));
    cache.outdate('a');
    cache.outdateTypes((type) => type === 'type of b');

    expect([a, b, c].map((asking) => asking?.isStale)).toEqual([true, true, false]);
    expect(cache.ask('c', 'type of c')).toBe(c);
    expect(cache.ask('a', 'type of a')).toMatchObject({ isStale: false });

    // One that has given way does not end the one after it.
    if (a) cache.asked('a', a);
    if (c) cache.asked('c', c);

    expect(cache.asking).toBe(1);

    cache.clear();

    expect(cache.asking).toBe(0);
  });
});

describe('answers that are kept', () => {
  it('are shown at once by a live query that comes again, which asks anew', () => {
    const { bus, answer, answers } = world();
    const first = watching(bus.live(Q));
    answer('old');
    first.stop();
    const live = bus.live(Q);
    const status = watching(live.status$);
    const second = watching(live);

    expect(second.values).toEqual(['old']);
    expect(answers).toHaveLength(2);
    expect(status.last()).toMatchObject({ state: 'refreshing', isStale: true });

    answer('new');

    expect(second.values).toEqual(['old', 'new']);
    expect(status.last()).toMatchObject({ state: 'live', isStale: false });
  });

  it('are no longer shown after cacheTime since they were last used', () => {
    const { bus, answer, clock } = world({ cacheTime: 1000 });
    const first = watching(bus.live(Q));
    answer('old');
    clock.advance(5000);
    first.stop();
    clock.advance(1000);
    const second = watching(bus.live(Q));

    expect(second.values).toEqual(['old']);

    second.stop();
    clock.advance(1001);

    expect(watching(bus.live(Q)).values).toEqual([]);
  });

  it('are given within staleTime, and asked for anew when that is over', () => {
    const { bus, answer, answers, clock } = world({ staleTime: 1000 });
    const first = watching(bus.live(Q));
    answer('a');
    first.stop();
    clock.advance(400);
    const second = watching(bus.live(Q));

    expect(second.values).toEqual(['a']);

    clock.advance(599);

    expect(answers).toHaveLength(1);

    clock.advance(1);

    expect(answers).toHaveLength(2);

    second.stop();

    expect(clock.pending).toBe(0);
  });

  it('are not given once it is known that something has changed', () => {
    const { bus, answer, answers, change } = world({ staleTime: 1000 });
    const first = watching(bus.live(Q));
    answer('a');
    change();
    first.stop();

    expect(watching(bus.live(Q)).values).toEqual(['a']);
    expect(answers).toHaveLength(2);
  });

  it('are no answer to execute, unless staleTime says so', () => {
    const { bus, answer, answers } = world();
    watching(bus.live(Q));
    answer('a');
    watching(bus.execute(Q));

    expect(answers).toHaveLength(2);
  });

  it('answer execute within staleTime, and those who ask at the same time', () => {
    const { bus, answer, answers, clock } = world({ staleTime: 1000 });
    const [one, other] = [watching(bus.execute(Q)), watching(bus.execute(Q))];
    answer('a');
    const [queries, results] = [watching(bus.queries$), watching(bus.results$)];
    const third = watching(bus.execute({ ...Q, id: 'third' }));

    expect([one, other, third].map(({ values }) => values)).toEqual([['a'], ['a'], ['a']]);
    expect(answers).toHaveLength(1);
    expect(queries.values).toMatchObject([{ id: 'third' }]);
    expect(results.values).toEqual([{ queryId: 'third', success: true, data: 'a' }]);

    clock.advance(1000);
    watching(bus.execute(Q));

    expect(answers).toHaveLength(2);
  });

  it('are not joined by one who asks after a change that is known', () => {
    const { bus, answers } = world({ staleTime: 1000 });
    const early = watching(bus.execute(Q));
    bus.invalidate('orders');
    const late = watching(bus.execute(Q));
    answers[1]?.next('new');
    answers[0]?.next('old');

    expect([early.values, late.values]).toEqual([['old'], ['new']]);
    expect(answers).toHaveLength(2);

    const after = watching(bus.execute(Q));

    expect(after.values).toEqual([]);
    expect(answers).toHaveLength(3);
  });

  it('are kept whatever changes of which they do not read, and are joined', () => {
    const { bus, answers, change } = world({ staleTime: 1000 });
    const customers: Subject<string>[] = [];
    const C = { type: 'C', parameters: 1 };
    bus.register('C', () => (customers.push(new Subject()), customers.at(-1) ?? of('')), { reads: ['customers'], staleTime: 1000 }); // prettier-ignore
    const live = watching(bus.live(Q));
    const early = watching(bus.execute(C));
    change();
    bus.invalidate('orders');
    const late = watching(bus.execute(C));
    customers[0]?.next('c');

    expect([early.values, late.values, watching(bus.execute(C)).values]).toEqual([['c'], ['c'], ['c']]); // prettier-ignore
    expect(customers).toHaveLength(1);

    live.stop();

    expect(answers[0]?.observed).toBe(false);
  });

  it('are out of date when they come after a change of which a live query has heard', () => {
    const { bus, answers, change } = world({ staleTime: 1000 });
    const live = watching(bus.live({ ...Q, parameters: { a: 2 } }));
    const early = watching(bus.execute(Q));
    change();
    answers[1]?.next('old');

    expect(early.values).toEqual(['old']);

    watching(bus.execute(Q));

    expect(answers).toHaveLength(3);

    live.stop();
  });

  it('are asked for anew by who asks at the end of the last, and after a failure', () => {
    const { bus, answers } = world({ staleTime: 1000 });
    const first = watching(bus.execute(Q));
    answers[0]?.error(new Error('no'));
    const second = watching(bus.execute(Q));
    second.stop();
    watching(bus.execute(Q));

    expect(first.error).toEqual(new Error('no'));
    expect(answers.map(({ observed }) => observed)).toEqual([false, false, true]);
  });

  it('are out of date when the application says so', () => {
    const { bus, answer, answers } = world({ staleTime: 1000 });
    watching(bus.execute(Q));
    answer('a');
    bus.invalidate('customers');
    watching(bus.execute(Q));

    expect(answers).toHaveLength(1);

    bus.invalidate({ name: 'orders', version: 1 });
    watching(bus.execute(Q));

    expect(answers).toHaveLength(2);

    answer('b');
    bus.invalidate();
    watching(bus.execute(Q));

    expect(answers).toHaveLength(3);
  });

  it('do not outlive clear(), also those that come after it', () => {
    const { bus, answer, answers } = world({ staleTime: 1000 });
    const early = watching(bus.execute(Q));
    bus.clear();
    answer('of ann');
    watching(bus.execute(Q));

    expect(early.values).toEqual(['of ann']);
    expect(answers).toHaveLength(2);
  });

  it('do not get from one user to another', () => {
    const { bus, answer, answers } = world({ staleTime: 1000 });
    watching(bus.execute({ ...Q, metadata: { userId: 'ann' } }));
    answer('of ann');
    const bob = watching(bus.execute({ ...Q, metadata: { userId: 'bob' } }));

    expect(bob.values).toEqual([]);
    expect(answers).toHaveLength(2);
  });

  it('are as many as the application allows', () => {
    const { bus } = world({}, 3);
    let runs = 0;
    bus.register('N', () => of(1).pipe(tap(() => runs++)), { staleTime: 1000 });
    const ask = (parameters: number) => watching(bus.execute({ type: 'N', parameters }));
    for (let at = 0; at < 10; at++) ask(at);
    for (let at = 7; at < 10; at++) ask(at);

    expect(runs).toBe(10);

    ask(6);

    expect(runs).toBe(11);
  });
});
