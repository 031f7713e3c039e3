import { NEVER, Observable, concat, of } from 'rxjs';
import { isCheckpointMovedError } from 'rx-mesh/event-sourcing';
import { watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { syncWorld } from '../../spec-support/sync-world';
import { ReadModelSynchronizer } from './read-model-synchronizer';
import { isSyncBlockedError, isSyncTimeoutError } from './sync-errors';

const thrown = (error: unknown) => new Observable((subscriber) => subscriber.error(error));

describe(`${ReadModelSynchronizer.name}: a failure`, () => {
  it('is told, and the others and the next batch go on', async () => {
    const { start, append, advance, calls, failing, place } = syncWorld();
    failing.add('1');
    const sync = start();
    await append('s-1', 'a');
    await append('s-2', 'x');
    await advance(5000);
    await append('s-2', 'y');
    await advance(5000);

    expect(calls).toEqual(['1:a', '2:x', '1:a', '2:y']);
    expect(sync.values).toMatchObject([
      {
        success: false,
        error: 'no 1',
        cause: expect.objectContaining({ message: 'no 1' }) as unknown,
        updatedModels: 1,
        events: 1,
        leftOut: [{ aggregateType: 's', aggregateId: '1', positions: [1] }],
      },
      { success: false, updatedModels: 1, events: 1, position: 3 },
    ]);
    expect(await place()).toBe(3);

    sync.stop();
  });

  it('keeps the events of its aggregate in order until they can be handled', async () => {
    const { start, append, advance, calls, failing, synchronizer, storage } = syncWorld();
    failing.add('1');
    const sync = start();
    await append('s-1', 'a', 'b');
    await advance(5000);
    await append('s-1', 'c');
    await advance(5000);
    await append('s-1', 'd');
    // By now it is tried less often.
    await advance(5000);

    expect(calls).toEqual(['1:ab', '1:abc']);
    expect(sync.last()).toMatchObject({
      success: false,
      error: 'Events wait behind one that failed.',
      leftOut: [{ positions: [1, 2, 3, 4] }],
    });

    const parked = watching(synchronizer.parked());
    await settled();

    expect(parked.last()).toMatchObject([
      { position: 1, attempts: 2, reason: { name: 'Error', message: 'no 1' } },
      { position: 2, attempts: 0 },
      { position: 3, attempts: 0 },
      { position: 4, attempts: 0 },
    ]);

    failing.clear();
    await advance(5000);

    expect(calls.slice(2)).toEqual(['1:abcd']);
    expect(sync.last()).toMatchObject({ success: true, events: 4, leftOut: [] });
    expect(await storage.parked('$sync read-models')).toEqual([]);

    sync.stop();
  });

  it('is remembered by whoever goes on', async () => {
    const { start, append, advance, calls, failing } = syncWorld();
    failing.add('1');
    const first = start();
    await append('s-1', 'a');
    await advance(5000);
    first.stop();
    failing.clear();
    await append('s-1', 'b');
    const second = start();
    await advance(5000);
    await advance(5000);

    expect(calls).toEqual(['1:a', '1:ab']);

    second.stop();
  });

  it('may be a handler that takes too long, which is aborted', async () => {
    const { start, append, advance, clock } = syncWorld();
    const signals: AbortSignal[] = [];
    const sync = start({
      timeout: 1000,
      handlers: {
        s: ({ signal }) => {
          signals.push(signal);
          return concat(of(1), NEVER);
        },
      },
    });
    await append('s-1', 'a');
    await advance(5000);

    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);

    await advance(1000);

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(isSyncTimeoutError(sync.last()?.cause)).toBe(true);
    expect(sync.last()).toMatchObject({ updatedModels: 0, leftOut: [{ positions: [1] }] });

    sync.stop();

    expect(clock.pending).toBe(0);
  });

  it('may be an error of a stream, or nothing that can be subscribed', async () => {
    const { start, append, advance } = syncWorld();
    const sync = start({
      handlers: {
        s: () => thrown('text'),
        t: () => undefined as never,
        u: () => 5 as never,
        v: () => thrown(null),
      },
    });
    for (const type of 'stuv') await append(`${type}-1`, type);
    await advance(5000);

    expect(sync.last()).toMatchObject({
      events: 1,
      updatedModels: 0,
      error: 'text',
      leftOut: [
        { aggregateType: 's', error: 'text' },
        { aggregateType: 'u', error: expect.any(TypeError) as unknown },
        { aggregateType: 'v', error: null },
      ],
    });

    sync.stop();
  });

  it('of more events than may wait makes it stand still before them, and is told', async () => {
    const { start, append, advance, failing, place, calls } = syncWorld();
    failing.add('1');
    const sync = start({ maxParked: 2 });
    await append('s-2', 'x');
    await advance(5000);
    await append('s-1', 'a', 'b', 'c');
    await advance(5000);

    expect(isSyncBlockedError(sync.last()?.cause)).toBe(true);
    expect(sync.last()).toMatchObject({ success: false, position: 1 });
    expect(await place()).toBe(1);

    failing.clear();
    await advance(1000);
    await advance(5000);

    expect(calls.slice(1)).toEqual(['1:abc', '1:abc']);
    expect(await place()).toBe(4);
    expect(sync.last()).toMatchObject({ success: true, events: 3 });

    sync.stop();
  });

  it('of more events than may wait does not lead to others being handled again, however long that lasts', async () => {
    const { start, append, advance, failing, place, calls, storage, clock } = syncWorld();
    const sync = start({ maxParked: 2 });
    failing.add('4').add('5');
    await append('s-4', 'w');
    await append('s-5', 'u');
    await advance(5000);
    failing.add('1').delete('4');
    await append('s-2', 'x');
    await append('s-1', 'a', 'b', 'c');
    await append('s-3', 'y');
    await append('s-2', 'z');
    await advance(5000);

    // One that was mended is done for good, and so is what comes before the first that cannot wait.
    expect(await place()).toBe(3);
    expect(await storage.parked('$sync read-models')).toMatchObject([{ position: 2, attempts: 2 }]);
    expect(sync.last()).toMatchObject({
      success: false,
      events: 4,
      updatedModels: 3,
      position: 3,
      leftOut: [
        { aggregateId: '5', positions: [2] },
        { aggregateId: '1', positions: [4, 5, 6] },
      ],
    });
    expect(isSyncBlockedError(sync.last()?.cause)).toBe(true);

    const told = sync.values.length;
    await append('s-3', 'behind');
    for (let second = 0; second < 120; second++) await advance(1000);

    const healthy = calls.filter((call) => /^[234]/.test(call));

    expect(healthy).toEqual(['4:w', '4:w', '2:xz', '3:y']);
    expect(calls.filter((call) => call.startsWith('1')).length).toBeGreaterThan(2);
    expect(sync.values.slice(told).every(({ cause }) => isSyncBlockedError(cause))).toBe(true);

    failing.clear();
    for (let second = 0; second < 120; second++) await advance(1000);

    expect(calls.filter((call) => /^[234]/.test(call)).slice(4)).toEqual(['3:behind']);
    expect(calls.slice(-3)).toEqual(expect.arrayContaining(['1:abc', '5:u', '3:behind']));
    expect(await place()).toBe(9);
    expect(sync.last()).toMatchObject({ success: true });

    sync.stop();

    expect(clock.pending).toBe(0);
  });

  it('of more events than may wait is over for who begins anew, from the checkpoint', async () => {
    const { start, append, advance, failing, calls, storage, place } = syncWorld();
    failing.add('1');
    const sync = start({ maxParked: 1 });
    await append('s-1', 'a', 'b');
    await append('s-2', 'x');
    await advance(5000);
    // Somebody wants all of it once more.
    const now = 0;
    await storage.commit({ checkpoint: '$sync read-models', expected: 0, position: 2, timestamp: now }); // prettier-ignore
    for (let second = 0; second < 30; second++) await advance(1000);

    expect(calls.filter((call) => call.startsWith('2'))).toEqual(['2:x', '2:x']);
    expect(await place()).toBe(3);

    sync.stop();
  });

  it('of the storage is told, and it begins again from its checkpoint', async () => {
    const { start, append, advance, storage, calls, clock } = syncWorld();
    const { commit } = storage;
    storage.commit = async () => Promise.reject(new Error('disk'));
    const sync = start();
    await append('s-1', 'a');
    await advance(5000);

    expect(sync.values).toMatchObject([{ success: false, error: 'disk', leftOut: [] }]);

    storage.commit = commit;
    await advance(1000);
    await advance(5000);

    expect(calls).toEqual(['1:a', '1:a']);
    expect(sync.last()).toMatchObject({ success: true, position: 1 });

    sync.stop();

    expect(clock.pending).toBe(0);
  });

  it('gives up what waits when it is told to', async () => {
    const { start, append, advance, failing, synchronizer, calls } = syncWorld();
    failing.add('1');
    const sync = start();
    await append('s-1', 'a', 'b');
    await advance(5000);
    const some = watching(synchronizer.discardParked('read-models', [1]));
    await settled();

    expect(some.values).toEqual([1]);

    failing.clear();
    // It notices with its next batch, and begins again.
    for (let turn = 0; turn < 4; turn++) await advance(5000);

    expect(calls).toEqual(['1:ab', '1:ab', '1:b']);
    expect(sync.values.at(-1)).toMatchObject({ success: true, events: 1 });
    expect(sync.values.some(({ cause }) => isCheckpointMovedError(cause))).toBe(false);

    const none = watching(synchronizer.discardParked('unknown'));
    await settled();

    expect(none).toMatchObject({ values: [0], isComplete: true });

    sync.stop();
  });

  it('does not park an event twice when only the parking was stored', async () => {
    const { start, append, advance, log, storage } = syncWorld();
    await append('s-1', 'a');
    const [event] = (await log.readAll()).events;
    const handler = '$sync read-models';
    const parked = { handler, position: 1, attempts: 1, isReplay: false, timestamp: 0 };
    await storage.commit({
      checkpoint: handler,
      expected: 0,
      position: 0,
      timestamp: 0,
      parked: event ? [{ ...parked, event }] : [],
    });
    const calls: number[] = [];
    const sync = start({ handlers: { s: ({ events }) => of(calls.push(events.length)) } });
    await advance(5000);
    await advance(5000);

    expect(calls).toEqual([1]);
    expect(sync.last()).toMatchObject({ events: 1, position: 1 });

    sync.stop();
  });
});
