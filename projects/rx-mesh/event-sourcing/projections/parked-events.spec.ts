import { TestBed } from '@angular/core/testing';
import { settled } from '../../spec-support/settled';
import { idsByStream, projectionWorld, watching } from '../../spec-support/projection-world';
import { lastOf } from '../../spec-support/event-store-world';
import { UPCASTERS, type UpcasterChain, withUpcasters } from '../upcasters';
import { discardParkedEvents, replayParkedEvents } from './parked-events';
import type { ProjectionDefinition } from './projection';

type Fields = Partial<ProjectionDefinition<{ readonly ids: string }>>;

// Fails on ids in a set that a test can change.
const picky = (bad: Set<string>, fields: Fields = {}) =>
  idsByStream({
    when: {
      Noted: ({ ids }, { id }) => {
        if (bad.has(id)) throw new Error(`no ${id}`);
        return { ids: ids + id };
      },
    },
    ...fields,
  });

const run = async (fields: Fields = {}, bad = new Set(['b'])) => {
  const world = projectionWorld();
  await world.append('s', 'a', 'b', 'c');
  await world.append('t', 'x');
  const projection = picky(bad, fields);
  const projections = world.tab();
  const running = watching(projections.run(projection));
  await settled();
  const state = async (id: string) => {
    const record = await world.storage.read('ids@1#1', id);
    return (record?.value as { ids: string } | undefined)?.ids;
  };
  return { ...world, projection, projections, running, bad, state };
};

describe('a projection whose handler fails', () => {
  it('parks the event, and those of the same record behind it', async () => {
    const { projections, projection, running, state, append, diagnostics } = await run();
    await append('s', 'd');
    await settled();

    expect([await state('s'), await state('t')]).toEqual(['a', 'x']);
    expect(running.last()).toMatchObject({ state: 'live', position: 5, parked: 3 });
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM510', severity: 'warning', cause: { message: 'no b' } },
    ]);

    const parked = watching(projections.parked(projection));
    await settled();

    expect(parked.last()).toMatchObject([
      {
        handler: 'ids@1#1',
        position: 2,
        id: 's',
        event: { id: 'b', type: 'Noted' },
        reason: { name: 'Error', message: 'no b' },
        attempts: 1,
        isReplay: true,
      },
      { position: 3, event: { id: 'c' }, attempts: 0, isReplay: true },
      { position: 5, event: { id: 'd' }, attempts: 0, isReplay: false },
    ]);
    expect(parked.last()?.[1]).not.toHaveProperty('reason');

    parked.stop();
    running.stop();
  });

  it.each<[string, ProjectionDefinition<{ readonly ids: string }>['when']]>([
    ['throws no error', { Noted: () => { throw 'no' as unknown; } }], // prettier-ignore
    ['gives a promise', { Noted: (async () => Promise.resolve({ ids: '' })) as never }],
    ['gives what is no JSON', { Noted: () => ({ ids: '', at: new Date(0) }) }],
    ['gives a number that is none', { Noted: () => NaN as never }],
    ['gives a trap', { Noted: () => JSON.parse('{"__proto__":{"ids":"x"}}') as never }],
    ['changes the state', { Noted: (state) => Object.assign(state, { ids: 'changed' }) }],
    ['changes the event', { Noted: (state, event) => (Object.assign(event.data as object, { id: 1 }), state) }], // prettier-ignore
    ['gives a cycle', { Noted: () => { const ids: unknown[] = []; ids.push(ids); return { ids } as never; } }], // prettier-ignore
  ])('parks the event when it %s', async (_title, when) => {
    const { running, state, projections, projection } = await run({ when });

    expect(running.last()).toMatchObject({ state: 'live', position: 4, parked: 4 });
    expect([await state('s'), await state('t')]).toEqual([undefined, undefined]);
    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 0, left: 4 });

    running.stop();
  });

  it.each<[string, Fields]>([
    ['initial', { initial: () => { throw new Error('no'); } }], // prettier-ignore
    ['idOf', { idOf: () => { throw new Error('no'); } }], // prettier-ignore
    ['idOf with no text', { idOf: () => 7 as never }],
  ])('parks the event when %s fails', async (_title, fields) => {
    const { running } = await run(fields, new Set());

    expect(running.last()).toMatchObject({ state: 'live', position: 4, parked: 4 });

    running.stop();
  });

  it('leaves it out when it is told to skip', async () => {
    const { running, state, diagnostics } = await run({ onError: 'skip' });
    running.stop();

    expect([await state('s'), await state('t')]).toEqual(['ac', 'x']);
    expect(running.last()).toMatchObject({ state: 'live', parked: 0 });
    expect(diagnostics.records).toMatchObject([{ code: 'RXM510', severity: 'error' }]);
  });

  it('lets other events of the record pass when they need not wait', async () => {
    const { running, state, bad, projections, projection } = await run({ parkBehind: false });

    expect(await state('s')).toBe('ac');

    bad.clear();

    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 1, left: 0 });
    expect(await state('s')).toBe('acb');

    running.stop();
  });

  it('stops when it is told to, with all that came before', async () => {
    const { running, state, storage, bad, projections, projection, clock } = await run({
      onError: 'stop',
    });

    expect(running.error).toMatchObject({
      code: 'RXM510',
      projection: 'ids',
      position: 2,
      eventType: 'Noted',
      cause: { message: 'no b' },
    });
    expect(running.last()).toMatchObject({ state: 'stopped', position: 1, isLeader: false });
    expect(projections.statuses().get('ids')).toMatchObject({ state: 'stopped' });
    expect(await state('s')).toBe('a');
    expect(await storage.checkpoint('ids@1#1')).toMatchObject({ position: 1 });
    expect(clock.pending).toBe(0);

    bad.clear();
    const again = watching(projections.run(projection));
    await settled();
    again.stop();

    expect(await state('s')).toBe('abc');
    expect(again.last()).toMatchObject({ state: 'live', position: 4 });
  });

  it('stops when too many are parked', async () => {
    const { running, state, storage } = await run({ maxParked: 1 });

    expect(running.error).toMatchObject({ code: 'RXM510', position: 3 });
    expect(await state('s')).toBe('a');
    expect(await storage.parked('ids@1#1')).toHaveLength(1);
    expect(await storage.checkpoint('ids@1#1')).toMatchObject({ position: 2 });
  });

  it('parks an event that no upcaster can read, and reads it once one can', async () => {
    let isBroken = true;
    const { ɵproviders } = withUpcasters([
      {
        type: 'Noted',
        from: 1,
        upcast: (data, { id }) => {
          if (isBroken && id === 'b') throw new Error('no upcast');
          return data;
        },
      },
    ]);
    const world = projectionWorld({ providers: ɵproviders as never });
    const [projections, projection] = [world.tab(), idsByStream()];
    await world.append('s', 'a', 'b', 'c');
    await world.append('t', 'x');
    const running = watching(projections.run(projection));
    await settled();

    expect(TestBed.inject<UpcasterChain>(UPCASTERS)).toBeDefined();
    expect(running.last()).toMatchObject({ state: 'live', position: 4, parked: 2 });

    isBroken = false;

    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 2, left: 0 });
    expect(await world.storage.read('ids@1#1', 's')).toMatchObject({ value: { ids: 'abc' } });

    running.stop();
  });
});

describe(replayParkedEvents.name, () => {
  it('handles them in order, and the projection goes on', async () => {
    const { running, state, append, bad, projections, projection } = await run();
    bad.clear();

    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 2, left: 0 });
    expect(await state('s')).toBe('abc');

    await append('s', 'd');
    await settled();

    expect(await state('s')).toBe('abcd');
    expect(running.last()).toMatchObject({ state: 'live', position: 5, parked: 0 });

    running.stop();
  });

  it('leaves what fails again, and what is behind it', async () => {
    const { running, state, bad, storage, projections, projection } = await run(
      {},
      new Set(['b', 'x']),
    );
    bad.delete('x');

    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 1, left: 2 });
    expect([await state('s'), await state('t')]).toEqual(['a', 'x']);
    expect(await storage.parked('ids@1#1')).toMatchObject([
      { position: 2, attempts: 2, reason: { message: 'no b' } },
      { position: 3, attempts: 0 },
    ]);

    running.stop();
  });

  it('works from a tab that does not run it, while another does', async () => {
    const world = await run();
    const { running, state, append, bad, projection } = world;
    bad.clear();
    const other = world.tab();
    const replay = watching(other.replayParked(projection));
    await append('s', 'd');
    await append('s', 'e');
    await world.advance(1000);
    const rest = await lastOf(other.replayParked(projection));
    await append('s', 'f');
    await settled();

    expect(replay.isComplete).toBe(true);
    expect(rest.left).toBe(0);
    expect(await state('s')).toBe('abcdef');
    expect(running.last()).toMatchObject({ state: 'live', position: 7, parked: 0 });

    running.stop();
  });

  it('tries again when somebody else was faster, and never stores half', async () => {
    const { running, state, bad, storage, projections, projection, advance } = await run();
    running.stop();
    bad.clear();
    const { commit } = storage;
    let faster = 3;
    storage.commit = async (what) => {
      if (faster-- > 0) {
        const { checkpoint, expected, position, timestamp } = what;
        await commit({ checkpoint, expected, position, timestamp });
      }
      return commit(what);
    };
    const replay = watching(projections.replayParked(projection));
    await advance(60_000);
    await advance(60_000);

    expect(replay.values).toEqual([{ handled: 2, left: 0 }]);
    expect(await state('s')).toBe('abc');
  });

  it('fails when the storage does', async () => {
    const { running, storage, projections, projection } = await run();
    running.stop();
    storage.parked = async () => Promise.reject(new Error('down'));

    await expect(lastOf(projections.replayParked(projection))).rejects.toThrow('down');
  });

  it('does nothing where nothing is parked, or of another version', async () => {
    const { running, projections, storage, bad } = await run();
    running.stop();
    bad.clear();

    expect(await lastOf(projections.replayParked(picky(bad, { version: 2 })))).toEqual({ handled: 0, left: 2 }); // prettier-ignore
    expect(await lastOf(projections.replayParked(picky(bad, { name: 'none' })))).toEqual({ handled: 0, left: 0 }); // prettier-ignore
    expect(await storage.parked('ids@1#1')).toHaveLength(2);
  });

  it('does not put an event of an unknown record before what the record has', async () => {
    let isBroken = true;
    const idOf: Fields['idOf'] = ({ stream, id }) => {
      if (isBroken && id === 'b') throw new Error('no id');
      return stream;
    };
    const { running, state, projections, projection, storage } = await run({ idOf }, new Set());

    expect(await state('s')).toBe('ac');

    isBroken = false;

    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 0, left: 1 });
    expect(await state('s')).toBe('ac');
    expect(await storage.parked('ids@1#1')).toMatchObject([
      { attempts: 2, reason: { message: expect.stringContaining('rebuild') as string } },
    ]);

    running.stop();
  });

  it('forgets an event that the projection does not want any more', async () => {
    const { running, projections, storage } = await run();
    running.stop();

    expect(
      await lastOf(projections.replayParked(idsByStream({ when: { Other: (state) => state } }))),
    ).toEqual({ handled: 2, left: 0 });
    expect(await storage.parked('ids@1#1')).toEqual([]);
  });
});

describe(discardParkedEvents.name, () => {
  it('gives some up, or all', async () => {
    const { running, state, append, projections, projection } = await run();

    expect(await lastOf(projections.discardParked(projection, [2, 77]))).toEqual({ handled: 1, left: 1 }); // prettier-ignore
    expect(await lastOf(projections.replayParked(projection))).toEqual({ handled: 1, left: 0 });
    expect(await state('s')).toBe('ac');
    expect(await lastOf(projections.discardParked(projection))).toEqual({ handled: 0, left: 0 });

    await append('s', 'd');
    await settled();

    expect(await state('s')).toBe('acd');

    running.stop();
  });
});
