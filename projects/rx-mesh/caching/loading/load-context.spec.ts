import { of } from 'rxjs';
import { PlainRemote, hear, loadingWorld } from '../spec-support/loading-world';
import { CacheEmptyLoadError } from '../cache-errors';
import { loadContext } from './load-context';

describe(loadContext.name, () => {
  it('shows a factory what there is already', () => {
    const { call, contexts, put, clock } = loadingWorld({ ttl: 100, staleIfError: 100 });
    call().leave();
    put('old', {}, { validator: 'v1' });
    clock.advance(120);
    call().leave();

    expect(contexts.map(({ key, previous }) => [key, previous])).toEqual([
      ['k', undefined],
      ['k', { value: 'old', age: 120, validator: 'v1' }],
    ]);
  });

  it('makes the value of before fresh again, with its validator', () => {
    const { loader, optionsOf, put, clock, local } = loadingWorld({ ttl: 100, staleIfError: 100 });
    put('old', {}, { validator: 'v1' });
    clock.advance(150);
    const caller = hear(loader.load('k', ({ notModified }) => of(notModified()), optionsOf()));

    expect(caller.log).toEqual(['old', 'done']);
    expect(local.lookup('k')).toMatchObject({ storedAt: 150, staleAt: 250, validator: 'v1' });
  });

  it('keeps a validator that the loader gives with it', () => {
    const { loader, optionsOf, put, clock, local } = loadingWorld({ ttl: 100, staleIfError: 100 });
    put('old', {}, { validator: 'v1' });
    clock.advance(150);
    const load$ = loader.load(
      'k',
      ({ notModified, adapt }) => {
        adapt({ validator: 'v2' });
        return [notModified()];
      },
      optionsOf(),
    );

    expect(hear(load$).log).toEqual(['old', 'done']);
    expect(local.lookup('k')?.validator).toBe('v2');
  });

  it('fails a loader that says so of nothing', () => {
    const { loader, optionsOf, local } = loadingWorld();
    const caller = hear(loader.load('k', ({ notModified }) => of(notModified()), optionsOf()));

    expect(caller.log).toEqual([new CacheEmptyLoadError('k')]);
    expect(local.entries.size).toBe(0);
  });

  it('lets the loader decide how a value is kept, one thing after the other', () => {
    const remote = new PlainRemote();
    const { call, calls, contexts, local } = loadingWorld({ ttl: 100, tags: ['a'] }, remote);
    call();
    contexts[0]?.adapt({ ttl: 7, tags: ['b'], validator: 'v1' });
    contexts[0]?.adapt({ levels: 'local', age: 2 });
    calls[0]?.next('value');
    contexts[0]?.adapt({ ttl: 1 });

    expect(local.entries.get('k')).toMatchObject({ storedAt: -2, staleAt: 5, tags: ['b'], validator: 'v1' }); // prettier-ignore
    expect(remote.stores).toEqual([]);
  });

  it('makes an error of a decision that is none', () => {
    const { loader, optionsOf } = loadingWorld();
    const load$ = loader.load(
      'k',
      ({ adapt }) => {
        adapt({ ttl: -1 });
        return of('value');
      },
      optionsOf(),
    );

    expect(hear(load$).log).toMatchObject([{ code: 'RXM101', option: 'CacheOptions.ttl' }]);
    expect(loader.size).toBe(0);
  });
});

describe('what a loader decides of stale values', () => {
  const world = () => loadingWorld({ ttl: 100, revalidateWithin: 1000 });

  it('lets a value be given that its readers would not allow', () => {
    const { call, calls, contexts, clock } = world();
    call();
    contexts[0]?.adapt({ staleWhileRevalidate: 50 });
    contexts[0]?.adapt({ staleIfError: 70 });
    calls[0]?.next('value');
    clock.advance(140);

    expect(call().log).toEqual(['value', 'done']);
    expect(calls).toHaveLength(2);

    clock.advance(20);
    const joined = call();
    calls[1]?.error(new Error('down'));

    expect(joined.log).toEqual(['value', 'done']);
  });

  it('keeps a value from readers who would take it, but not from the loader', () => {
    const { call, calls, contexts, clock } = world();
    call();
    contexts[0]?.adapt({ staleIfError: 0, validator: 'v1' });
    calls[0]?.next('value');
    clock.advance(140);
    const eager = call({ staleIfError: 500 });
    calls[1]?.error(new Error('down'));

    expect(contexts[1]?.previous).toEqual({ value: 'value', age: 140, validator: 'v1' });
    expect(eager.log).toEqual([new Error('down')]);
  });
});
