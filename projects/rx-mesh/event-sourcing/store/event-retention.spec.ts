import { anEvent, append, readLog } from '../../spec-support/contracts/event-log';
import { eventStoreWorld, idsOf, lastOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import { withEventSourcing } from '../with-event-sourcing';
import { EventRetention } from './event-retention';

const world = (retention: object) => eventStoreWorld([withEventSourcing({ retention: { ...retention } })]); // prettier-ignore

describe(EventRetention.name, () => {
  it('keeps the newest of each stream, by its category', async () => {
    const { store, log } = world({ cart: { maxCount: 2 }, '*': { maxCount: 1 } });
    await append(log, 'cart-1', ['a', 'b', 'c']);
    await append(log, 'cart-2', ['d']);
    await append(log, 'user-1', ['e', 'f']);

    expect(await lastOf(store.prune())).toBe(2);
    expect(idsOf(await readLog(log))).toBe('bcdf');
    expect(await lastOf(store.prune())).toBe(0);
  });

  it('keeps what is not too old', async () => {
    const { store, log, clock } = world({ cart: { maxAge: 1000 } });
    const at = async (id: string, ago: number) =>
      log.append({ stream: 'cart-1', events: [anEvent(id)], timestamp: clock.now() - ago }, 'any');
    await at('a', 5000);
    await at('b', 1001);
    await at('c', 1000);
    await append(log, 'user-1', ['old']);

    expect(await lastOf(store.prune())).toBe(2);
    expect(idsOf(await readLog(log))).toBe('cold');
  });

  it.each([
    [{ '*': { maxCount: 1 } }, 1, 'abd'],
    [{ '*': { maxCount: 9 }, saga: { maxCount: 1 } }, 1, 'bcd'],
  ])('removes nothing of sagas but by a rule of their own: %j', async (retention, count, left) => {
    const { store, log } = world(retention);
    await append(log, 'saga-t:1', ['a', 'b']);
    await append(log, 'user-1', ['c', 'd']);

    expect(await lastOf(store.prune())).toBe(count);
    expect(idsOf(await readLog(log))).toBe(left);
  });

  it('looks after an append, about once a minute', async () => {
    const { store, log, clock, advance } = world({ cart: { maxCount: 1 } });
    const add = async (id: string) => {
      await lastOf(store.appendToStream('cart-1', { id, type: 'Added' }));
      await settled();
    };
    await add('a');
    await add('b');

    expect(idsOf(await readLog(log))).toBe('ab');

    await advance(60_000);
    await add('c');

    expect(idsOf(await readLog(log))).toBe('c');
    expect(clock.pending).toBe(0);
  });

  it('does not look where there is no rule', async () => {
    const { store, log } = world({ cart: { maxCount: 1 } });
    const streamHead = jest.spyOn(log, 'streamHead');
    await lastOf(store.appendToStream('user-1', { type: 'Added' }));
    await settled();

    expect(streamHead).not.toHaveBeenCalled();
  });

  it('does nothing in a log that cannot', async () => {
    const { store, log } = world({ cart: { maxCount: 1 } });
    log.capabilities = { ...log.capabilities, truncate: false };
    await append(log, 'cart-1', ['a', 'b']);

    expect(await lastOf(store.prune())).toBe(0);
  });

  it('tells of a failure aside, and the append is none', async () => {
    const { store, log, diagnostics } = world({ cart: { maxCount: 1 } });
    await append(log, 'cart-1', ['a']);
    log.truncate = async () => Promise.reject(new Error('no'));
    await lastOf(store.appendToStream('cart-1', { type: 'Added' }));
    await settled();

    expect(diagnostics.codes).toEqual(['RXM509']);
    await expect(lastOf(store.prune())).rejects.toThrow('no');
  });

  it.each([
    [{ cart: { maxCount: 0 } }, /rule of "cart" has a whole number of at least 1/],
    [{ cart: { maxAge: -1 } }, /rule of "cart" has a number above 0/],
  ])('refuses %p', (retention, message) => {
    expect(() => withEventSourcing({ retention })).toThrow(message);
  });
});
