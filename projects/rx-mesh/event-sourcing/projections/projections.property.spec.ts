import { setImmediate } from 'node:timers/promises';
import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { settled } from '../../spec-support/settled';
import {
  type PatchableStorage,
  idsByStream,
  projectionWorld,
  watching,
} from '../../spec-support/projection-world';
import { EventDatabase } from '../indexed-db/event-database';
import { IndexedDbReadModels } from '../indexed-db/indexed-db-read-models';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { memoryReadModels } from './memory-read-models';
import { runProjection } from './projection-run';
import type { ReadModelStorage } from './read-model-storage';
import { BehaviorSubject, NEVER } from 'rxjs';
import { LEADERSHIP } from 'rx-mesh/kernel';

type Step =
  | { readonly do: 'append'; readonly stream: string; readonly count: number }
  | { readonly do: 'start' | 'stop'; readonly tab: number }
  | { readonly do: 'fault'; readonly fault: 'none' | 'refused' | 'lost' | 'hangs' }
  | { readonly do: 'poison'; readonly every: number }
  | { readonly do: 'rebuild' | 'replay' | 'wait' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      stream: fc.constantFrom('a', 'b', '__proto__', 'constructor'),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('start' as const, 'stop'), tab: fc.nat(1) }),
  },
  fc.record({
    do: fc.constant('fault' as const),
    fault: fc.constantFrom('none' as const, 'refused', 'lost', 'hangs'),
  }),
  fc.record({ do: fc.constant('poison' as const), every: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ do: fc.constantFrom('rebuild' as const, 'replay', 'wait') }),
);

const turns = fc.array(fc.nat(4), { maxLength: 13 });

// Deletes the record: what is handled once more after that makes it anew.
const isEnd = (id: string): boolean => Number(id) % 5 === 0;

interface Play {
  readonly steps: readonly Step[];
  readonly storage: ReadModelStorage;
  /** Whether all tabs believe that they lead. */
  readonly split: boolean;
  /** How many turns each call of the storage takes, before and after its work. */
  readonly delays: readonly number[];
}

/** Calls take their time, so that tabs come in between each other. */
function slow(storage: PatchableStorage, delays: readonly number[]): void {
  let calls = 0;
  const rest = async (): Promise<void> => {
    for (let left = delays[calls++ % delays.length] ?? 0; left > 0; left--) await setImmediate();
  };
  const slowly = async <T>(work: () => Promise<T>): Promise<T> => {
    await rest();
    const done = await work();
    await rest();
    return done;
  };
  const { read, readMany, commit, checkpoint, compareAndSet, parked } = storage;
  storage.read = async (...args) => slowly(async () => read(...args));
  storage.readMany = async (...args) => slowly(async () => readMany(...args));
  storage.commit = async (what) => slowly(async () => commit(what));
  storage.checkpoint = async (name) => slowly(async () => checkpoint(name));
  storage.parked = async (...args) => slowly(async () => parked(...args));
  storage.compareAndSet = async (...args) => slowly(async () => compareAndSet(...args));
}

/** Plays it, ends all trouble, and gives back what is stored and what it should be. */
async function play({ steps, storage: original, split, delays }: Play) {
  TestBed.resetTestingModule();
  const everybody = { lead: () => new BehaviorSubject(true) };
  const world = projectionWorld({
    storage: original,
    providers: split ? [{ provide: LEADERSHIP, useValue: everybody }] : [],
  });
  const { storage, advance } = world;
  if (delays.length > 0) slow(storage, delays);
  const { commit } = storage;
  let [fault, every, count] = ['none', 0, 0];
  storage.commit = async (what) => {
    if (fault === 'refused') throw new Error('refused');
    if (fault === 'hangs') return new Promise(() => undefined);
    const done = await commit(what);
    if (fault === 'lost') throw new Error('lost');
    return done;
  };
  const projection = idsByStream({
    when: {
      Noted: ({ ids }, { id, position }) => {
        if (every > 0 && position % every === 0) throw new Error('poison');
        return isEnd(id) ? undefined : { ids: `${ids} ${id}` };
      },
    },
  });
  const expected = new Map<string, string>();
  const running = new Map<number, () => void>();
  const others: (() => void)[] = [];
  const act = async (one: Step): Promise<void> => {
    switch (one.do) {
      case 'append': {
        const { stream } = one;
        const ids = Array.from({ length: one.count }, () => `${++count}`);
        await world.append(stream, ...ids);
        // The pure fold.
        for (const id of ids) {
          if (isEnd(id)) expected.delete(stream);
          else expected.set(stream, `${expected.get(stream) ?? ''} ${id}`);
        }
        return;
      }
      case 'start':
        running.get(one.tab)?.();
        running.set(one.tab, watching(world.tab().run(projection)).stop);
        return;
      case 'stop':
        return running.get(one.tab)?.();
      case 'fault':
        fault = one.fault;
        return;
      case 'poison':
        every = one.every;
        return;
      case 'rebuild':
        others.push(watching(world.tab().rebuild(projection)).stop);
        return;
      case 'replay':
        others.push(watching(world.tab().replayParked(projection)).stop);
        return;
      case 'wait':
        return advance(10_000);
    }
  };
  for (const one of steps) {
    await act(one);
    // Mostly in the middle of what is going on.
    for (let turns = one.do === 'append' ? count % 7 : 3; turns > 0; turns--) await setImmediate();
  }
  // Whoever hangs is a tab that was killed.
  [fault, every] = ['none', 0];
  for (const stop of [...running.values(), ...others]) stop();
  const last = watching(world.tab().run(projection));
  for (let turn = 0; turn < 9; turn++) await advance(60_000);
  const replay = watching(world.tab().replayParked(projection));
  for (let turn = 0; turn < 3; turn++) await advance(60_000);
  const states = new Map<string, string>();
  const records = watching(world.tab().records(projection, { max: 99 }));
  await advance(0);
  for (const { id, value } of records.last() ?? []) states.set(id, value.ids);
  const parked = replay.last()?.left;
  last.stop();
  records.stop();
  await settled();
  return { states, expected, parked, status: last.last(), count, pending: world.clock.pending };
}

const inDatabase = (): ReadModelStorage => {
  const databases = fakeDatabases();
  return new IndexedDbReadModels(new EventDatabase('events', () => databases), {
    heard: () => NEVER,
    tell: () => undefined,
  });
};

describe(`${runProjection.name}, whatever happens`, () => {
  it.each<[string, boolean, () => ReadModelStorage, number]>([
    ['with two tabs', false, memoryReadModels, 100],
    ['with two tabs that both believe that they lead', true, memoryReadModels, 150],
    ['with two such tabs over a database', true, inDatabase, 20],
  ])(
    'has each event exactly once and in order %s',
    async (_title, split, make, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), turns, async (steps, delays) => {
          const end = await play({ steps, storage: make(), split, delays });

          expect(end.states).toEqual(end.expected);
          expect(end.parked).toBe(0);
          expect(end.status).toMatchObject({ state: 'live', position: end.count });
          expect(end.pending).toBe(0);
        }),
        { numRuns },
      );
    },
    60_000,
  );

  it('holds no more records than a page has events, however many there are', async () => {
    TestBed.resetTestingModule();
    const { log, storage, tab, advance } = projectionWorld({ pageSize: 1000 });
    for (let at = 0; at < 100; at++) {
      const events = Array.from({ length: 1000 }, (_, n) => ({
        id: `${at}.${n}`,
        type: 'Noted',
        schemaVersion: 1,
        aggregateId: `${(at * 1000 + n) % 70_000}`,
        aggregateType: 'note',
        data: null,
        metadata: { serviceId: 'test' },
      }));
      await log.append({ stream: 's', events, timestamp: 1 }, 'any');
    }
    const { commit, readMany } = storage;
    let [most, commits, written] = [0, 0, 0];
    storage.readMany = async (model, ids) => {
      most = Math.max(most, ids.length);
      return readMany(model, ids);
    };
    storage.commit = async (what) => {
      most = Math.max(most, what.writes?.length ?? 0);
      commits++;
      written += what.writes?.length ?? 0;
      return commit(what);
    };
    const run = watching(
      tab().run(
        idsByStream({
          idOf: ({ aggregateId }) => aggregateId,
          when: { Noted: ({ ids }) => ({ ids: `${ids}.` }) },
        }),
      ),
    );
    for (let turn = 0; turn < 40 && run.last()?.state !== 'live'; turn++) await advance(0);
    run.stop();

    expect(run.last()).toMatchObject({ state: 'live', position: 100_000 });
    expect([most, commits, written]).toEqual([1000, 100, 100_000]);
    expect(await storage.read('ids@1#1', '0')).toMatchObject({ value: { ids: '..' } });
    expect(await storage.read('ids@1#1', '69999')).toMatchObject({ value: { ids: '.' } });
  }, 60_000);
});
