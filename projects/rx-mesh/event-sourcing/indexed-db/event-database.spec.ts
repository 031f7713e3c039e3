import { forceCloseDatabase } from 'fake-indexeddb';
import { wrap } from 'idb';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { EventOrigin, openRaw } from '../../spec-support/event-tabs';
import { settled } from '../../spec-support/settled';
import { EventDatabase } from './event-database';

const open = (origin = new EventOrigin()) => {
  const { name, factory } = origin.tab();
  return { origin, database: new EventDatabase(name, factory) };
};
const put = async (database: EventDatabase, name = 'x') =>
  database.within(['checkpoints'], { mode: 'readwrite' }, async (transaction) =>
    transaction.objectStore('checkpoints').put({ name }),
  );
const count = async (database: EventDatabase) =>
  database.within(['checkpoints'], {}, async (transaction) =>
    transaction.objectStore('checkpoints').count(),
  );

describe(EventDatabase.name, () => {
  it('has stores for what has to be stored together', async () => {
    const { origin, database } = open();
    await put(database);

    expect(Array.from(origin.connections[0]?.objectStoreNames ?? [])).toEqual([
      'checkpoints',
      'commits',
      'heads',
      'parked',
      'readModels',
      'snapshots',
    ]);
  });

  it('undoes all when the work throws, and gives the error as it is', async () => {
    const { database } = open();
    const failure = new TypeError('no');
    const work = database.within(['checkpoints'], { mode: 'readwrite' }, async (transaction) => {
      await transaction.objectStore('checkpoints').put({ name: 'x' });
      throw failure;
    });

    await expect(work).rejects.toBe(failure);
    expect(await count(database)).toBe(0);
  });

  it('tells the reason of a write that failed, not that it was undone', async () => {
    const { database } = open();
    await put(database);
    const work = database.within(['checkpoints'], { mode: 'readwrite' }, async (transaction) =>
      transaction.objectStore('checkpoints').add({ name: 'x' }),
    );

    await expect(work).rejects.toMatchObject({
      code: 'RXM505',
      cause: { name: 'ConstraintError' },
    });
  });

  it('does not wait for a request that is never answered, once its transaction has ended', async () => {
    const { database } = open();
    const work = database.within(['checkpoints'], { mode: 'readwrite' }, async (transaction) => {
      await transaction.objectStore('checkpoints').put({ name: 'x' });
      transaction.abort();
      return new Promise(() => undefined);
    });

    await expect(work).rejects.toMatchObject({ code: 'RXM505', cause: { name: 'AbortError' } });
    expect(await count(database)).toBe(0);
  });

  it('opens again after the browser has closed it behind its back', async () => {
    const { origin, database } = open();
    await put(database);
    origin.connections[0]?.close();

    expect(await count(database)).toBe(1);
    expect(origin.connections).toHaveLength(2);
  });

  it('opens again after the platform has told that it is closed', async () => {
    const { origin, database } = open();
    await put(database);
    const [connection] = origin.connections;
    forceCloseDatabase(connection as never);
    await settled();

    expect(await count(database)).toBe(1);
    expect(origin.connections).toHaveLength(2);
  });

  it('does not stand in the way of a newer version, and is told so from then on', async () => {
    const { origin, database } = open();
    await put(database);
    const newer = await openRaw(origin.databases, 2);

    expect(newer.version).toBe(2);
    await expect(count(database)).rejects.toMatchObject({
      code: 'RXM504',
      reason: 'newer-version',
      cause: { name: 'VersionError' },
    });
  });

  it('rejects while an older tab blocks it, and leaves nothing open when that is over', async () => {
    const databases = fakeDatabases();
    const requests: IDBOpenDBRequest[] = [];
    const database = new EventDatabase('events', () => {
      const request = databases.open('events', 1);
      requests.push(request);
      return { open: () => request } as never;
    });
    const blocked = count(database).catch((error: unknown) => error);
    while (!requests[0]?.onblocked) await Promise.resolve();
    requests[0].onblocked(new Event('blocked') as IDBVersionChangeEvent);

    await expect(blocked).resolves.toMatchObject({ code: 'RXM504', reason: 'older-tab' });

    await settled();
    const late = requests[0].result;

    expect(() => late.transaction('heads')).toThrow(/not allowed/);
    expect(await count(database)).toBe(0);
  });

  it('cannot be used where a page may not even look, and tries again with the next call', async () => {
    const databases = fakeDatabases();
    const factory = jest
      .fn(() => databases)
      .mockImplementationOnce(() => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      });
    const database = new EventDatabase('events', factory);

    await expect(count(database)).rejects.toMatchObject({
      code: 'RXM505',
      log: 'events',
      cause: { name: 'SecurityError' },
    });
    expect(await count(database)).toBe(0);
  });

  it('cannot be used when somebody else has made it', async () => {
    const { origin, database } = open();
    (await openRaw(origin.databases, 1)).close();

    await expect(count(database)).rejects.toMatchObject({
      code: 'RXM505',
      cause: { name: 'NotFoundError' },
    });
  });

  it('begins anew when a user has deleted it', async () => {
    const { origin, database } = open();
    await put(database);
    await wrap(origin.databases.deleteDatabase('events'));

    expect(await count(database)).toBe(0);
  });

  it('lets go once the calls are over, and opens again with the next', async () => {
    const { origin, database } = open();
    const write = put(database);
    database.close();
    await write;
    await settled();

    expect(() => origin.connections[0]?.transaction('heads')).toThrow(/not allowed/);
    expect(await count(database)).toBe(1);
  });
});
