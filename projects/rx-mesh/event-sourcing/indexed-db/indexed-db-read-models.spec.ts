import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { LEADERSHIP, pageLeadership } from 'rx-mesh/kernel';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { append } from '../../spec-support/contracts/event-log';
import {
  aParked,
  aWrite,
  describeReadModelStorage,
} from '../../spec-support/contracts/read-model-storage';
import { EventOrigin } from '../../spec-support/event-tabs';
import { lastOf } from '../../spec-support/event-store-world';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { idsByStream, watching } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { EVENT_LOG } from '../log/event-log-token';
import { ProjectionService } from '../projections/projection-service';
import { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
import type { ReadModelChange } from '../projections/read-model-storage';
import { EventDatabase } from './event-database';
import { IndexedDbReadModels } from './indexed-db-read-models';
import { withIndexedDb } from './with-indexed-db';

const tabs = (databases: IDBFactory, channel = new Subject<unknown>()) => {
  const hints = { heard: () => channel, tell: (_log: string, told: unknown) => channel.next(told) };
  return () => new IndexedDbReadModels(new EventDatabase('events', () => databases), hints);
};

describeReadModelStorage(IndexedDbReadModels.name, () => {
  const tab = tabs(fakeDatabases());
  return { storage: tab(), other: tab() };
});

describe(IndexedDbReadModels.name, () => {
  const broken = async () => {
    const origin = new EventOrigin();
    const storage = tabs(origin.databases)();
    await storage.commit({
      checkpoint: 'c',
      expected: 0,
      position: 9,
      timestamp: 5,
      writes: ['a', 'b', 'c'].map((id) => aWrite(id, id)),
      parked: [1, 2, 3].map((position) => aParked(position)),
    });
    await origin.tamper(async (database) => {
      await database.put('readModels', { model: 'm', id: 'b', value: 1, version: 'x' });
      await database.put('readModels', { model: 'm', id: 'bb' });
      await database.put('parked', { handler: 'c', position: 2, event: null });
      await database.put('checkpoints', { name: 'bad', position: -1 });
    });
    return storage;
  };

  it('says which record is broken, and leaves it out of lists', async () => {
    const storage = await broken();
    const error = { code: 'RXM514', model: 'm', id: 'b' };

    await expect(storage.read('m', 'b')).rejects.toMatchObject(error);
    await expect(storage.readMany('m', ['a', 'b'])).rejects.toMatchObject(error);
    expect((await storage.list('m')).map(({ id }) => id)).toEqual(['a', 'c']);
    expect((await storage.list('m', { max: 1, after: 'a' })).map(({ id }) => id)).toEqual(['c']);
    expect((await storage.parked('c', { max: 2 })).map(({ position }) => position)).toEqual([1, 3]);
    expect(await storage.checkpoint('bad')).toBeUndefined();
  });

  it('lets what is broken be written over', async () => {
    const storage = await broken();

    expect(await storage.compareAndSet(aWrite('b', 2), 0, 5)).toMatchObject({ version: 1 });
    expect(
      await storage.commit({
        checkpoint: 'bad',
        expected: 0,
        position: 1,
        timestamp: 5,
        writes: [aWrite('bb', 1)],
      }),
    ).toMatchObject({ version: 1 });
    expect(await storage.list('m')).toHaveLength(4);
  });

  it('removes a large model piece by piece', async () => {
    const storage = tabs(fakeDatabases())();
    const writes = Array.from({ length: 4500 }, (_, at) => aWrite(`${at}`, at));
    await storage.commit({ checkpoint: 'c', expected: 0, position: 1, timestamp: 5, writes });
    await storage.drop('m');

    expect(await storage.list('m')).toEqual([]);
  });

  it.each([
    [null, {}],
    ['x', {}],
    [{ models: 'm' }, {}],
    [{ models: [1] }, {}],
    [{ models: ['m'], checkpoint: 1 }, {}],
    [{ checkpoint: 'c', more: 1 }, { checkpoint: 'c' }],
  ])('hears %j of another tab as a reason to look', (said, change) => {
    const channel = new Subject<unknown>();
    const heard: ReadModelChange[] = [];
    const listening = tabs(fakeDatabases(), channel)().changes$.subscribe((one) => heard.push(one));
    channel.next(said);
    listening.unsubscribe();

    expect(heard).toEqual([change]);
    expect(channel.observed).toBe(false);
  });

  it('rejects with the errors of the database', async () => {
    const storage = new IndexedDbReadModels(
      new EventDatabase('events', () => {
        throw new Error('private');
      }),
      { heard: () => new Subject(), tell: () => undefined },
    );

    await expect(storage.read('m', 'a')).rejects.toMatchObject({ code: 'RXM505' });
    await expect(
      storage.commit({ checkpoint: 'c', expected: 0, position: 1, timestamp: 5 }),
    ).rejects.toMatchObject({ code: 'RXM505' });
  });

  it('is what projections are kept in with withIndexedDb, beyond the page', async () => {
    const view = Object.assign(new EventTarget(), { indexedDB: fakeDatabases() });
    const page = () => {
      TestBed.resetTestingModule().configureTestingModule({
        providers: [
          provideRxMeshTesting(),
          ...withIndexedDb({ name: 'shop' }).ɵproviders,
          { provide: LEADERSHIP, useValue: pageLeadership() },
          { provide: DOCUMENT, useValue: { defaultView: view } },
        ],
      });
      return TestBed.inject(ProjectionService);
    };
    const first = page();
    const log = TestBed.inject(EVENT_LOG);
    await append(log, 's', ['a', 'b']);
    const run = watching(first.run(idsByStream()));
    await lastOf(first.waitFor(idsByStream(), 2));
    run.stop();
    const state = watching(page().state(idsByStream(), 's'));
    await settled();
    state.stop();

    expect(TestBed.inject(READ_MODEL_STORAGE)).toMatchObject({
      name: 'shop',
      capabilities: { crossTab: true, crossClient: false, atomicMany: true },
    });
    expect(state.values).toEqual([{ ids: 'ab' }]);
  });
});
