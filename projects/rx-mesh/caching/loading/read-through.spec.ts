import { Observable, Subject, defer, from, mergeMap, of, range, take, tap, throwError } from 'rxjs';
import { hear, loadingWorld } from '../spec-support/loading-world';
import { settled } from '../../spec-support/settled';
import { CacheDependencyError, CacheEmptyLoadError } from '../cache-errors';
import { ReadThrough } from './read-through';

describe(ReadThrough.name, () => {
  it('is cold, loads what is not there, keeps it and gives it from then on', () => {
    const { loader, factory, optionsOf, calls, call, open, local, clock } = loadingWorld();
    const cold$ = loader.load('k', factory, optionsOf());

    expect(calls).toHaveLength(0);

    const caller = hear(cold$);
    clock.advance(10);

    expect(caller.log).toEqual([]);
    expect(open()).toEqual([1, 1, 1]);

    calls[0]?.next('value');

    expect(caller.log).toEqual(['value', 'done']);
    expect(local.stores).toEqual([['k', 'load', { age: 0 }]]);
    expect(call().log).toEqual(['value', 'done']);
    expect(calls).toHaveLength(1);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('takes the first value of a factory, a promise or an array, and leaves the rest alone', async () => {
    const { loader, optionsOf } = loadingWorld();
    let left = 0;
    const endless$ = new Observable<number>((subscriber) => {
      subscriber.next(1);
      subscriber.next(2);
      return () => left++;
    });
    const load = (key: string, source: () => Observable<number> | Promise<number> | number[]) =>
      hear(loader.load(key, source, optionsOf()));
    const [endless, list, promised] = [load('a', () => endless$), load('b', () => [1, 2]), load('c', () => Promise.resolve(1))]; // prettier-ignore

    expect(left).toBe(1);

    await settled();

    for (const { log } of [endless, list, promised]) expect(log).toEqual([1, 'done']);
    expect(loader.size).toBe(0);
  });

  it.each([null, undefined, 0, '', false])('knows that %p is a value', (value) => {
    const { loader, optionsOf } = loadingWorld();
    let calls = 0;
    const load$ = loader.load('k', () => of(value).pipe(tap(() => calls++)), optionsOf());

    expect([hear(load$).log, hear(load$).log]).toEqual([[value, 'done'], [value, 'done']]); // prettier-ignore
    expect(calls).toBe(1);
  });

  it('calls the factory once for a thousand callers that come together', () => {
    const { calls, call, open } = loadingWorld();
    const callers = Array.from({ length: 1000 }, () => call());

    expect(open()).toEqual([1, 1, 1]);

    calls[0]?.next('value');

    expect(callers.every(({ log }) => log.length === 2 && log[0] === 'value')).toBe(true);
    expect(calls).toHaveLength(1);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('tells all who wait of a failure, and keeps no failure', () => {
    const { calls, call, open, diagnostics } = loadingWorld();
    const callers = Array.from({ length: 50 }, () => call());
    const failure = new Error('down');
    calls[0]?.error(failure);

    for (const { log } of callers) expect(log).toEqual([failure]);
    expect(calls).toHaveLength(1);
    expect(open()).toEqual([0, 0, 0]);

    const next = call();
    calls[1]?.next('value');

    expect(next.log).toEqual(['value', 'done']);
    expect(diagnostics.codes).toEqual([]);
  });

  it('makes an error of a factory that throws, one that gives nothing loadable and one that completes empty', () => {
    const { loader, optionsOf, calls, call, open } = loadingWorld();
    const failure = new Error('thrown');
    const thrown = hear(loader.load('a', () => { throw failure; }, optionsOf())); // prettier-ignore
    const odd = hear(loader.load('b', () => 5 as unknown as [], optionsOf()));
    const empty = call();
    calls[0]?.complete();

    expect(thrown.log).toEqual([failure]);
    expect(odd.log).toEqual([expect.any(TypeError)]);
    expect(empty.log).toEqual([new CacheEmptyLoadError('k')]);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('fails who waits when the value is not to be kept as it was asked for', () => {
    const { calls, call, open, local } = loadingWorld();
    const caller = call();
    local.refusal = new CacheDependencyError('k', ['k', 'k']);
    calls[0]?.next('value');

    expect(caller.log).toEqual([local.refusal]);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('goes on when one of two callers leaves, and stops when the last one does', () => {
    const { calls, call, open } = loadingWorld();
    const [first, second] = [call(), call()];
    first.leave();

    expect(open()).toEqual([1, 1, 1]);

    second.leave();

    expect(open()).toEqual([0, 0, 0]);
    expect([first.log, second.log]).toEqual([[], []]);

    const third = call();
    calls[1]?.next('value');

    expect(third.log).toEqual(['value', 'done']);
  });

  it.each(['delete', 'clear', 'tag', 'set'] as const)(
    'lets a %s win over a load that began before it',
    (how) => {
      const { calls, call, open, local, put } = loadingWorld({ tags: ['t'] });
      const before = call();
      const acts = { delete: () => local.delete('k'), clear: () => local.clear(), tag: () => local.invalidateTags(['t']), set: () => put('set') }; // prettier-ignore
      acts[how]();
      calls[0]?.next('old');

      expect(before.log).toEqual(['old', 'done']);
      expect(local.lookup('k')?.value).toBe(how === 'set' ? 'set' : undefined);
      expect(open()).toEqual([0, 0, 0]);
    },
  );

  it('does not let one who comes after an invalidation join a load of before', () => {
    const { calls, call, open, local } = loadingWorld({ tags: ['t'] });
    const before = call();
    local.invalidateTags(['t']);
    const after = [call(), call()];

    expect(open()).toEqual([1, 2, 2]);

    calls[1]?.next('new');
    calls[0]?.next('old');

    expect([before, ...after].map(({ log }) => log)).toEqual([['old', 'done'], ['new', 'done'], ['new', 'done']]); // prettier-ignore
    expect(call().log).toEqual(['new', 'done']);
    expect(calls).toHaveLength(2);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('gives up a refresh that nobody waits for when another load takes its place', () => {
    const { calls, call, open, local, put, clock } = loadingWorld({ ttl: 100, staleWhileRevalidate: 100 }); // prettier-ignore
    put('old');
    clock.advance(150);
    call();
    local.delete('k');
    const after = call();

    expect(calls.map(({ observed }) => observed)).toEqual([false, true]);
    expect(open()).toEqual([1, 1, 1]);

    calls[1]?.next('new');

    expect(after.log).toEqual(['new', 'done']);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('serves a caller who loads again in the moment of its value, and a factory that loads another key', () => {
    const { loader, optionsOf, calls, factory } = loadingWorld();
    const nested = hear(
      loader
        .load('a', () => loader.load('k', factory, optionsOf()), optionsOf())
        .pipe(
          mergeMap((value) => loader.load('a', () => of('never'), optionsOf()).pipe(mergeMap((again) => [value, again]))), // prettier-ignore
        ),
    );

    expect(loader.size).toBe(2);

    calls[0]?.next('value');

    expect(nested.log).toEqual(['value', 'value', 'done']);
    expect(loader.size).toBe(0);
  });

  it('ends a factory that waits for its own key at its hard time-out', () => {
    const { loader, optionsOf, clock, open } = loadingWorld({ hardTimeout: 100 });
    const load$: Observable<unknown> = defer(() => loader.load('k', () => load$, optionsOf()));
    const caller = hear(load$);
    clock.advance(100);

    expect(caller.log).toMatchObject([{ code: 'RXM702', key: 'k', timeout: 100 }]);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('tells who waits even when the teardown of a source throws, which is told outside', () => {
    const { loader, optionsOf, clock } = loadingWorld({ hardTimeout: 100 });
    const outside: unknown[] = [];
    const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((act) => {
      try { act(); } catch (error) { outside.push(error); } // prettier-ignore
    });
    const bad$ = new Observable<never>(() => () => {
      throw new Error('teardown');
    });
    const caller = hear(loader.load('k', () => bad$, optionsOf()));
    clock.advance(100);
    queue.mockRestore();

    expect(caller.log).toMatchObject([{ code: 'RXM702' }]);
    expect(outside).toHaveLength(1);
    expect([loader.size, clock.pending]).toEqual([0, 0]);
  });

  it('gives to those who wait what is not to be kept', () => {
    const { calls, call, local } = loadingWorld({ ttl: 0 });
    const callers = [call(), call()];
    calls[0]?.next('value');

    for (const { log } of callers) expect(log).toEqual(['value', 'done']);
    expect(local.entries.size).toBe(0);

    call();

    expect(calls).toHaveLength(2);
  });

  it('completes all callers when it is destroyed, and those who come later', () => {
    const { calls, call, open, loader, put, clock } = loadingWorld({ ttl: 100, staleWhileRevalidate: 100 }); // prettier-ignore
    const caller = call();
    loader.destroy();
    loader.destroy();

    expect(caller.log).toEqual(['done']);
    expect(open()).toEqual([0, 0, 0]);

    put('value');
    clock.advance(150);

    expect(call().log).toEqual(['done']);
    expect(calls).toHaveLength(1);
  });

  it('goes on for others when a caller takes one value of a load that ends at once', () => {
    const { loader, optionsOf } = loadingWorld();
    const load = (key: number) => loader.load(`${key}`, () => from([key]), optionsOf()).pipe(take(1)); // prettier-ignore
    const all = hear(range(0, 3).pipe(mergeMap(load)));

    expect(all.log).toEqual([0, 1, 2, 'done']);
    expect(loader.size).toBe(0);
  });

  it('has no timer for a load that ends at once, nor for waits that a platform cannot do', () => {
    const { loader, optionsOf, clock } = loadingWorld({ softTimeout: Infinity, hardTimeout: 2 ** 31 }); // prettier-ignore
    hear(loader.load('a', () => of(1), optionsOf({ hardTimeout: 10 })));
    hear(loader.load('b', () => throwError(() => new Error('no')), optionsOf({ hardTimeout: 10 })));
    const caller = hear(loader.load('c', () => new Subject(), optionsOf()));

    expect(clock.pending).toBe(0);

    caller.leave();

    expect(loader.size).toBe(0);
  });
});
