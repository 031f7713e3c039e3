import { type IDBPDatabase, wrap } from 'idb';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { settled } from '../../spec-support/settled';
import { IndexedDbSpanStore } from './indexed-db-span-store';
import type { StoredBatch } from './span-store';

const aBatch: StoredBatch = {
  exporter: 'otlp',
  receiver: 'abc',
  spans: 2,
  bytes: 2,
  at: 1,
  text: '[]',
};

const connect = async (databases: IDBFactory, version?: number) =>
  wrap(databases.open('spans', version)) as Promise<IDBPDatabase>;

const settledOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe(IndexedDbSpanStore.name, () => {
  it('opens nothing before it is used', () => {
    const factory = jest.fn<IDBFactory, []>();

    expect(new IndexedDbSpanStore('spans', factory)).toBeInstanceOf(IndexedDbSpanStore);
    expect(factory).not.toHaveBeenCalled();
  });

  it('opens one connection for all calls', async () => {
    const databases = fakeDatabases();
    const factory = jest.fn(() => databases);
    const store = new IndexedDbSpanStore('spans', factory);
    await Promise.all([store.put(aBatch), store.put(aBatch), store.list()]);
    await store.list();

    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('is one store for all tabs', async () => {
    const databases = fakeDatabases();
    const [one, other] = [1, 2].map(() => new IndexedDbSpanStore('spans', () => databases));
    await one?.put(aBatch);

    await expect(other?.list()).resolves.toHaveLength(1);
  });

  it('does not stand in the way of a new version, and rejects from then on', async () => {
    const databases = fakeDatabases();
    const store = new IndexedDbSpanStore('spans', () => databases);
    await store.put(aBatch);
    const newer = await connect(databases, 2);

    expect(newer.version).toBe(2);
    await expect(store.list()).rejects.toMatchObject({ name: 'VersionError' });
    await expect(store.put(aBatch)).rejects.toMatchObject({ name: 'VersionError' });
  });

  it('begins anew when a user has deleted the database', async () => {
    const databases = fakeDatabases();
    const store = new IndexedDbSpanStore('spans', () => databases);
    await store.put(aBatch);
    await wrap(databases.deleteDatabase('spans'));

    await expect(store.list()).resolves.toEqual([]);
    await expect(store.put(aBatch)).resolves.toBe(1);
  });

  it('rejects while another tab blocks it, and leaves nothing open when that is over', async () => {
    const databases = fakeDatabases();
    const requests: IDBOpenDBRequest[] = [];
    const store = new IndexedDbSpanStore('spans', () => {
      const request = databases.open('spans', 1);
      requests.push(request);
      return { open: () => request } as never;
    });
    const listed = store.list();
    const blocked = settledOf(listed);
    while (requests[0]?.onblocked === undefined || requests[0].onblocked === null) {
      await Promise.resolve();
    }
    requests[0].onblocked(new Event('blocked') as IDBVersionChangeEvent);

    await expect(blocked).resolves.toMatchObject({ message: 'Another tab blocks the database.' });

    await settled();
    const late = requests[0].result;

    expect(() => late.transaction('heads')).toThrow(/not allowed/);
  });

  it('rejects where a page may not even look, and tries again with the next call', async () => {
    const databases = fakeDatabases();
    const factory = jest
      .fn(() => databases)
      .mockImplementationOnce(() => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      });
    const store = new IndexedDbSpanStore('spans', factory);

    await expect(store.list()).rejects.toMatchObject({ name: 'SecurityError' });
    await expect(store.list()).resolves.toEqual([]);
  });

  it('opens a new connection after the old one has died', async () => {
    const databases = fakeDatabases();
    const connections: IDBDatabase[] = [];
    const open = (name: string, version: number) => {
      const request = databases.open(name, version);
      request.addEventListener('success', () => connections.push(request.result));
      return request;
    };
    const store = new IndexedDbSpanStore('spans', () => ({ open }) as IDBFactory);
    await store.put(aBatch);
    connections[0]?.close();

    await expect(store.list()).rejects.toMatchObject({ name: 'InvalidStateError' });
    await expect(store.list()).resolves.toHaveLength(1);
    expect(connections).toHaveLength(2);
  });

  it('rejects in a database of somebody else', async () => {
    const databases = fakeDatabases();
    (await connect(databases, 1)).close();
    const store = new IndexedDbSpanStore('spans', () => databases);

    await expect(store.put(aBatch)).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('leaves all as it was when a place is taken', async () => {
    const databases = fakeDatabases();
    const store = new IndexedDbSpanStore('spans', () => databases);
    const id = await store.put(aBatch);

    await expect(store.put({ ...aBatch, spans: 7 }, id)).rejects.toThrow();
    await expect(store.read(id)).resolves.toEqual(aBatch);
    await expect(store.list()).resolves.toHaveLength(1);
  });
});
