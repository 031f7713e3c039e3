import { TestBed } from '@angular/core/testing';
import { forceCloseDatabase } from 'fake-indexeddb';
import { type IDBPDatabase, wrap } from 'idb';
import { CLOCK, InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { type Observable, lastValueFrom } from 'rxjs';
import { describeRemoteCache } from '../../spec-support/contracts/remote-cache';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { settled } from '../../spec-support/settled';
import { type RemoteCacheError, isRemoteCacheError } from '../cache-errors';
import { REMOTE_CACHE } from '../remote-cache';
import { IndexedDbRemoteCache, withIndexedDbCache } from './indexed-db-remote-cache';

const last = async <T>(source: Observable<T>): Promise<T | undefined> =>
  lastValueFrom(source, { defaultValue: undefined });

const origin = (maxEntries = 1000) => {
  const databases = fakeDatabases();
  const clock = new ManualClock();
  const connections: IDBDatabase[] = [];
  let opened = 0;
  const open = (name: string, version?: number) => {
    opened++;
    const request = databases.open(name, version);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  };
  const page = () =>
    new IndexedDbRemoteCache('cache', maxEntries, clock, () => ({ open }) as IDBFactory);
  const tamper = async (work: (database: IDBPDatabase) => Promise<unknown>) => {
    const database = await (wrap(databases.open('cache')) as Promise<IDBPDatabase>);
    await work(database);
    database.close();
  };
  const count = async () => {
    let counted = 0;
    await tamper(async (database) => (counted = await database.count('texts')));
    return counted;
  };
  return { databases, clock, connections, page, tamper, count, opened: () => opened };
};
const write = async (remote: IndexedDbRemoteCache, keys: readonly string[], ttl = 1000) =>
  last(remote.write(keys.map((key, at) => ({ key, text: `of ${key}`, ttl: ttl + at }))));
const read = async (remote: IndexedDbRemoteCache, ...keys: readonly string[]) =>
  last(remote.read(keys));
const failureOf = async (work: Promise<unknown>): Promise<RemoteCacheError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);

  expect(isRemoteCacheError(error)).toBe(true);

  return error as RemoteCacheError;
};

describeRemoteCache('IndexedDbRemoteCache', () => {
  const { page, clock } = origin();
  const pass = async (time: number) => {
    clock.advance(time);
    await settled();
  };
  return { remote: page(), other: page(), pass };
});

describe(IndexedDbRemoteCache.name, () => {
  it('survives the page', async () => {
    const { page, connections } = origin();
    const before = page();
    await write(before, ['a']);
    before.close();
    await settled();

    expect(await read(page(), 'a')).toEqual(['of a']);
    expect(connections).toHaveLength(2);
  });

  it('opens nothing before it is used, and one connection then', async () => {
    const { page, opened } = origin();
    const remote = page();
    remote.read(['a']);
    await last(remote.write([]));

    expect(opened()).toBe(0);

    await Promise.all([read(remote, 'a'), read(remote, 'b')]);

    expect(opened()).toBe(1);
  });

  it('drops what is outdated along with a write, in bounded steps', async () => {
    const { page, clock, count } = origin();
    const remote = page();
    const keys = Array.from({ length: 100 }, (_, at) => `old${at}`);
    await write(remote, keys);
    clock.advance(5000);
    await write(remote, ['new']);

    expect(await count()).toBe(101 - 33);

    for (let turn = 0; turn < 3; turn++) await write(remote, ['new']);

    expect(await count()).toBe(1);
    expect(await read(remote, 'new', 'old1')).toEqual(['of new', undefined]);
  });

  it('keeps no more than it may, and drops first what ends soonest', async () => {
    const { page, count } = origin(3);
    const remote = page();
    await write(remote, ['later'], 9000);
    await write(remote, ['a', 'b', 'c', 'd']);

    expect(await count()).toBe(3);
    expect(await read(remote, 'later', 'a', 'b', 'c', 'd')).toEqual([
      'of later',
      undefined,
      undefined,
      'of c',
      'of d',
    ]);
  });

  it('keeps what makes others void longer than these, however early it was written', async () => {
    const { page } = origin(3);
    const remote = page();
    await write(remote, ['mark'], 604_800_000);
    for (const key of ['a', 'b', 'c', 'd']) await write(remote, [key], 300_000);

    expect((await read(remote, 'mark', 'a', 'b', 'c', 'd'))?.filter(Boolean)).toHaveLength(3);
    expect(await read(remote, 'mark')).toEqual(['of mark']);
  });

  it.each([
    ['no text', { key: 'a', text: 7, until: Infinity }],
    ['no time', { key: 'a', text: 'x' }],
    ['a time that is none', { key: 'a', text: 'x', until: '9' }],
    ['not a number', { key: 'a', text: 'x', until: NaN }],
    ['nothing else', { key: 'a' }],
  ])('misses a record that has %s', async (_what, record) => {
    const { page, tamper } = origin();
    const remote = page();
    await write(remote, ['a', 'b']);
    await tamper(async (database) => database.put('texts', record));

    expect(await read(remote, 'a', 'b')).toEqual([undefined, 'of b']);

    await write(remote, ['a']);

    expect(await read(remote, 'a')).toEqual(['of a']);
  });

  it('says that a disk is full, with nothing written', async () => {
    const { page } = origin();
    const remote = page();
    await write(remote, ['a']);
    const putting = jest.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError');
    });
    const error = await failureOf(write(remote, ['b']));
    putting.mockRestore();

    expect(error).toMatchObject({ remote: 'indexed-db', failure: 'full' });
    expect(await read(remote, 'a', 'b')).toEqual(['of a', undefined]);
  });

  it('says that a page may have no database, and tries again', async () => {
    const { databases, clock } = origin();
    let isPrivate = true;
    const remote = new IndexedDbRemoteCache('cache', 10, clock, () => {
      if (isPrivate) throw new DOMException('no', 'SecurityError');
      return databases;
    });

    expect(await failureOf(read(remote, 'a'))).toMatchObject({
      failure: 'unreachable',
      cause: { name: 'SecurityError' },
    });
    expect(await failureOf(write(remote, ['a']))).toMatchObject({ failure: 'unreachable' });

    isPrivate = false;
    await write(remote, ['a']);

    expect(await read(remote, 'a')).toEqual(['of a']);
  });

  it('says that another tab blocks it', async () => {
    const { clock, databases } = origin();
    let isBlocked = true;
    const late: IDBOpenDBRequest[] = [];
    const open = (name: string, version?: number) => {
      const request = databases.open(name, version);
      late.push(request);
      // As it is once there is another version of it.
      if (isBlocked) {
        queueMicrotask(() => {
          request.onblocked?.({} as IDBVersionChangeEvent);
        });
      }
      return request;
    };
    const remote = new IndexedDbRemoteCache('cache', 10, clock, () => ({ open }) as IDBFactory);

    expect(await failureOf(read(remote, 'a'))).toMatchObject({ failure: 'unreachable' });

    await settled();
    isBlocked = false;

    expect(late[0]?.readyState).toBe('done');
    expect(() => late[0]?.result.transaction('texts')).toThrow(Error);
    expect(await read(remote, 'a')).toEqual([undefined]);
  });

  it('says that somebody newer has changed the database', async () => {
    const { databases, page } = origin();
    await new Promise((opened) => {
      const request = databases.open('cache', 9);
      request.onsuccess = opened;
    });

    expect(await failureOf(read(page(), 'a'))).toMatchObject({
      failure: 'unreachable',
      cause: { name: 'VersionError' },
    });
  });

  it('opens again after the platform has closed it, and lets others change it', async () => {
    const { page, connections, databases } = origin();
    const remote = page();
    await write(remote, ['a']);
    forceCloseDatabase(connections[0] as never);

    expect(await read(remote, 'a')).toEqual(['of a']);

    connections[1]?.close();

    expect(await failureOf(read(remote, 'a'))).toMatchObject({ failure: 'unreachable' });
    expect(await read(remote, 'a')).toEqual(['of a']);

    const gone = new Promise((done) => {
      const request = databases.deleteDatabase('cache');
      request.onsuccess = done;
    });
    await gone;

    expect(await read(remote, 'a')).toEqual([undefined]);
  });

  it('undoes a write that is unsubscribed', async () => {
    const { page } = origin();
    const remote = page();
    await write(remote, ['a']);
    const writing = remote.write([{ key: 'a', text: 'new', ttl: 1000 }]).subscribe();
    await Promise.resolve();
    await Promise.resolve();
    writing.unsubscribe();
    await settled();

    expect(await read(remote, 'a')).toEqual(['of a']);
  });
});

describe(withIndexedDbCache.name, () => {
  it('is the second level of a page', async () => {
    const { databases, clock } = origin();
    Object.assign(window, { indexedDB: databases });
    TestBed.configureTestingModule({
      providers: [
        withIndexedDbCache({ name: 'shop', maxEntries: 5 }).ɵproviders,
        { provide: CLOCK, useValue: clock },
      ],
    });
    const remote = TestBed.inject(REMOTE_CACHE) as IndexedDbRemoteCache;
    await write(remote, ['a']);

    expect(await read(remote, 'a')).toEqual(['of a']);
    expect(remote.capabilities).toEqual({ shared: false, durable: true });
    expect((await databases.databases()).map(({ name }) => name)).toEqual(['shop']);
  });

  it('is none on a server', () => {
    (globalThis as { ngServerMode?: boolean }).ngServerMode = true;
    TestBed.configureTestingModule({ providers: [withIndexedDbCache().ɵproviders] });
    const remote = TestBed.inject(REMOTE_CACHE);
    (globalThis as { ngServerMode?: boolean }).ngServerMode = false;

    expect(remote).toBeUndefined();
  });

  it.each([[{ name: '' }], [{ maxEntries: 0 }], [{ maxEntries: 1.5 }]])('refuses %j', (options) => {
    expect(() => withIndexedDbCache(options)).toThrow(InvalidOptionError);
  });
});
