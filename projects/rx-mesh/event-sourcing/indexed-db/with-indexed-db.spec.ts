import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRxMeshTesting } from 'rx-mesh/testing';

import { allOf, idsOf, lastOf } from '../../spec-support/event-store-world';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { settled } from '../../spec-support/settled';
import { EVENT_LOG } from '../log/event-log-token';
import { EventStoreService } from '../store/event-store-service';
import { SNAPSHOT_STORE } from '../store/snapshots';
import { EVENT_DATABASE, withIndexedDb } from './with-indexed-db';

const page = (databases: IDBFactory | undefined, name = 'shop') => {
  const view = Object.assign(new EventTarget(), { indexedDB: databases });
  TestBed.resetTestingModule().configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withIndexedDb({ name }).ɵproviders,
      { provide: DOCUMENT, useValue: { defaultView: databases ? view : null } },
    ],
  });
  return TestBed.inject(EventStoreService);
};

describe(withIndexedDb.name, () => {
  it('keeps events and snapshots beyond the page', async () => {
    const databases = fakeDatabases();
    const fold = {
      initial: () => '',
      evolve: (state: string, { id }: { readonly id: string }) => state + id,
      snapshot: { every: 2 },
    };
    const first = page(databases);
    await lastOf(
      first.appendToStream(
        's',
        ['a', 'b'].map((id) => ({ id, type: 'T' })),
      ),
    );
    await lastOf(first.load('s', fold));
    await settled();
    const second = page(databases);

    expect(idsOf(await allOf(second.readAll()))).toBe('ab');
    expect(await lastOf(second.load('s', fold))).toEqual({
      state: 'ab',
      version: 2,
      snapshotVersion: 2,
    });
    expect(TestBed.inject(EVENT_LOG)).toMatchObject({ name: 'shop', durability: 'browser' });
    expect(idsOf(await allOf(page(databases, 'other').readAll()))).toBe('');
  });

  it('does not use a snapshot that is none, nor lets an older one win', async () => {
    page(fakeDatabases());
    const store = TestBed.inject(SNAPSHOT_STORE);
    const snapshot = { key: 's', version: 2, schemaVersion: 1, state: 1, timestamp: 0 };
    await store.put(snapshot);
    await store.put({ ...snapshot, version: 1 });

    expect(await store.get('s')).toEqual(snapshot);

    await TestBed.inject(EVENT_DATABASE)?.within(
      ['snapshots'],
      { mode: 'readwrite' },
      async (transaction) => transaction.objectStore('snapshots').put({ key: 's', version: 'x' }),
    );

    expect(await store.get('s')).toBeUndefined();
    expect(await store.get('none')).toBeUndefined();
  });

  it('lets go when the application ends', async () => {
    const store = page(fakeDatabases());
    await lastOf(store.appendToStream('s', { type: 'T' }));
    const close = jest.spyOn(IDBDatabase.prototype, 'close');
    TestBed.resetTestingModule();
    await settled();

    expect(close).toHaveBeenCalledTimes(1);
    close.mockRestore();
  });

  it('cannot be used without a window', async () => {
    const store = page(undefined);

    await expect(allOf(store.readAll())).rejects.toMatchObject({ code: 'RXM505' });
  });

  it('refuses an empty name', () => {
    expect(() => withIndexedDb({ name: '' })).toThrow(/IndexedDbOptions.name/);
  });
});
