import { Subject, of, throwError } from 'rxjs';
import { hear, loadingWorld } from '../spec-support/loading-world';
import { prefetch } from './prefetch';

const keys = ['a', 'b', 'c', 'd', 'e'];

describe(prefetch.name, () => {
  it('is cold, loads three at a time and tells what became of the keys', () => {
    const { loader, factory, optionsOf, calls, contexts, put, open } = loadingWorld();
    put('value');
    const prefetch$ = prefetch(loader, [...keys, 'a', 'k'], factory, optionsOf());

    expect(calls).toHaveLength(0);

    const report = hear(prefetch$);

    expect(contexts.map(({ key }) => key)).toEqual(['a', 'b', 'c']);

    calls[1]?.error(new Error('down'));

    expect(contexts.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);

    for (const index of [0, 2, 3, 4]) calls[index]?.next(index);

    expect(report.log).toEqual([{ loaded: 4, hit: 1, failed: 1 }, 'done']);
    expect(open()).toEqual([0, 0, 0]);

    const again = hear(prefetch$);
    calls[5]?.next('b');

    expect(again.log).toEqual([{ loaded: 1, hit: 5, failed: 0 }, 'done']);
  });

  it('counts as hits what others load and what is served in place of a failure', () => {
    const { loader, optionsOf, clock, put, call, calls } = loadingWorld({ ttl: 100, staleIfError: 900 }); // prettier-ignore
    put('old');
    clock.advance(200);
    const stale = hear(prefetch(loader, ['k'], () => throwError(() => new Error('down')), optionsOf())); // prettier-ignore
    clock.advance(1000);
    call();
    const joined = hear(prefetch(loader, ['k'], () => of('never'), optionsOf()));
    calls[0]?.next('new');

    expect([stale.log, joined.log]).toEqual([[{ loaded: 0, hit: 1, failed: 0 }, 'done'], [{ loaded: 0, hit: 1, failed: 0 }, 'done']]); // prettier-ignore
  });

  it('loads as many at a time as it is told, and stops when nobody listens', () => {
    const { loader, factory, optionsOf, calls, open } = loadingWorld();
    const report = hear(prefetch(loader, keys, factory, optionsOf(), 4));

    expect(calls).toHaveLength(4);

    report.leave();

    expect(open()).toEqual([0, 0, 0]);
  });

  it('loads nothing more when the cache is destroyed', () => {
    const { loader, optionsOf } = loadingWorld();
    const factory = jest.fn(() => new Subject<number>());
    const report = hear(prefetch(loader, keys, factory, optionsOf()));
    loader.destroy();

    expect(factory).toHaveBeenCalledTimes(3);
    expect(report.log).toEqual([{ loaded: 0, hit: 0, failed: 0 }, 'done']);
    expect(loader.size).toBe(0);
  });
});
