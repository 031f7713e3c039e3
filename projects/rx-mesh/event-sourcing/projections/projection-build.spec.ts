import { settled } from '../../spec-support/settled';
import {
  idsByStream,
  projectionWorld,
  statesOf,
  watching,
} from '../../spec-support/projection-world';
import { type ProjectionPlace, PLACES } from './projection-places';
import { rebuildProjection } from './projection-build';

const upper = (version = 1) =>
  idsByStream({
    version,
    when: { Noted: ({ ids }, { id }) => ({ ids: ids + id.toUpperCase() }) },
  });

const world = async () => {
  const all = projectionWorld();
  await all.append('s', 'a', 'b', 'c', 'd');
  const first = watching(all.tab().run(idsByStream()));
  await settled();
  const place = async () =>
    (await all.storage.read(PLACES, 'ids'))?.value as ProjectionPlace | undefined;
  const model = async (name: string) =>
    (await all.storage.list(name)).map(({ value }) => (value as { ids: string }).ids);
  return { ...all, first, place, model };
};

describe(rebuildProjection.name, () => {
  it('builds beside, switches, and removes the old one', async () => {
    const { tab, first, place, model, storage, append } = await world();
    first.stop();
    const rebuilt = watching(tab().rebuild(upper()));
    await settled();

    expect(rebuilt.isComplete).toBe(true);
    expect(statesOf(rebuilt.values)).toEqual(['rebuilding']);
    expect(rebuilt.values.map(({ position }) => position)).toEqual([3, 4]);
    expect(await place()).toEqual({
      active: 'ids@1#2',
      version: 1,
      last: 2,
      stale: [],
      past: 4,
    });
    expect(await model('ids@1#2')).toEqual(['ABCD']);
    expect(await model('ids@1#1')).toEqual([]);
    expect(await storage.checkpoint('ids@1#1')).toBeUndefined();

    const run = watching(tab().run(upper()));
    await append('s', 'e');
    await settled();
    run.stop();

    expect(await model('ids@1#2')).toEqual(['ABCDE']);
  });

  it('never lets readers see a state that is half built', async () => {
    const { tab, first, append, storage, advance } = await world();
    const projections = tab();
    const seen = watching(projections.state(idsByStream(), 's'));
    await settled();
    const { readMany } = storage;
    let reads = 0;
    storage.readMany = async (model, ids) => {
      // In the middle of it there is news.
      if (model === 'ids@1#2' && ++reads === 2) await append('s', 'e');
      return readMany(model, ids);
    };
    const rebuilt = watching(projections.rebuild(upper()));
    await advance(1000);
    await append('s', 'f');
    await advance(1000);

    expect(rebuilt.isComplete).toBe(true);
    expect(seen.values.map((state) => state?.ids)).toEqual(['abcd', 'abcde', 'ABCDE', 'ABCDEf']);
    expect(first.last()).toMatchObject({ state: 'live', position: 6 });

    seen.stop();
    first.stop();
  });

  it('tells each event as new to one generation, and misses none', async () => {
    const { tab, first, append, advance, log } = await world();
    first.stop();
    const seen: string[] = [];
    const noting = idsByStream({
      when: {
        Noted: ({ ids }, { id }, { isReplay }) => {
          if (!isReplay) seen.push(id);
          return { ids: ids + id };
        },
      },
    });
    const run = watching(tab().run(noting));
    const { readAll } = log;
    let reads = 0;
    log.readAll = async (range) => {
      const page = await readAll(range);
      if (++reads < 20 && reads % 3 === 0) await append('s', `n${reads}`);
      return page;
    };
    const rebuilt = watching(tab().rebuild(noting));
    for (let turn = 0; turn < 20; turn++) await advance(5000);
    run.stop();
    const { events } = await readAll({ after: 4 });

    expect(rebuilt.isComplete).toBe(true);
    expect(events.length).toBeGreaterThan(3);
    // A commit that was overtaken is repeated, and its handlers with it.
    expect([...new Set(seen)]).toEqual(events.map(({ id }) => id));
    expect(seen.length).toBeLessThanOrEqual(events.length + 1);
  });

  it('begins anew after it was left in the middle', async () => {
    const { tab, first, place, model, storage } = await world();
    first.stop();
    const left = watching(tab().rebuild(upper()));
    const { commit } = storage;
    storage.commit = async (what) => {
      left.stop();
      return commit(what);
    };
    await settled();

    expect(await place()).toMatchObject({ active: 'ids@1#1', building: 'ids@1#2' });

    storage.commit = commit;
    const rebuilt = watching(tab().rebuild(idsByStream()));
    await settled();

    expect(rebuilt.isComplete).toBe(true);
    expect(await place()).toMatchObject({ active: 'ids@1#3', stale: [] });
    expect(await model('ids@1#3')).toEqual(['abcd']);
    expect(await model('ids@1#2')).toEqual([]);
    expect(await storage.checkpoint('ids@1#2')).toBeUndefined();
  });

  it('is cleaned up by the next run when the page ends between switch and removal', async () => {
    const { tab, first, place, storage, model } = await world();
    first.stop();
    const rebuilt = watching(tab().rebuild(upper()));
    const { dropCheckpoint } = storage;
    storage.dropCheckpoint = async () => {
      rebuilt.stop();
      return new Promise(() => undefined);
    };
    await settled();

    expect(await place()).toMatchObject({ active: 'ids@1#2', stale: ['ids@1#1'] });

    storage.dropCheckpoint = dropCheckpoint;
    const run = watching(tab().run(upper()));
    await settled();
    run.stop();

    expect(await place()).toMatchObject({ active: 'ids@1#2', stale: [] });
    expect(await model('ids@1#1')).toEqual([]);
  });

  it('leaves the old state when it has to stop', async () => {
    const { tab, first, place, model } = await world();
    const failing = idsByStream({
      onError: 'stop',
      when: {
        Noted: () => {
          throw new Error('no');
        },
      },
    });
    const rebuilt = watching(tab().rebuild(failing));
    await settled();
    first.stop();

    expect(rebuilt.error).toMatchObject({ code: 'RXM510', position: 1 });
    expect(await place()).toMatchObject({ active: 'ids@1#1' });
    expect(await model('ids@1#1')).toEqual(['abcd']);
  });

  it('is done by one tab at a time, and waits for its turn', async () => {
    const { tab, first, place } = await world();
    first.stop();
    const rebuilds = [tab(), tab()].map((projections) => watching(projections.rebuild(upper())));
    await settled();

    expect(rebuilds.map(({ isComplete }) => isComplete)).toEqual([true, true]);
    expect(await place()).toMatchObject({ active: 'ids@1#3', last: 3 });
  });

  it('can be asked for before there is anything', async () => {
    const { tab, storage, append } = projectionWorld();
    const rebuilt = watching(tab().rebuild(idsByStream()));
    await settled();

    expect(rebuilt.isComplete).toBe(true);

    await append('s', 'a');
    const run = watching(tab().run(idsByStream()));
    await settled();
    run.stop();

    expect(await storage.list('ids@1#2')).toMatchObject([{ value: { ids: 'a' } }]);
  });

  it('parks in the new one what fails there, and forgets what was parked in the old one', async () => {
    const { tab, append, storage, first } = await world();
    first.stop();
    const failing = (bad: string) =>
      idsByStream({
        when: {
          Noted: ({ ids }, { id }) => {
            if (id === bad) throw new Error(id);
            return { ids: ids + id };
          },
        },
      });
    const run = watching(tab().run(failing('e')));
    await append('s', 'e', 'f');
    await settled();
    run.stop();

    expect(await storage.parked('ids@1#1')).toHaveLength(2);

    const rebuilt = watching(tab().rebuild(failing('f')));
    await settled();

    expect(rebuilt.last()).toMatchObject({ parked: 1 });
    expect(await storage.parked('ids@1#1')).toEqual([]);
    expect(await storage.parked('ids@1#2')).toMatchObject([{ event: { id: 'f' } }]);
    expect(await storage.read('ids@1#2', 's')).toMatchObject({ value: { ids: 'abcde' } });
  });

  it('goes on when the storage fails in the middle', async () => {
    const { tab, first, model, storage, advance, diagnostics } = await world();
    first.stop();
    const { commit } = storage;
    let calls = 0;
    storage.commit = async (what) => {
      if (++calls % 2 === 0) throw new Error('down');
      return commit(what);
    };
    const rebuilt = watching(tab().rebuild(upper()));
    for (let turn = 0; turn < 5; turn++) await advance(60_000);

    expect(rebuilt.isComplete).toBe(true);
    expect(await model('ids@1#2')).toEqual(['ABCD']);
    expect(diagnostics.codes).toContain('RXM509');
  });

  it('does not let an old version take over from a new one', async () => {
    const { tab, first } = await world();
    first.stop();
    const run = watching(tab().run(upper(2)));
    await settled();
    run.stop();
    const rebuilt = watching(tab().rebuild(idsByStream()));
    await settled();

    expect(rebuilt.error).toMatchObject({ code: 'RXM101', option: 'Projection.version' });
  });
});

describe('a new version of a projection', () => {
  it('is built beside, takes over, and goes on; the tab of the old one only follows', async () => {
    const { tab, first, place, model, append } = await world();
    const reader = watching(tab().state(upper(2), 's'));
    await settled();
    const run = watching(tab().run(upper(2)));
    await settled();
    await append('s', 'e');
    await settled();

    expect(statesOf(run.values)).toEqual(['rebuilding', 'catching-up', 'live']);
    expect(await place()).toMatchObject({ active: 'ids@2#2', version: 2, stale: [] });
    expect(await model('ids@2#2')).toEqual(['ABCDE']);
    expect(await model('ids@1#1')).toEqual([]);
    expect(reader.values.map((state) => state?.ids)).toEqual(['abcd', 'ABCD', 'ABCDE']);
    expect(first.last()).toMatchObject({ state: 'waiting', isLeader: false, position: 5 });

    run.stop();
    first.stop();
    reader.stop();
  });

  it('goes on with what was built before a crash', async () => {
    const { tab, first, model, storage, log } = await world();
    first.stop();
    const left = watching(tab().run(upper(2)));
    const { commit } = storage;
    storage.commit = async (what) => {
      const done = await commit(what);
      left.stop();
      return done;
    };
    await settled();
    storage.commit = commit;

    expect(await storage.checkpoint('ids@2#2')).toMatchObject({ position: 3 });

    const reads = jest.spyOn(log, 'readAll');
    const run = watching(tab().run(upper(2)));
    await settled();
    run.stop();

    expect(await model('ids@2#2')).toEqual(['ABCD']);
    expect(reads.mock.calls.map(([range]) => range?.after)).toEqual([3, 4]);
  });

  it('handles what the old one had not got to as new', async () => {
    const { tab, first, append } = await world();
    first.stop();
    await append('s', 'e');
    const seen: string[] = [];
    const run = watching(
      tab().run(
        idsByStream({
          version: 3,
          when: {
            Noted: (state, { id }, { isReplay }) => {
              seen.push(`${id} ${isReplay}`);
              return state;
            },
          },
        }),
      ),
    );
    await settled();
    run.stop();

    expect(seen).toEqual(['a true', 'b true', 'c true', 'd true', 'e false']);
    expect(run.last()).toMatchObject({ state: 'live', position: 5, version: 3 });
  });
});
