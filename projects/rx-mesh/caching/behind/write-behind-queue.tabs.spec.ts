import { entryOf } from '../../spec-support/contracts/write-journal';
import { gate, writeBehindWorld } from '../spec-support/write-behind-world';
import { watched } from '../../spec-support/messaging-world';
import { WriteBehindQueue } from './write-behind-queue';
import { type JournalEntry, memoryJournal } from './write-journal';

const origin = () => writeBehindWorld({ journal: { ...memoryJournal(), durable: true } });
const away = Object.assign(new Error('away'), { status: 503 });

describe(`${WriteBehindQueue.name} in many tabs`, () => {
  it('leads only while there is something to store', async () => {
    const { tab, server, advance, leads, clock } = origin();
    const { put, close } = tab();
    await advance();

    expect([leads.turns, leads.candidates]).toEqual([0, 0]);

    const slow = gate();
    server.takes = async () => slow.opened;
    put('a', 1);
    await advance();

    expect(leads.candidates).toBe(1);

    slow.open();
    await advance();

    expect([leads.turns, leads.candidates, clock.pending]).toEqual([1, 0, 0]);

    server.fails = () => away;
    put('a', 2);
    await advance();

    expect(leads.candidates).toBe(0);

    close();
  });

  it('stores in one tab at a time what all have written', async () => {
    const { tab, server, advance, leads } = origin();
    const [one, other] = [tab(), tab()];
    const slow = gate();
    server.takes = async () => slow.opened;
    one.put('a', 1);
    await advance();
    other.put('a', 2);
    other.put('b', 1);
    await advance();

    expect([server.calls, leads.candidates]).toEqual([['a=1'], 2]);

    slow.open();
    await advance();

    expect(server.calls).toEqual(['a=1', 'a=2 b=1']);
    expect(server.mostOpen).toBe(1);
    expect([leads.candidates, one.queue.pending(), other.queue.pending()]).toEqual([0, 0, 0]);
  });

  it('never stores what another tab has stored meanwhile, and a newer value after it', async () => {
    const { tab, server, advance } = origin();
    const [one, other] = [tab(), tab()];
    const slow = gate();
    server.takes = async () => slow.opened;
    one.put('x', 1);
    await advance();
    other.put('a', 1);
    await advance();
    one.put('a', 2);
    slow.open();
    await advance();

    expect(server.calls).toEqual(['x=1', 'a=2']);
    expect(other.queue.pending()).toBe(0);
  });

  it('does not keep others from storing while it waits for a next try', async () => {
    const { tab, server, advance, clock } = origin();
    const [one, other] = [tab(), tab()];
    server.fails = (writes) => (writes.some(({ key }) => key === 'a') ? away : undefined);
    one.put('a', 1);
    await advance();
    other.put('b', 1);
    await advance();

    expect(server.calls[1]).toBe('a=1 b=1');

    server.fails = undefined;
    await advance(1000);

    expect(new Set(server.calls.slice(2).join(' ').split(' '))).toEqual(new Set(['a=1', 'b=1']));
    expect([one.queue.pending(), other.queue.pending(), clock.pending]).toEqual([0, 0, 0]);
  });

  it('stores what a closed tab has left when it is shown again', async () => {
    const { tab, server, advance, leads } = origin();
    const idle = tab();
    const closed = tab();
    closed.page.goOffline();
    closed.put('a', 1);
    await advance();
    closed.close();
    await advance(60_000);

    expect(server.calls).toEqual([]);

    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    await advance();

    expect([server.calls, idle.queue.pending(), leads.candidates]).toEqual([['a=1'], 0, 0]);
  });

  it('is followed by another tab when it is closed while it stores', async () => {
    const { tab, server, advance } = origin();
    const [one, other] = [tab(), tab()];
    server.takes = async () => new Promise(() => undefined);
    one.put('a', 1);
    await advance();
    other.put('b', 1);
    await advance();
    server.takes = async () => Promise.resolve();
    one.close();
    await advance();

    expect(server.calls).toEqual(['a=1', 'a=1 b=1']);
    expect(new Set(server.ids).size).toBe(2);
  });

  it('leaves what it has no writer for to others', async () => {
    const { tab, server, advance, journal } = origin();
    const orders = tab(server.writer({ name: 'orders' }));
    orders.page.goOffline();
    orders.put('a', 1);
    await advance();
    const drafts = tab(server.writer({ name: 'drafts' }));
    drafts.put('b', 1);
    await advance();

    expect(server.calls).toEqual(['b=1']);
    expect((await journal.list()).map(({ key }) => key)).toEqual(['a']);

    orders.page.goOnline();
    await advance();

    expect(server.calls).toEqual(['b=1', 'a=1']);
  });

  it('stores the writes of a user only while he is there', async () => {
    const { tab, server, advance, user, clock, leads } = origin();
    user.set('ann');
    const one = tab();
    one.page.goOffline();
    one.put('a', 'of ann');
    await advance();

    expect(one.queue.pending()).toBe(1);

    user.set('bob');
    one.put('a', 'of bob');
    one.page.goOnline();
    await advance();

    expect(server.calls).toEqual(['a="of bob"']);
    expect([one.queue.pending(), leads.candidates, clock.pending]).toEqual([0, 0, 0]);

    one.close();
    user.set(undefined);
    const after = tab();
    await advance(60_000);

    expect(server.calls).toHaveLength(1);

    user.set('ann');
    await advance();

    expect(server.calls.at(-1)).toBe('a="of ann"');
    expect(after.queue.pending()).toBe(0);
  });

  it('gives a writer a write, and nothing of the user', async () => {
    const { tab, server, advance, user, clock } = origin();
    user.set('ann');
    const given: unknown[] = [];
    const { queue } = tab(server.writer({ store: (writes) => (given.push(...writes), []) }));
    queue.enqueue('a', null).subscribe();
    await advance();

    expect(given).toEqual([
      { key: 'a', value: null, id: expect.any(String) as string, attempt: 1, at: clock.now() },
    ]);
  });

  it('begins no further store when the user leaves, or the network', async () => {
    const { tab, server, advance, user } = origin();
    user.set('ann');
    const { put, page, queue } = tab(server.writer({ maxBatch: 1 }));
    const first = gate();
    server.takes = async () => first.opened;
    for (const key of ['a', 'b', 'c']) put(key, 1);
    await advance();
    user.set(undefined);
    first.open();
    await advance();

    expect(server.calls).toEqual(['a=1']);

    const second = gate();
    server.takes = async () => second.opened;
    user.set('ann');
    await advance();
    page.goOffline();
    second.open();
    await advance();

    expect([server.calls, queue.pending()]).toEqual([['a=1', 'b=1'], 1]);

    page.goOnline();
    await advance();

    expect(server.calls).toEqual(['a=1', 'b=1', 'c=1']);
  });

  it('keeps refused writes over a reload, and does not try them by itself', async () => {
    const { tab, server, advance } = origin();
    server.fails = () => Object.assign(new Error('no'), { status: 422 });
    const before = tab();
    before.put('a', 1);
    await advance();
    before.close();
    server.fails = undefined;
    const after = tab();
    await advance();
    const [letter] = after.queue.deadLetters();

    expect([letter?.key, letter?.failure, server.calls.length]).toEqual(['a', 'no', 1]);

    // Another tab has something newer by now.
    const other = tab();
    other.page.goOffline();
    other.put('a', 2);
    await advance();
    watched(after.queue.retryDeadLetter(letter?.id ?? ''));
    await advance();

    expect(server.calls).toEqual(['a=1', 'a=2']);
  });

  it('survives what it cannot read', async () => {
    const { tab, server, advance, journal } = origin();
    const odd = [null, 3, 'text', { key: 'a' }, { ...entryOf('b', '1'), key: 7 }];
    jest.spyOn(journal, 'list').mockResolvedValueOnce([...odd, entryOf('c', '1', { writer: 'server' })] as JournalEntry[]); // prettier-ignore
    const { queue, put } = tab();
    await advance();
    put('d', 1);
    await advance();

    expect([server.calls.at(-1), queue.pending()]).toEqual(['d=1', 0]);
  });
});
