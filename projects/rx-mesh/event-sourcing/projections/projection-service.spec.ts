import { NEVER } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { lastOf } from '../../spec-support/event-store-world';
import {
  idsByStream,
  patchableStorage,
  projectionWorld,
  watching,
} from '../../spec-support/projection-world';
import { memoryReadModels } from './memory-read-models';
import { createProjection } from './projection';
import { BrokenReadModelError } from './projection-errors';
import { ProjectionService } from './projection-service';

const counter = (fields = {}) =>
  createProjection<number>({
    name: 'count',
    initial: () => 0,
    when: { Noted: (count) => count + 1 },
    ...fields,
  });

const silent = () => Object.assign(patchableStorage(memoryReadModels()), { changes$: NEVER });

const throwing = (onError?: 'skip') =>
  idsByStream({
    ...(onError ? { onError } : {}),
    when: {
      Noted: ({ ids }, { id }) => {
        if (id === 'b') throw new Error('no b');
        return { ids: ids + id };
      },
    },
  });

describe(ProjectionService.name, () => {
  describe('state', () => {
    it('is what is stored, and follows it, also from another tab', async () => {
      const { tab, append, clock } = projectionWorld();
      const state = watching(tab().state(idsByStream(), 's'));
      await settled();

      expect(state.values).toEqual([undefined]);

      const run = watching(tab().run(idsByStream()));
      await append('s', 'a');
      await settled();
      await append('t', 'x');
      await settled();
      await append('s', 'b');
      await settled();

      expect(state.values).toEqual([undefined, { ids: 'a' }, { ids: 'ab' }]);

      run.stop();
      state.stop();

      expect(clock.pending).toBe(0);
    });

    it('is found within five seconds when no change was told', async () => {
      const { tab, append, advance, storage } = projectionWorld({ storage: silent() });
      const state = watching(tab().state(counter()));
      const run = watching(tab().run(counter()));
      await append('s', 'a');
      await settled();

      expect(await storage.checkpoint('count@1#1')).toMatchObject({ position: 1 });
      expect(state.values).toEqual([undefined]);

      await advance(5000);

      expect(state.values).toEqual([undefined, 1]);

      state.stop();
      run.stop();
    });

    it('needs an id when there are many records', async () => {
      const { tab } = projectionWorld();
      const projections = tab();

      await expect(lastOf(projections.state(idsByStream()))).rejects.toMatchObject({
        code: 'RXM101',
      });
      await expect(lastOf(projections.live(idsByStream()))).rejects.toMatchObject({
        code: 'RXM101',
      });
    });

    it('leaves a broken record out, and tells of it', async () => {
      const { tab, storage, diagnostics, append } = projectionWorld();
      await append('s', 'a');
      const run = watching(tab().run(counter()));
      await settled();
      run.stop();
      const { read } = storage;
      storage.read = async (model, id) => {
        if (id === 'all') throw new BrokenReadModelError(model, id);
        return read(model, id);
      };
      const state = watching(tab().state(counter()));
      await settled();
      state.stop();

      expect(state.values).toEqual([undefined]);
      expect(state.error).toBeUndefined();
      expect(diagnostics.records).toMatchObject([{ code: 'RXM514', severity: 'error' }]);
    });

    it('comes back when the storage does', async () => {
      const { tab, storage, advance, append, diagnostics, clock } = projectionWorld();
      await append('s', 'a');
      const run = watching(tab().run(counter()));
      await settled();
      run.stop();
      const { read } = storage;
      storage.read = async () => Promise.reject(new Error('down'));
      const state = watching(tab().state(counter()));
      await advance(1000);
      await advance(10_000);

      expect(state.values).toEqual([]);
      expect(diagnostics.codes).toEqual(['RXM509']);

      storage.read = read;
      await advance(30_000);
      state.stop();

      expect(state.values).toEqual([1]);
      expect(clock.pending).toBe(0);
    });
  });

  it('gives pages of records as they change', async () => {
    const { tab, append } = projectionWorld();
    const projections = tab();
    await append('a', '1');
    await append('b', '2', '3');
    await append('c', '4');
    const run = watching(projections.run(idsByStream()));
    const pages = watching(projections.records(idsByStream(), { after: 'a', max: 1 }));
    await settled();

    expect(pages.last()).toMatchObject([{ id: 'b', value: { ids: '23' } }]);

    const before = pages.values.length;
    await append('c', '5');
    await settled();

    expect(pages.values).toHaveLength(before);

    await append('b', '6');
    await settled();

    expect(pages.last()).toMatchObject([{ id: 'b', value: { ids: '236' }, version: 2 }]);

    pages.stop();
    run.stop();
  });

  describe('waitFor', () => {
    it('completes once the position is reached, in whichever tab', async () => {
      const { tab, append, clock } = projectionWorld();
      const run = watching(tab().run(counter()));
      await settled();
      const wait = watching(tab().waitFor(counter(), 2));
      await append('s', 'a');
      await settled();

      expect(wait.values).toEqual([]);

      await append('s', 'b', 'c');
      await settled();

      expect(wait).toMatchObject({ values: [3], isComplete: true });
      expect(await lastOf(tab().waitFor(counter(), 0))).toBe(3);

      run.stop();

      expect(clock.pending).toBe(0);
    });

    it('fails when that takes too long, and leaves nothing', async () => {
      const { tab, append, advance, clock } = projectionWorld();
      await append('s', 'a');
      const run = watching(tab().run(counter()));
      await settled();
      run.stop();
      const wait = watching(tab().waitFor(counter(), 7, { timeout: 300 }));
      await advance(299);

      expect(wait.error).toBeUndefined();

      await advance(1);

      expect(wait.error).toMatchObject({
        code: 'RXM513',
        projection: 'count',
        position: 7,
        actual: 1,
        timeout: 300,
      });
      expect(clock.pending).toBe(0);
    });

    it.each([
      [-1, {}, 'position'],
      [NaN, {}, 'position'],
      [1, { timeout: 0 }, 'timeout'],
      [1, { timeout: Infinity }, 'timeout'],
    ])('refuses %p, %j', async (position, options, name) => {
      const { tab } = projectionWorld();

      await expect(lastOf(tab().waitFor(counter(), position, options))).rejects.toMatchObject({
        code: 'RXM101',
        option: expect.stringContaining(name) as string,
      });
    });
  });

  it('tells how far a projection is behind that nobody runs', async () => {
    const { tab, append, clock, advance } = projectionWorld();
    await append('s', 'a');
    const run = watching(tab().run(counter()));
    await settled();
    run.stop();
    const status = watching(tab().status(counter()));
    await settled();

    expect(status.last()).toMatchObject({ position: 1, head: 1, lag: { events: 0, ms: 0 } });

    await append('s', 'b', 'c');
    await advance(5000);

    expect(status.last()).toMatchObject({ position: 1, head: 3, lag: { events: 2 } });
    expect(status.last()?.lag.ms).toBe(clock.now() - 1000);

    status.stop();

    expect(clock.pending).toBe(0);
  });

  describe('live', () => {
    it('folds what there was and what comes, for one record or all', async () => {
      const { tab, append, storage, clock } = projectionWorld();
      const projections = tab();
      await append('s', 'a', 'b', 'c', 'd');
      await append('t', 'x');
      const commit = jest.spyOn(storage, 'commit');
      const all = watching(projections.live(counter()));
      const one = watching(projections.live(idsByStream(), { id: 's' }));
      const none = watching(projections.live(idsByStream(), { id: 'none' }));
      await settled();

      expect([all.values, one.values, none.values]).toEqual([[5], [{ ids: 'abcd' }], [undefined]]);

      await append('s', 'e', 'f');
      await append('t', 'y');
      await settled();

      expect(all.values).toEqual([5, 7, 8]);
      expect(one.values).toEqual([{ ids: 'abcd' }, { ids: 'abcdef' }]);
      expect(none.values).toEqual([undefined]);
      expect(commit).not.toHaveBeenCalled();

      for (const { stop } of [all, one, none]) stop();

      expect(clock.pending).toBe(0);
    });

    it('is shared, and gives the newest to whoever comes late', async () => {
      const { tab, append, log } = projectionWorld();
      const [projections, projection] = [tab(), counter()];
      await append('s', 'a');
      const reads = jest.spyOn(log, 'readAll');
      const first = watching(projections.live(projection));
      await settled();
      const late = watching(projections.live(projection));

      expect(late.values).toEqual([1]);
      expect(reads).toHaveBeenCalledTimes(1);

      first.stop();
      late.stop();
      const again = watching(projections.live(projection));

      expect(again.values).toEqual([]);

      await settled();
      again.stop();

      expect(again.values).toEqual([1]);
      expect(reads).toHaveBeenCalledTimes(2);
    });

    it('fails at an event that cannot be handled, unless it may be left out', async () => {
      const { tab, append, diagnostics } = projectionWorld();
      await append('s', 'a', 'b', 'c');
      const failing = watching(tab().live(throwing(), { id: 's' }));
      const skipping = watching(tab().live(throwing('skip'), { id: 's' }));
      const other = watching(tab().live(throwing(), { id: 't' }));
      await settled();

      expect(failing.error).toMatchObject({ code: 'RXM510', position: 2 });
      expect(skipping.values).toEqual([{ ids: 'ac' }]);
      expect(other.values).toEqual([undefined]);
      expect(diagnostics.codes).toEqual(['RXM510']);

      skipping.stop();
      other.stop();
    });
  });

  it('keeps what every page runs on a board, as a signal and as a stream', async () => {
    const { tab, append } = projectionWorld();
    const projections = tab();
    await append('s', 'b');
    const board = watching(projections.statuses$);
    const runs = [counter(), throwing()].map((one) =>
      watching(projections.run<never>(one as never)),
    );
    await settled();

    expect([...(board.last()?.keys() ?? [])].sort()).toEqual(['count', 'ids']);
    expect(projections.statuses().get('ids')).toMatchObject({ parked: 1, state: 'live' });

    for (const { stop } of runs) stop();

    expect(board.last()?.size).toBe(0);

    board.stop();
  });
});
