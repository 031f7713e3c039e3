import { anEvent } from '../../spec-support/contracts/event-log';
import { allOf, eventStoreWorld, idsOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import type { EventLog } from '../log/event-log';
import { withEventSourcing } from '../with-event-sourcing';
import { replayOf } from './replay';

const at = async (log: EventLog, id: string, timestamp: number, stream = 's-1') =>
  log.append({ stream, events: [anEvent(id)], timestamp }, 'any');

// The clock was put back after c.
const filled = async () => {
  const world = eventStoreWorld([withEventSourcing({ pageSize: 2 })]);
  await at(world.log, 'a', 1000);
  await at(world.log, 'b', 2000, 't-1');
  await at(world.log, 'c', 5000);
  await at(world.log, 'd', 3000);
  await at(world.log, 'e', 4000);
  return world;
};

describe(replayOf.name, () => {
  it.each([
    [{}, 'abcde'],
    [{ from: new Date(2000) }, 'bcde'],
    [{ to: new Date(3000) }, 'abd'],
    [{ from: new Date(2000), to: new Date(4000) }, 'bde'],
    [{ from: new Date(6000) }, ''],
    [{ from: new Date(0), to: new Date(0) }, ''],
    [{ stream: 's-1', from: new Date(3000) }, 'cde'],
    [{ category: 't' }, 'b'],
    [{ types: ['Other'] }, ''],
    [{ after: 3 }, 'de'],
  ])('of %j is %p, in the order in which events were recorded', async (options, ids) => {
    const { store } = await filled();

    expect(idsOf(await allOf(store.replay(options)))).toBe(ids);
  });

  it('takes the time that it took, or a part of it', async () => {
    const { store, advance, clock } = await filled();
    const seen: [string, number][] = [];
    let isOver = false;
    store.replay({ pace: 10 }).subscribe({
      next: ({ id }) => seen.push([id, clock.monotonic()]),
      complete: () => (isOver = true),
    });
    for (let i = 0; i < 12; i++) await advance(50);

    expect(seen).toEqual([
      ['a', 0],
      ['b', 100],
      ['c', 400],
      ['d', 400],
      ['e', 500],
    ]);
    expect([isOver, clock.pending]).toEqual([true, 0]);
  });

  it('ends at what was the end when it began', async () => {
    const { store, log, advance } = await filled();
    const seen: string[] = [];
    const replay = store.replay({ pace: 1 }).subscribe(({ id }) => seen.push(id));
    await settled();
    await at(log, 'f', 9000);
    for (let i = 0; i < 12; i++) await advance(1000);

    expect(seen.join('')).toBe('abcde');
    expect(replay.closed).toBe(true);
  });

  it('stops when nobody listens', async () => {
    const { store, clock } = await filled();
    const replay = store.replay({ pace: 1 }).subscribe();
    await settled();

    expect(clock.pending).toBe(1);

    replay.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it.each([
    [{ pace: 0 }, 'ReplayOptions.pace'],
    [{ pace: NaN }, 'ReplayOptions.pace'],
    [{ from: new Date(NaN) }, 'ReplayOptions.from'],
    [{ to: new Date('x') }, 'ReplayOptions.to'],
  ])('refuses %p as an error of the stream', async (options, option) => {
    const { store } = await filled();

    await expect(allOf(store.replay(options))).rejects.toMatchObject({ code: 'RXM101', option });
  });
});
