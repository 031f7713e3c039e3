import { LEADERSHIP } from 'rx-mesh/kernel';
import { BehaviorSubject } from 'rxjs';
import { lastOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import {
  idsByStream,
  projectionWorld,
  statesOf,
  watching,
} from '../../spec-support/projection-world';
import { memoryEventLog } from '../log/memory-event-log';
import { memoryReadModels } from './memory-read-models';
import { BrokenReadModelError } from './projection-errors';
import { PLACES } from './projection-places';
import { runProjection } from './projection-run';
import type { ProjectionService } from './projection-service';

describe(runProjection.name, () => {
  it('handles what there is and what comes, and tells where it is', async () => {
    const { tab, append, storage, clock } = projectionWorld();
    const projections = tab();
    await append('s', 'a', 'b');
    await append('t', 'x', 'y');
    const run = watching(projections.run(idsByStream()));
    await settled();

    expect(statesOf(run.values)).toEqual(['catching-up', 'live']);
    expect(run.last()).toEqual({
      projection: 'ids',
      version: 1,
      state: 'live',
      position: 4,
      head: 4,
      lag: { events: 0, ms: 0 },
      parked: 0,
      isLeader: true,
    });
    expect(run.values.map(({ position, lag }) => [position, lag.events])).toEqual([
      [0, 4],
      [3, 1],
      [4, 0],
      [4, 0],
    ]);

    await append('s', 'c');
    await settled();

    expect(await storage.list('ids@1#1')).toMatchObject([
      { id: 's', value: { ids: 'abc' }, version: 2, position: 5 },
      { id: 't', value: { ids: 'xy' }, version: 2, position: 4 },
    ]);
    expect(run.last()).toMatchObject({ state: 'live', position: 5 });
    expect(projections.statuses().get('ids')).toEqual(run.last());

    run.stop();
    await append('s', 'd');
    await settled();

    expect(await storage.read('ids@1#1', 's')).toMatchObject({ value: { ids: 'abc' } });
    expect(projections.statuses().size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('begins where it ended', async () => {
    const world = projectionWorld();
    await world.append('s', 'a', 'b');
    const first = watching(world.tab().run(idsByStream()));
    await settled();
    first.stop();
    await world.append('s', 'c');
    const reads = jest.spyOn(world.log, 'readAll');
    const second = watching(world.tab().run(idsByStream()));
    await settled();
    second.stop();

    expect(reads.mock.calls.map(([range]) => range?.after)).not.toContain(0);
    expect(await world.storage.read('ids@1#1', 's')).toMatchObject({ value: { ids: 'abc' } });
  });

  it('is one run for all subscribers of a page, and begins anew after the last', async () => {
    const { tab, append, storage } = projectionWorld();
    await append('s', 'a');
    const [projections, projection] = [tab(), idsByStream()];
    const commits = jest.spyOn(storage, 'commit');
    const runs = [1, 2].map(() => watching(projections.run(projection)));
    await settled();
    const late = watching(projections.run(projection));

    expect(late.values).toMatchObject([{ state: 'live', position: 1 }]);
    expect(commits).toHaveBeenCalledTimes(1);

    for (const { stop } of [...runs, late]) stop();
    const again = watching(projections.run(projection));

    expect(again.values).toEqual([]);

    await settled();
    again.stop();

    expect(again.last()).toMatchObject({ state: 'live', position: 1 });
  });

  it('lets one of two tabs work, and the other take over', async () => {
    const { tab, append, storage, clock, advance } = projectionWorld();
    await append('s', 'a');
    const [first, second] = [tab(), tab()].map((projections) =>
      watching(projections.run(idsByStream())),
    );
    await settled();

    expect(first?.last()).toMatchObject({ state: 'live', isLeader: true });
    expect(second?.last()).toMatchObject({
      state: 'waiting',
      isLeader: false,
      position: 1,
      head: 1,
    });

    await append('s', 'b');
    await settled();

    expect(second?.last()).toMatchObject({ state: 'waiting', position: 2, lag: { events: 0 } });

    first?.stop();
    await append('s', 'c');
    await advance(5000);

    expect(second?.last()).toMatchObject({ state: 'live', isLeader: true, position: 3 });
    expect(await storage.read('ids@1#1', 's')).toMatchObject({ value: { ids: 'abc' }, version: 3 });

    second?.stop();

    expect(clock.pending).toBe(0);
  });

  it('is fenced when two tabs believe that they lead', async () => {
    const [log, storage] = [memoryEventLog(), memoryReadModels()];
    const everybody = { lead: () => new BehaviorSubject(true) };
    const world = projectionWorld({
      log,
      storage,
      providers: [{ provide: LEADERSHIP, useValue: everybody }],
    });
    const runs = [world.tab(), world.tab()].map((tab) => watching(tab.run(idsByStream())));
    const ids = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at));
    for (const id of ids) {
      await world.append('s', id);
      await world.advance(2000);
    }
    await world.advance(60_000);

    expect(await storage.read('ids@1#1', 's')).toMatchObject({
      value: { ids: ids.join('') },
      position: 20,
    });
    expect(runs.map((run) => run.last()?.position)).toEqual([20, 20]);
    expect(world.diagnostics.codes).toEqual([]);

    for (const { stop } of runs) stop();

    expect(world.clock.pending).toBe(0);
  });

  it('goes on when the storage comes back, and tells of it once', async () => {
    const { tab, append, storage, diagnostics, advance, clock } = projectionWorld();
    await append('s', 'a', 'b', 'c', 'd');
    const { commit } = storage;
    storage.commit = async () => Promise.reject(new Error('down'));
    const run = watching(tab().run(idsByStream()));
    await advance(10_000);
    await advance(30_000);

    expect(diagnostics.records).toMatchObject([{ code: 'RXM509', cause: { message: 'down' } }]);
    expect(run.error).toBeUndefined();

    storage.commit = commit;
    await advance(60_000);

    expect(run.last()).toMatchObject({ state: 'live', position: 4 });
    expect(await storage.read('ids@1#1', 's')).toMatchObject({ value: { ids: 'abcd' } });

    run.stop();

    expect(clock.pending).toBe(0);
  });

  it('handles nothing twice after a commit of which nobody knew', async () => {
    const { tab, append, storage, advance } = projectionWorld();
    await append('s', 'a', 'b', 'c', 'd', 'e', 'f', 'g');
    const { commit } = storage;
    let calls = 0;
    storage.commit = async (what) => {
      const done = await commit(what);
      if (calls++ % 2 === 0) throw new Error('the answer was lost');
      return done;
    };
    const run = watching(tab().run(idsByStream()));
    for (let turn = 0; turn < 10; turn++) await advance(60_000);
    run.stop();

    expect(await storage.read('ids@1#1', 's')).toMatchObject({ value: { ids: 'abcdefg' } });
    expect(await storage.checkpoint('ids@1#1')).toMatchObject({ position: 7, version: 3 });
  });

  it('moves on over events that it does not want, and that are no more', async () => {
    const { tab, append, log, storage } = projectionWorld();
    await append('s', 'a', 'b');
    await append('gone', 'x', 'y');
    await log.truncate('gone', { before: 9 });
    const run = watching(tab().run(idsByStream({ idOf: () => undefined })));
    await settled();
    run.stop();

    expect(run.last()).toMatchObject({ state: 'live', position: 2, parked: 0 });
    expect(await storage.list('ids@1#1')).toEqual([]);
    expect(await storage.checkpoint('ids@1#1')).toMatchObject({ position: 2 });
  });

  it('says of events whether they are of the past', async () => {
    const { tab, append } = projectionWorld();
    await append('s', 'a', 'b');
    const seen: string[] = [];
    const projection = idsByStream({
      when: {
        Noted: (state, { id }, { isReplay }) => {
          seen.push(`${id} ${isReplay}`);
          return state;
        },
      },
    });
    const first = watching(tab().run(projection));
    await settled();
    await append('s', 'c');
    await settled();
    first.stop();
    await append('s', 'd');
    const second = watching(tab().run(projection));
    await settled();
    second.stop();

    expect(seen).toEqual(['a true', 'b true', 'c false', 'd false']);
  });

  it('deletes a record, and makes it anew', async () => {
    const { tab, append, storage } = projectionWorld({ pageSize: 2 });
    await append('s', 'a', 'x1', 'b', 'c', 'x2', 'd', 'e', 'f', 'x3');
    const projection = idsByStream({
      when: { Noted: ({ ids }, { id }) => (id.startsWith('x') ? undefined : { ids: ids + id }) },
    });
    const run = watching(tab().run(projection));
    await settled();

    expect(await storage.list('ids@1#1')).toEqual([]);

    await append('s', 'g');
    await settled();
    run.stop();

    expect(await storage.list('ids@1#1')).toMatchObject([{ value: { ids: 'g' }, version: 1 }]);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('keeps a record of id %j', async (id) => {
    const { tab, append, storage } = projectionWorld();
    await append('s', 'a', 'b');
    const run = watching(tab().run(idsByStream({ idOf: () => id })));
    await settled();
    run.stop();

    expect(await storage.read('ids@1#1', id)).toMatchObject({ value: { ids: 'ab' } });
    expect(({} as { ids?: unknown }).ids).toBeUndefined();
  });

  it('begins anew when the place is broken', async () => {
    const { tab, append, storage } = projectionWorld();
    await append('s', 'a');
    const wrong = { model: PLACES, id: 'ids', value: { active: 1 }, position: 0 };
    await storage.compareAndSet(wrong, 0, 5);
    const run = watching(tab().run(idsByStream()));
    await settled();
    run.stop();

    expect(run.last()).toMatchObject({ state: 'live', position: 1 });
  });

  it('parks the events of a broken record, goes on with others, and is mended by a rebuild', async () => {
    const { tab, append, storage, diagnostics, advance } = projectionWorld();
    await append('s', 'a', 'b');
    await append('t', 'x');
    const { readMany } = storage;
    storage.readMany = async (model, ids) => {
      if (model === 'ids@1#1' && ids.includes('s')) throw new BrokenReadModelError(model, 's');
      return readMany(model, ids);
    };
    const run = watching(tab().run(idsByStream()));
    await settled();

    expect(run.last()).toMatchObject({ state: 'live', position: 3, parked: 2 });
    expect(await storage.list('ids@1#1')).toMatchObject([{ id: 't', value: { ids: 'x' } }]);
    expect(await storage.parked('ids@1#1')).toMatchObject([{ reason: { code: 'RXM514' } }, {}]);
    expect(diagnostics.codes).toEqual(['RXM510']);
    expect(await lastOf(tab().replayParked(idsByStream()))).toEqual({ handled: 0, left: 2 });

    await lastOf(tab().rebuild(idsByStream()));
    await advance(1000);

    expect(await storage.read('ids@1#2', 's')).toMatchObject({ value: { ids: 'ab' } });
    expect(run.last()).toMatchObject({ state: 'live', position: 3, parked: 0 });

    run.stop();
  });

  it('begins anew when the record of the place is none', async () => {
    const { tab, append, storage } = projectionWorld();
    await append('s', 'a');
    const { read } = storage;
    let isBroken = true;
    storage.read = async (model, id) => {
      if (model === PLACES && isBroken) throw new BrokenReadModelError(model, id);
      return read(model, id);
    };
    const { compareAndSet } = storage;
    storage.compareAndSet = async (...args) => {
      isBroken = false;
      return compareAndSet(...args);
    };
    const run = watching(tab().run(idsByStream()));
    await settled();
    run.stop();

    expect(run.last()).toMatchObject({ state: 'live', position: 1 });
  });

  it('starts nothing before somebody subscribes', async () => {
    const { tab, append, storage, log } = projectionWorld();
    await append('s', 'a');
    const calls = [
      jest.spyOn(storage, 'read'),
      jest.spyOn(log, 'readAll'),
      jest.spyOn(log, 'head'),
    ];
    const projections: ProjectionService = tab();
    projections.run(idsByStream());
    projections.state(idsByStream(), 's');
    projections.rebuild(idsByStream());
    projections.waitFor(idsByStream(), 1);
    projections.live(idsByStream(), { id: 's' });
    await settled();

    for (const call of calls) expect(call).not.toHaveBeenCalled();
  });
});
