import { Subject, finalize, of, timer } from 'rxjs';
import { watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { syncWorld } from '../../spec-support/sync-world';
import { ReadModelSynchronizer } from './read-model-synchronizer';

describe(ReadModelSynchronizer.name, () => {
  describe('batches', () => {
    it('are made by time, grouped by aggregate in the order of the log', async () => {
      const { start, append, advance, calls, place, clock } = syncWorld();
      const sync = start();
      await settled();
      await append('s-1', 'a', 'b');
      await append('s-2', 'x');
      await append('s-1', 'c');
      await advance(4999);

      expect(calls).toEqual([]);

      await advance(1);

      expect(calls).toEqual(['1:abc', '2:x']);
      expect(sync.values).toEqual([
        {
          timestamp: new Date(clock.now()),
          updatedModels: 2,
          success: true,
          events: 4,
          position: 4,
          leftOut: [],
        },
      ]);
      expect(await place()).toBe(4);

      sync.stop();
    });

    it('are made by size before their time', async () => {
      const { start, append, advance, calls } = syncWorld();
      const sync = start({ maxBatch: 2 });
      await settled();
      await append('s-1', 'a', 'b', 'c', 'd', 'e');
      await settled();

      expect(calls).toEqual(['1:ab', '1:cd']);
      expect(sync.values.map(({ position }) => position)).toEqual([2, 4]);

      await advance(5000);

      expect(calls).toEqual(['1:ab', '1:cd', '1:e']);

      sync.stop();
    });

    it('are not told when there is nothing to do', async () => {
      const { start, advance, append, place } = syncWorld();
      const sync = start();
      await advance(20_000);
      await append('other-1', 'a', 'b');
      await advance(10_000);

      expect(sync.values).toEqual([]);
      expect(await place()).toBe(2);

      sync.stop();
    });

    it('never begin before the one before is done', async () => {
      const { start, append, advance, clock } = syncWorld();
      const log: string[] = [];
      const sync = start({
        handlers: {
          s: ({ events }) => {
            log.push(`+${events.map(({ id }) => id).join('')}`);
            return timer(12_000, clock.scheduler).pipe(finalize(() => log.push('-')));
          },
        },
      });
      await append('s-1', 'a');
      await advance(5000);
      await append('s-1', 'b');
      await advance(11_000);

      expect(log).toEqual(['+a']);

      await advance(1000);
      await advance(5000);

      expect(log).toEqual(['+a', '-', '+b']);

      sync.stop();

      expect(clock.pending).toBe(0);
    });

    it('hand a few aggregates over at a time', async () => {
      const { start, append, advance, clock } = syncWorld();
      let [running, most] = [0, 0];
      const work = () => {
        most = Math.max(most, ++running);
        return timer(10, clock.scheduler).pipe(finalize(() => running--));
      };
      const sync = start({ concurrency: 2, handlers: { s: work } });
      for (const id of '12345') await append(`s-${id}`, `e${id}`);
      await advance(5000);
      for (let turn = 0; turn < 4; turn++) await advance(10);

      expect(most).toBe(2);
      expect(sync.last()).toMatchObject({ events: 5, updatedModels: 5 });

      sync.stop();
    });

    it('count what handlers say they have updated', async () => {
      const { start, append, advance } = syncWorld();
      const sync = start({ handlers: { s: () => of(['m1', 'm2'], undefined, 'm3') } });
      await append('s-1', 'a');
      await advance(5000);

      expect(sync.last()?.updatedModels).toBe(4);

      sync.stop();
    });
  });

  it('hands nothing over twice when it goes on', async () => {
    const { start, append, advance, calls } = syncWorld();
    const first = start();
    await append('s-1', 'a');
    await advance(5000);
    await append('s-1', 'b');
    first.stop();
    const second = start();
    await advance(5000);

    expect(calls).toEqual(['1:a', '1:b']);

    second.stop();
  });

  it('begins with what is new when it is told to, and remembers that', async () => {
    const { start, append, advance, calls } = syncWorld();
    await append('s-1', 'a');
    const first = start({ from: 'end' });
    await settled();
    first.stop();
    await append('s-1', 'b');
    const second = start({ from: 'end' });
    await advance(5000);

    expect(calls).toEqual(['1:b']);

    second.stop();
  });

  it('begins anew when the log was cleared', async () => {
    const { start, append, advance, calls, storage } = syncWorld();
    await storage.commit({
      checkpoint: '$sync read-models',
      expected: 0,
      position: 9,
      timestamp: 1,
    });
    await append('s-1', 'a');
    const sync = start();
    await advance(5000);

    expect(calls).toEqual(['1:a']);

    sync.stop();
  });

  it('works once for all subscribers and for all who use its name', async () => {
    const { synchronizer, handler, append, advance, calls } = syncWorld();
    const results$ = synchronizer.synchronize({ handlers: { s: handler } });
    const watches = [
      results$,
      results$,
      synchronizer.synchronize({ handlers: { s: handler } }),
    ].map((each$) => watching(each$));
    await append('s-1', 'a');
    await advance(5000);

    expect(calls).toEqual(['1:a']);
    expect(watches.map(({ values }) => values.length)).toEqual([1, 1, 0]);

    watches[0]?.stop();
    watches[1]?.stop();
    await append('s-1', 'b');
    await advance(5000);

    expect(calls).toEqual(['1:a', '1:b']);

    watches[2]?.stop();
  });

  it('leaves nothing behind, not even a handler at work', async () => {
    const { start, append, advance, clock } = syncWorld();
    const open = new Subject<void>();
    let aborted: AbortSignal | undefined;
    const sync = start({
      handlers: {
        s: ({ signal }) => {
          aborted = signal;
          return open;
        },
      },
    });
    await append('s-1', 'a');
    await advance(5000);

    expect(open.observed).toBe(true);

    sync.stop();
    await settled();

    expect(open.observed).toBe(false);
    expect(aborted?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['handlers', { handlers: {} }],
    ['handlers', { handlers: { s: 1 as never } }],
    ['name', { name: '' }],
    ['every', { every: 0 }],
    ['maxBatch', { maxBatch: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['timeout', { timeout: -1 }],
    ['maxParked', { maxParked: 0 }],
    ['from', { from: 'middle' as never }],
  ])('fails when %s is out of its range', (name, options) => {
    const { start } = syncWorld();

    expect(start(options).error).toMatchObject({
      code: 'RXM101',
      message: expect.stringContaining(`SyncOptions.${name}`) as unknown,
    });
  });
});
