import { NEVER, Observable } from 'rxjs';
import { PlainRemote, hear, loadingWorld } from '../spec-support/loading-world';
import { CacheDependencyError } from '../cache-errors';
import type { CacheOptions } from '../cache-options';
import { ReadThrough } from './read-through';

const TTL = 1000;

const world = (base: CacheOptions = {}) => {
  const remote = new PlainRemote();
  return { remote, ...loadingWorld({ ttl: TTL, ...base }, remote) };
};

const found = (value: unknown, age: number, ttl = TTL, validator?: string) => ({ value, age, ttl, validator, tags: [], dependencies: [] }); // prettier-ignore

describe(`${ReadThrough.name}, second level`, () => {
  it('gives what the second level has, and keeps it in the first with its age', () => {
    const { remote, call, calls, local, clock } = world({ ttl: 5 * TTL, negativeTtl: 1 });
    clock.advance(TTL);
    remote.found = found(null, 400, TTL, 'v1');

    expect(call().log).toEqual([null, 'done']);
    expect(local.lookup('k')).toMatchObject({ storedAt: 600, staleAt: 1600, validator: 'v1' });
    expect(call().log).toEqual([null, 'done']);
    expect([calls.length, remote.asked.length, remote.stores.length]).toEqual([0, 1, 0]);
  });

  it('asks it once for all who wait, and not at all for what is in the first level or not kept there', () => {
    const { remote, call, put, calls, open, loader } = world();
    remote.isLate = true;
    const callers = [call(), call(), call({ levels: 'local' })];
    remote.asked[0]?.next({ found: found('value', 0), marks: undefined });

    for (const { log } of callers) expect(log).toEqual(['value', 'done']);
    expect(remote.asked.map(({ observed }) => observed)).toEqual([false]);

    put('set');
    call();

    expect(remote.asked).toHaveLength(1);

    loader.destroy();
    const local = world({ levels: 'local' });
    local.call();
    local.calls[0]?.next('value');

    expect([local.remote.asked.length, local.remote.stores.length]).toEqual([0, 0]);
    expect(calls).toHaveLength(0);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('asks the factory for what is not there, and writes it along with the marks of before', () => {
    const { remote, call, calls, optionsOf } = world();
    let writing = 0;
    remote.writes = new Observable<never>(() => {
      writing++;
      return () => writing--;
    });
    const caller = call();
    calls[0]?.next('value');

    expect(caller.log).toEqual(['value', 'done']);
    expect(remote.stores).toEqual([
      [
        'k',
        'value',
        optionsOf(),
        remote.marks,
        { age: 0, validator: undefined, limits: undefined },
      ],
    ]);
    expect(writing).toBe(1);
  });

  it('ends its writes when it is destroyed', () => {
    const { remote, call, calls, loader } = world();
    let ended = 0;
    remote.writes = new Observable<never>(() => () => ended++);
    call();
    calls[0]?.next('value');
    loader.destroy();

    expect(ended).toBe(1);
  });

  it('stops asking when the last caller leaves', () => {
    const { remote, call, open } = world();
    remote.isLate = true;
    call().leave();

    expect(remote.asked[0]?.observed).toBe(false);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('has the hard time-out for the second level too', () => {
    const { remote, call, clock, open } = world({ hardTimeout: 100 });
    remote.isLate = true;
    const caller = call();
    clock.advance(100);

    expect(caller.log).toMatchObject([{ code: 'RXM702' }]);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('keeps nothing of the second level nor of the factory that was made void since it asked', () => {
    const { remote, call, calls, local } = world();
    remote.isLate = true;
    const first = call();
    local.delete('k');
    const second = call();
    remote.asked[0]?.next({ found: found('old', 0), marks: undefined });
    remote.asked[1]?.next({ marks: remote.marks });
    local.delete('k');
    calls[0]?.next('old too');

    expect([first.log, second.log]).toEqual([['old', 'done'], ['old too', 'done']]); // prettier-ignore
    expect([local.entries.size, remote.stores.length]).toEqual([0, 0]);
  });

  it('takes its value in place of a refresh when it is surely newer, else it asks the factory', () => {
    const { remote, call, calls, put, clock } = world();
    put('old');
    clock.advance(800);
    remote.found = found('newer', 399);
    call();

    expect(call().log).toEqual(['newer', 'done']);

    clock.advance(401);
    remote.found = found('the same', 400);
    call();

    expect(call().log).toEqual(['newer', 'done']);
    expect(calls).toHaveLength(1);
  });

  it('gives its stale value at once to those who allow it, while it loads', () => {
    const { remote, call, calls, clock, open } = world({ staleWhileRevalidate: 500 });
    clock.advance(5 * TTL);
    remote.isLate = true;
    const [allows, waits] = [call(), call({ staleWhileRevalidate: 0 })];
    remote.asked[0]?.next({ found: found('stale', TTL + 100, TTL, 'v1'), marks: undefined });

    expect([allows.log, waits.log]).toEqual([['stale', 'done'], []]); // prettier-ignore

    waits.leave();

    expect(open()).toEqual([1, 1, 1]);

    calls[0]?.next('new');

    expect(call().log).toEqual(['new', 'done']);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('serves its stale value where the load fails, and shows it to the factory', () => {
    const { remote, call, calls, clock, contexts } = world({ staleIfError: 5 * TTL });
    clock.advance(5 * TTL);
    remote.found = found('stale', TTL + 100, TTL, 'v1');
    const caller = call();

    expect(contexts[0]?.previous).toEqual({ value: 'stale', age: TTL + 100, validator: 'v1' });

    calls[0]?.error(new Error('down'));

    expect(caller.log).toEqual(['stale', 'done']);
  });

  it('does not use what is too old to be of use', () => {
    const { remote, call, calls, contexts, clock } = world();
    clock.advance(5 * TTL);
    remote.found = found('ancient', 2 * TTL);
    const caller = call();
    calls[0]?.error(new Error('down'));

    expect(contexts[0]?.previous).toBeUndefined();
    expect(caller.log).toEqual([new Error('down')]);
  });

  it('leaves nothing behind of a second level that throws, or says nothing', () => {
    const { remote, loader, optionsOf, open } = world();
    const load$ = loader.load('k', () => NEVER, optionsOf());
    const lookup = jest.spyOn(remote, 'lookup').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const thrown = hear(load$);
    lookup.mockReturnValueOnce(new Observable((subscriber) => subscriber.complete()));
    const silent = hear(load$);

    expect(thrown.log).toEqual([new Error('a bug')]);
    expect(silent.log).toMatchObject([{ code: 'RXM703' }]);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('writes for the rest of its time what has an age already', () => {
    const { remote, call, calls, contexts, local, clock } = world();
    clock.advance(TTL);
    call();
    contexts[0]?.adapt({ age: 300, validator: 'v2' });
    calls[0]?.next('value');

    expect(local.lookup('k')).toMatchObject({ storedAt: 700, validator: 'v2' });
    expect(remote.stores).toMatchObject([
      ['k', 'value', { ttl: 700 }, remote.marks, { validator: 'v2' }],
    ]);

    local.delete('k');
    call();
    contexts[1]?.adapt({ age: 2 * TTL });
    calls[1]?.next('value');

    expect(remote.stores[1]).toMatchObject([
      'k',
      'value',
      { ttl: 0 },
      remote.marks,
      { validator: undefined },
    ]);
  });
});

describe(`${ReadThrough.name}, tags of the second level`, () => {
  it('keeps a value by the tags that it has there', () => {
    const { remote, call, local } = world({ tags: ['mine'] });
    remote.found = { ...found('value', 0), tags: ['theirs'] };
    call();

    expect(local.entries.get('k')?.tags).toEqual(['theirs']);
  });

  it('keeps what the loader decided of stale use, whatever the options of the reader are', () => {
    const { remote, call, calls, clock, local } = world({ staleIfError: 9 * TTL });
    const limits = { staleWhileRevalidate: 0, staleIfError: 100 };
    remote.found = { ...found('value', 0), limits };
    call();

    expect(local.lookup('k')).toMatchObject({ limits });

    remote.found = undefined;
    clock.advance(TTL + 150);
    const late = call();
    calls[0]?.error(new Error('down'));

    expect(late.log).toEqual([new Error('down')]);
  });

  it('takes for a miss what the first level refuses, tells it, and writes anew', () => {
    const { remote, call, calls, local, diagnostics, open } = world();
    remote.found = found('bad', 0);
    local.refusal = new CacheDependencyError('k', ['k', 'k']);
    const caller = call();
    local.refusal = undefined;

    expect(caller.log).toEqual([]);

    calls[0]?.next('good');

    expect(caller.log).toEqual(['good', 'done']);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM707', cause: { code: 'RXM701' } }]);
    expect(remote.stores.map(([, value]) => value)).toEqual(['good']);
    expect(open()).toEqual([0, 0, 0]);
  });
});
