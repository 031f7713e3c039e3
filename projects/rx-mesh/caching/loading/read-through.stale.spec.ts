import { loadingWorld } from '../spec-support/loading-world';
import { CacheLoadTimeoutError } from '../cache-errors';
import { ReadThrough } from './read-through';

const TTL = 1000;
const down = new Error('down');

describe(`${ReadThrough.name}, stale values`, () => {
  it('refreshes once, in the background, what is read after its refresh is due', () => {
    const { calls, call, open, clock, put } = loadingWorld({ ttl: TTL });
    put('old');
    clock.advance(799);

    expect(call().log).toEqual(['old', 'done']);
    expect(calls).toHaveLength(0);

    clock.advance(1);

    for (let i = 0; i < 3; i++) expect(call().log).toEqual(['old', 'done']);
    expect(open()).toEqual([1, 1, 1]);

    calls[0]?.next('new');

    expect(call().log).toEqual(['new', 'done']);
    expect(calls).toHaveLength(1);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('refreshes nothing that nobody reads', () => {
    const { calls, put, clock } = loadingWorld({ ttl: TTL, staleWhileRevalidate: TTL });
    put('old');
    clock.advance(5 * TTL);

    expect(calls).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('goes on with a refresh when a caller that has joined it leaves, and ends it when it is destroyed', () => {
    const { calls, call, open, clock, put, loader } = loadingWorld({ ttl: TTL });
    put('old');
    clock.advance(900);
    call();
    clock.advance(100);
    call().leave();

    expect(open()).toEqual([1, 1, 1]);

    loader.destroy();

    expect(calls).toHaveLength(1);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('leaves the source in peace for a tenth of the ttl after a refresh has failed, and tells of it', () => {
    const { calls, call, clock, put, diagnostics } = loadingWorld({ ttl: TTL });
    put('old');
    clock.advance(800);
    call();
    calls[0]?.error(down);

    expect(diagnostics.records).toMatchObject([{ code: 'RXM709', severity: 'warning', cause: down }]); // prettier-ignore

    clock.advance(99);

    expect(call().log).toEqual(['old', 'done']);
    expect(calls).toHaveLength(1);

    clock.advance(1);
    call();

    expect(calls).toHaveLength(2);

    calls[1]?.next('new');
    clock.advance(800);
    call();

    expect(calls).toHaveLength(3);
  });

  it('holds back for 30 seconds at most, varied by jitter', () => {
    const { calls, call, clock, put } = loadingWorld({ ttl: 1_000_000, jitter: 0.5 });
    put('old');
    clock.advance(800_000);
    call();
    calls[0]?.error(down);
    clock.advance(30_000);
    call();

    expect(calls).toHaveLength(1);

    clock.advance(15_000);
    call();

    expect(calls).toHaveLength(2);
  });

  it('gives a stale value at once while it loads a new one, to those who allow it', () => {
    const { calls, call, clock, put } = loadingWorld({ ttl: TTL, staleWhileRevalidate: 500 });
    put('old');
    clock.advance(TTL);
    const [allows, waits] = [call(), call({ staleWhileRevalidate: 0 })];

    expect([allows.log, waits.log]).toEqual([['old', 'done'], []]); // prettier-ignore

    calls[0]?.next('new');

    expect(waits.log).toEqual(['new', 'done']);
    expect(calls).toHaveLength(1);
  });

  it('waits for what was stale for too long', () => {
    const { calls, call, clock, put } = loadingWorld({ ttl: TTL, staleWhileRevalidate: 500 });
    put('old');
    clock.advance(TTL + 500);
    const caller = call();

    expect(caller.log).toEqual([]);

    calls[0]?.next('new');

    expect(caller.log).toEqual(['new', 'done']);
  });

  it('serves a stale value where a load fails, then without asking the source for a while', () => {
    const { calls, call, clock, put, diagnostics, open } = loadingWorld({ ttl: TTL, staleIfError: 5 * TTL }); // prettier-ignore
    put('old');
    clock.advance(TTL + 1);
    const [served, told] = [call(), call({ staleIfError: 0 })];
    calls[0]?.error(down);

    expect([served.log, told.log]).toEqual([['old', 'done'], [down]]); // prettier-ignore
    expect(diagnostics.codes).toEqual([]);

    for (let i = 0; i < 9; i++) expect(call().log).toEqual(['old', 'done']);
    expect(calls).toHaveLength(1);

    clock.advance(100);
    const again = call();
    calls[1]?.error(down);

    expect(again.log).toEqual(['old', 'done']);
    expect(diagnostics.codes).toEqual(['RXM709']);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('asks a source that is held back for one who allows no stale value', () => {
    const { calls, call, clock, put } = loadingWorld({ ttl: TTL, staleIfError: 5 * TTL });
    put('old');
    clock.advance(TTL);
    call();
    calls[0]?.error(down);
    const strict = call({ staleIfError: 0 });
    calls[1]?.next('new');

    expect(strict.log).toEqual(['new', 'done']);
  });

  it('does not serve what ceased to be of use while it was loaded', () => {
    const { calls, call, clock, put } = loadingWorld({ ttl: TTL, staleIfError: 500 });
    put('old');
    clock.advance(TTL + 499);
    const caller = call();
    clock.advance(1);
    calls[0]?.error(down);

    expect(caller.log).toEqual([down]);
  });

  it('does not serve what was made void while it was loaded, but what was set', () => {
    const { calls, call, clock, put, local } = loadingWorld({ ttl: TTL, staleIfError: 5 * TTL });
    put('old');
    clock.advance(TTL);
    const first = call();
    local.delete('k');
    calls[0]?.error(down);

    expect(first.log).toEqual([down]);

    const second = call();
    put('set');
    calls[1]?.error(down);

    expect(second.log).toEqual(['set', 'done']);
  });

  it('knows what was made stale since the load began', () => {
    const { calls, call, clock, put, local } = loadingWorld({ ttl: TTL });
    put('old');
    clock.advance(900);
    call();
    local.expireAll();
    clock.advance(1);
    const caller = call();
    calls[0]?.error(down);

    expect(caller.log).toEqual([down]);
    expect(calls).toHaveLength(1);
  });

  it('serves the stale value after the soft time-out, and keeps what comes late', () => {
    const { calls, call, clock, put, open } = loadingWorld({ ttl: TTL, staleIfError: 5 * TTL, softTimeout: 50 }); // prettier-ignore
    put('old');
    clock.advance(TTL);
    const [first, strict] = [call(), call({ staleIfError: 0 })];
    clock.advance(49);

    expect(first.log).toEqual([]);

    clock.advance(1);
    const late = call();

    expect([first.log, late.log, strict.log]).toEqual([['old', 'done'], ['old', 'done'], []]); // prettier-ignore

    strict.leave();

    expect(open()).toEqual([1, 1, 1]);

    calls[0]?.next('new');

    expect(call().log).toEqual(['new', 'done']);
    expect(calls).toHaveLength(1);
    expect(open()).toEqual([0, 0, 0]);
  });

  it('waits beyond the soft time-out where there is nothing of before', () => {
    const { calls, call, clock } = loadingWorld({ staleIfError: TTL, softTimeout: 50 });
    const caller = call();
    clock.advance(60);

    expect(caller.log).toEqual([]);

    calls[0]?.next('new');

    expect(caller.log).toEqual(['new', 'done']);
  });

  it('fails at the hard time-out, cancels the source and is asked anew afterwards', () => {
    const { calls, call, clock, open } = loadingWorld({ hardTimeout: 100 });
    const caller = call();
    clock.advance(100);
    calls[0]?.next('late');

    expect(caller.log).toEqual([new CacheLoadTimeoutError('k', 100)]);
    expect(open()).toEqual([0, 0, 0]);

    const next = call();
    calls[1]?.next('new');

    expect(next.log).toEqual(['new', 'done']);
  });

  it('serves the stale value at the hard time-out, and ends a refresh there', () => {
    const { call, clock, put, open, diagnostics } = loadingWorld({ ttl: TTL, staleIfError: 5 * TTL, hardTimeout: 100 }); // prettier-ignore
    put('old');
    clock.advance(900);
    call();
    clock.advance(100);
    const held = call();

    expect(held.log).toEqual(['old', 'done']);
    expect(open()).toEqual([0, 0, 0]);

    clock.advance(100);
    const waits = call();
    clock.advance(100);

    expect(waits.log).toEqual(['old', 'done']);
    expect(diagnostics.codes).toEqual(['RXM709', 'RXM709']);
    expect(open()).toEqual([0, 0, 0]);
  });
});
