import { isNoCacheWriterError, isRemoteCacheError, isWriteQueueFullError } from '../cache-errors';
import { gate, writeBehindWorld } from '../spec-support/write-behind-world';
import { watched } from '../../spec-support/messaging-world';
import { WriteBehindQueue } from './write-behind-queue';
import { type JournalChange, type WriteJournal, memoryJournal } from './write-journal';

/** An origin whose journal fails when it is told. */
const brokenWorld = () => {
  const inner = memoryJournal();
  const disk: { fails?: JournalChange | undefined } = {};
  const journal: WriteJournal = {
    ...inner,
    write: async (change, entries) =>
      change === disk.fails ? Promise.reject(new Error('no disk')) : inner.write(change, entries),
  };
  return { ...writeBehindWorld({ journal }), disk };
};
const status = (code: number) => Object.assign(new Error(`status ${code}`), { status: code });

describe(WriteBehindQueue.name, () => {
  it('stores a write once it is acknowledged, and has nothing open then', async () => {
    const { tab, server, advance, clock } = writeBehindWorld();
    const { queue, put, events } = tab();
    const written = put('a', { n: 1 });

    expect(written.completed()).toBe(false);

    await advance();

    expect(written.completed()).toBe(true);
    expect(written.values).toEqual([]);
    expect(server.calls).toEqual(['a={"n":1}']);
    expect(events()).toEqual(['stored a={"n":1}']);
    expect(queue.pending()).toBe(0);
    expect([clock.pending, server.open]).toEqual([0, 0]);
  });

  it('does nothing for what is not subscribed, or has been left at once', async () => {
    const { tab, server, advance, journal } = writeBehindWorld();
    const { queue, put } = tab();
    queue.enqueue('a', 1);
    put('b', 1).stop();
    await advance();

    expect(server.calls).toEqual([]);
    expect(await journal.list()).toEqual([]);

    put('c', 1);
    await advance();

    expect(server.calls).toEqual(['c=1']);
  });

  it('begins nothing before a writer is registered', async () => {
    const { tab, server, advance, journal, leads } = writeBehindWorld();
    const list = jest.spyOn(journal, 'list');
    const { queue } = tab(null);
    await advance();

    expect(list).not.toHaveBeenCalled();

    queue.registerWriter(server.writer());
    await advance();

    expect(list).toHaveBeenCalledTimes(1);
    expect(leads.turns).toBe(0);
  });

  it('refuses a key that nobody stores', () => {
    const { tab, server } = writeBehindWorld();
    const { put } = tab(server.writer({ matches: (key) => key === 'a' }));
    const { errors } = put('b', 1);

    expect(errors.map(isNoCacheWriterError)).toEqual([true]);
  });

  it('keeps the last value of a key, in its first place', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put, page, events } = tab();
    page.goOffline();
    for (const [key, value] of [['a', 1], ['b', 1], ['a', 2]] as const) put(key, value); // prettier-ignore
    await advance();
    put('a', 3);
    await advance();

    expect(queue.pending()).toBe(2);
    expect(server.calls).toEqual([]);

    page.goOnline();
    await advance();

    expect(server.calls).toEqual(['a=3 b=1']);
    expect(events()).toEqual(['superseded a=1', 'superseded a=2', 'stored a=3', 'stored b=1']);
    expect(queue.pending()).toBe(0);
  });

  it('stores a copy of what was given', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { put } = tab();
    const value = { n: 1 };
    put('a', value);
    value.n = 2;
    const { errors } = put('b', () => 1);
    await advance();

    expect(server.calls).toEqual(['a={"n":1}']);
    expect(errors).toHaveLength(1);
  });

  it('never has two stores of a key at a time', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { put, events } = tab();
    const first = gate();
    server.takes = async () => first.opened;
    put('a', 1);
    await advance();
    put('a', 2);
    await advance();
    put('a', 3);
    await advance();

    expect(server.calls).toEqual(['a=1']);

    first.open();
    await advance();

    expect(server.calls).toEqual(['a=1', 'a=3']);
    expect(server.mostOpen).toBe(1);
    expect(events()).toEqual(['superseded a=2', 'stored a=1', 'stored a=3']);
  });

  it('gathers until there are as many as it takes, or the time is over', async () => {
    const { tab, server, advance, clock } = writeBehindWorld();
    const { put } = tab(server.writer({ maxBatch: 2, every: 50 }));
    put('a', 1);
    await advance(49);

    expect(server.calls).toEqual([]);

    await advance(1);

    expect(server.calls).toEqual(['a=1']);

    put('b', 1);
    await advance();
    put('c', 1);
    await advance();

    expect(server.calls).toEqual(['a=1', 'b=1 c=1']);

    put('d', 1);
    await advance(1);
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    await advance();

    expect(server.calls.at(-1)).toBe('d=1');
    expect(clock.pending).toBe(0);
  });

  it('tries again what has failed, later and later, under the same id', async () => {
    const { tab, server, advance, clock } = writeBehindWorld();
    const { queue, put, events } = tab();
    server.fails = () => status(503);
    put('a', 1);
    await advance();

    expect(server.calls).toHaveLength(1);

    await advance(99);

    expect(server.calls).toHaveLength(1);

    await advance(1);
    await advance(199);

    expect(server.calls).toHaveLength(2);
    expect(queue.pending()).toBe(1);

    server.fails = undefined;
    await advance(1);

    expect(server.calls).toHaveLength(3);
    expect(new Set(server.ids).size).toBe(1);
    expect(server.attempts).toEqual([1, 2, 3]);
    expect(events()).toEqual(['retrying a=1', 'retrying a=1', 'stored a=1']);
    expect([queue.pending(), clock.pending]).toEqual([0, 0]);
  });

  it('sends one write while the server is away, and batches again when it is back', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { put } = tab(server.writer({ maxBatch: 3 }));
    server.fails = () => status(500);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) put(key, 1);
    await advance();
    await advance(100);

    expect(server.calls).toEqual(['a=1 b=1 c=1', 'd=1']);

    server.fails = undefined;
    await advance(200);

    expect(server.calls.slice(2)).toEqual(['e=1', 'f=1 g=1', 'a=1', 'b=1', 'c=1', 'd=1']);
  });

  it('holds what can never end up, and takes its time for a failure', async () => {
    const { tab, server, advance, clock } = writeBehindWorld({ options: { storeTimeout: 1000 } });
    const { put, close } = tab();
    server.takes = async () => new Promise(() => undefined);
    put('a', 1);
    await advance(999);

    expect(server.open).toBe(1);

    await advance(1);

    expect(server.open).toBe(0);

    await advance(100);

    expect(server.calls).toEqual(['a=1', 'a=1']);

    close();

    expect([server.open, clock.pending]).toEqual([0, 0]);
  });

  it('refuses what is too much, and changes nothing then', async () => {
    const { tab, server, advance, journal } = writeBehindWorld({ options: { maxPending: 2 } });
    const { queue, put, page } = tab();
    page.goOffline();
    const all = ['a', 'b', 'c', 'a', 'd'].map((key, at) => put(key, at));
    await advance();
    all.push(put('b', 5), put('e', 6));
    await advance();

    expect(all.map(({ errors }) => errors.some(isWriteQueueFullError))).toEqual([false, false, true, false, true, false, true]); // prettier-ignore
    expect(all.map((one) => one.completed())).toEqual([true, true, false, true, false, true, false]); // prettier-ignore
    expect((await journal.list()).map(({ key, value }) => [key, value])).toEqual([['a', 3], ['b', 5]]); // prettier-ignore
    expect(queue.pending()).toBe(2);

    page.goOnline();
    await advance();

    expect(server.calls).toEqual(['a=3 b=5']);
  });

  it('keeps to that also while the journal takes its time', async () => {
    const inner = memoryJournal();
    const slow = gate();
    const journal: WriteJournal = {
      ...inner,
      write: async (change, entries) => slow.opened.then(async () => inner.write(change, entries)),
    };
    const { tab, advance } = writeBehindWorld({ journal, options: { maxPending: 2 } });
    const { put, page } = tab();
    page.goOffline();
    const all = [];
    for (const key of ['a', 'b', 'c']) {
      all.push(put(key, 1));
      await advance();
    }
    slow.open();
    await advance();

    expect(all.map((one) => one.completed())).toEqual([true, true, false]);
    expect(all.map(({ errors }) => errors.some(isWriteQueueFullError))).toEqual([false, false, true]); // prettier-ignore
  });

  it('fails, and says so once, while the journal cannot be used', async () => {
    const { tab, server, advance, diagnostics, clock, disk } = brokenWorld();
    const { queue, put } = tab();
    await advance();
    disk.fails = 'put';
    const refused = ['a', 'b'].map((key) => put(key, 1));
    await advance();

    expect(refused.map(({ errors }) => errors.map(isRemoteCacheError))).toEqual([[true], [true]]);
    expect(diagnostics.codes).toEqual(['RXM713']);
    expect(queue.pending()).toBe(0);

    disk.fails = undefined;
    put('c', 1);
    await advance();

    expect(server.calls).toEqual(['c=1']);
    expect(clock.pending).toBe(0);
  });

  it('stores again, later, what could not be taken out of the journal', async () => {
    const { tab, server, advance, diagnostics, clock, disk } = brokenWorld();
    const { put, events } = tab();
    put('a', 1);
    disk.fails = 'remove';
    await advance(999);

    expect(server.calls).toEqual(['a=1']);
    expect(diagnostics.codes).toEqual(['RXM713']);

    disk.fails = undefined;
    await advance(1);

    expect(server.calls).toEqual(['a=1', 'a=1']);
    expect(new Set(server.ids).size).toBe(1);
    expect(events()).toEqual(['stored a=1']);
    expect(clock.pending).toBe(0);
  });

  it('stores everything now when it is flushed', async () => {
    const { tab, server, advance, clock } = writeBehindWorld();
    const { queue, put } = tab(server.writer({ every: 10_000 }));
    server.fails = () => status(503);
    put('a', 1);
    await advance(10_000);
    put('b', 1);
    await advance();
    server.fails = undefined;
    const slow = gate();
    server.takes = async () => slow.opened;
    const flushed = watched(queue.flush());
    await advance();

    expect(flushed.completed()).toBe(false);

    slow.open();
    await advance();

    expect(flushed.completed()).toBe(true);
    expect(server.calls).toEqual(['a=1', 'b=1', 'a=1']);
    expect([queue.pending(), clock.pending]).toEqual([0, 0]);

    const nothing = watched(queue.flush());
    await advance();

    expect(nothing.completed()).toBe(true);
  });

  it('gives up flushing what fails', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put, close } = tab();
    server.fails = () => status(503);
    put('a', 1);
    await advance();
    const flushed = watched(queue.flush());
    await advance();

    expect([flushed.completed(), server.calls.length, queue.pending()]).toEqual([true, 2, 1]);

    const last = watched(queue.flush());
    close();

    expect(last.completed()).toBe(true);
  });

  it('takes a writer away, and the next one of its name', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put, page, unregister } = tab();
    page.goOffline();
    put('a', 1);
    await advance();
    unregister();
    page.goOnline();
    await advance();

    expect([server.calls, queue.pending()]).toEqual([[], 1]);
    expect(put('b', 1).errors.map(isNoCacheWriterError)).toEqual([true]);

    queue.registerWriter(server.writer());
    unregister();
    await advance();

    expect(server.calls).toEqual(['a=1']);
  });

  it('refuses options that are none', () => {
    const { tab, server } = writeBehindWorld();
    const { queue } = tab();

    expect(() => queue.registerWriter(server.writer({ maxBatch: 0 }))).toThrow('maxBatch is 0');
    expect(() => writeBehindWorld({ options: { maxPending: -1 } })).toThrow('maxPending is -1');
  });

  it('ends with the application', async () => {
    const { tab, server, advance, clock } = writeBehindWorld();
    const { put, close, listening } = tab();
    server.takes = async () => new Promise(() => undefined);
    put('a', 1);
    await advance();
    close();
    await advance(100_000);

    expect([server.open, clock.pending]).toEqual([0, 0]);
    expect(listening.completed()).toBe(true);
    expect(server.calls).toEqual(['a=1']);
  });
});
