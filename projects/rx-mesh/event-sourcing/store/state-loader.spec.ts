import { append } from '../../spec-support/contracts/event-log';
import { eventStoreWorld, lastOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import { withEventSourcing } from '../with-event-sourcing';
import { SNAPSHOT_STORE, type Snapshot, type SnapshotStore, memorySnapshotStore } from './snapshots'; // prettier-ignore
import { type StateFold, StateLoader } from './state-loader';

const fold = (snapshot?: StateFold<string>['snapshot']): StateFold<string> => ({
  initial: () => '',
  evolve: (state, { id }) => state + id,
  snapshot,
});
const world = (snapshots: SnapshotStore = memorySnapshotStore()) => ({
  snapshots,
  ...eventStoreWorld([
    withEventSourcing({ pageSize: 2 }),
    { ɵproviders: [{ provide: SNAPSHOT_STORE, useValue: snapshots }] },
  ]),
});

describe(StateLoader.name, () => {
  it('folds a stream', async () => {
    const { store, log } = world();
    await append(log, 's', ['a', 'b', 'c']);

    expect(await lastOf(store.load('s', fold()))).toEqual({
      state: 'abc',
      version: 3,
      snapshotVersion: 0,
    });
    expect(await lastOf(store.load('none', fold()))).toMatchObject({
      state: '',
      version: 0,
    });
  });

  it('makes the first state anew for each load', async () => {
    const { store, log } = world();
    await append(log, 's', ['a', 'b']);
    const list = {
      initial: (): string[] => [],
      evolve: (state: string[], { id }: { readonly id: string }) => [...state, id],
    };

    expect((await lastOf(store.load('s', list))).state).toEqual(['a', 'b']);
    expect((await lastOf(store.load('s', list))).state).toEqual(['a', 'b']);
  });

  it('never gives a version whose events are not in the state', async () => {
    const { store, log } = world();
    const { streamHead } = log;
    // Another tab is faster than the look at the version of a stream that did not exist.
    log.streamHead = async (stream) => {
      log.streamHead = streamHead;
      await append(log, stream, ['a', 'b', 'c']);
      return streamHead(stream);
    };

    expect(await lastOf(store.load('s', fold()))).toMatchObject({ state: 'abc', version: 3 });
  });

  it('gives the version that the next append needs, also when the newest events are no more', async () => {
    const { store, log } = world();
    await append(log, 's', ['a', 'b', 'c']);
    await lastOf(store.load('s', fold({ every: 2 })));
    await settled();
    await append(log, 's', ['d', 'e']);
    await log.truncate('s', { before: 6 });

    expect(await lastOf(store.load('s', fold({ every: 2 })))).toMatchObject({ version: 5 });
    expect(await lastOf(store.load('s', fold()))).toMatchObject({ state: '', version: 5 });
  });

  it('keeps a snapshot every so many events, and goes on from it', async () => {
    const { store, log, snapshots } = world();
    const policy = { every: 3 };
    await append(log, 's', ['a', 'b']);
    await lastOf(store.load('s', fold(policy)));

    expect(await snapshots.get('s')).toBeUndefined();

    await append(log, 's', ['c']);
    await lastOf(store.load('s', fold(policy)));
    await settled();
    await append(log, 's', ['d']);
    const readStream = jest.spyOn(log, 'readStream');

    expect(await snapshots.get('s')).toMatchObject({ key: 's', version: 3, state: 'abc' });
    expect(await lastOf(store.load('s', fold(policy)))).toEqual({
      state: 'abcd',
      version: 4,
      snapshotVersion: 3,
    });
    expect(readStream.mock.calls).toMatchObject([['s', { from: 4 }]]);
  });

  it.each<[string, Partial<Snapshot>]>([
    ['of another shape', { schemaVersion: 1 }],
    ['that is ahead of the stream', { version: 9 }],
  ])('does not use a snapshot %s', async (_title, fields) => {
    const { store, log, snapshots } = world();
    await append(log, 's', ['a', 'b']);
    await snapshots.put({
      key: 'k',
      version: 1,
      schemaVersion: 2,
      state: 'x',
      timestamp: 0,
      ...fields,
    });
    const policy = { every: 10, schemaVersion: 2, key: 'k' };

    expect(await lastOf(store.load('s', fold(policy)))).toMatchObject({ state: 'ab' });
  });

  it('folds all events when a snapshot cannot be read, and tells of it', async () => {
    const get = async () => Promise.reject(new Error('no'));
    const { store, log, diagnostics } = world({ ...memorySnapshotStore(), get });
    await append(log, 's', ['a']);

    expect(await lastOf(store.load('s', fold({ every: 9 })))).toMatchObject({ state: 'a' });
    expect(diagnostics.codes).toEqual(['RXM509']);
  });

  it('gives the state also when no snapshot can be kept', async () => {
    const put = async () => Promise.reject(new Error('no'));
    const { store, log, diagnostics } = world({ ...memorySnapshotStore(), put });
    await append(log, 's', ['a']);
    const states: StateFold<() => number> = {
      initial: () => () => 1,
      evolve: (state) => state,
      snapshot: { every: 1 },
    };

    expect(await lastOf(store.load('s', fold({ every: 1 })))).toMatchObject({ state: 'a' });
    expect(await lastOf(store.load('s', states))).toMatchObject({ version: 1 });
    await settled();
    expect(diagnostics.codes).toEqual(['RXM509', 'RXM509']);
    expect(diagnostics.records[1]?.cause).toMatchObject({ code: 'RXM500', path: 'state' });
  });

  it('knows the version of a stream whose events are all gone', async () => {
    const { store, log } = world();
    await append(log, 's', ['a', 'b']);
    await log.truncate('s', { before: 3 });

    expect(await lastOf(store.load('s', fold()))).toMatchObject({ state: '', version: 2 });
  });

  it('fails as the fold does, and refuses a wrong policy', async () => {
    const { store, log } = world();
    await append(log, 's', ['a']);
    const failure = new Error('no');
    const broken: StateFold<string> = {
      initial: () => '',
      evolve: () => {
        throw failure;
      },
    };

    await expect(lastOf(store.load('s', broken))).rejects.toBe(failure);
    await expect(lastOf(store.load('s', fold({ every: 0 })))).rejects.toMatchObject({
      code: 'RXM101',
      option: 'SnapshotPolicy.every',
    });
  });
});

describe(memorySnapshotStore.name, () => {
  const aSnapshot: Snapshot = { key: 'k', version: 5, schemaVersion: 1, state: 'x', timestamp: 0 };

  it('lets no older one of the same shape replace a newer one', async () => {
    const store = memorySnapshotStore();
    await store.put(aSnapshot);
    await store.put({ ...aSnapshot, version: 4 });

    expect(await store.get('k')).toEqual(aSnapshot);

    await store.put({ ...aSnapshot, version: 4, schemaVersion: 2 });

    expect(await store.get('k')).toMatchObject({ version: 4 });
  });

  it('keeps the thousand that were put last', async () => {
    const store = memorySnapshotStore();
    for (let at = 0; at <= 1000; at++) await store.put({ ...aSnapshot, key: `k${at}` });

    expect(await store.get('k0')).toBeUndefined();
    expect(await store.get('k1')).toBeDefined();
  });
});
