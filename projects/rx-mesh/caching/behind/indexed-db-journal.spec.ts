import { TestBed } from '@angular/core/testing';
import { forceCloseDatabase } from 'fake-indexeddb';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { describeWriteJournal, entryOf } from '../../spec-support/contracts/write-journal';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { settled } from '../../spec-support/settled';
import { writeBehindWorld } from '../spec-support/write-behind-world';
import { isRemoteCacheError } from '../cache-errors';
import { indexedDbJournal, withDurableWrites } from './indexed-db-journal';
import { WRITE_JOURNAL } from './write-journal';

function origin() {
  const databases = fakeDatabases();
  const connections: IDBDatabase[] = [];
  const open = (name: string, version?: number) => {
    const request = databases.open(name, version);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  };
  const page = () => indexedDbJournal('writes', () => ({ open }) as IDBFactory);
  return { databases, connections, page };
}

describeWriteJournal('indexedDbJournal', () => {
  const { page } = origin();
  return { journal: page(), other: page() };
});

describe(indexedDbJournal.name, () => {
  it('survives the page', async () => {
    const { page, connections } = origin();
    const before = page();

    expect(connections).toHaveLength(0);

    await before.write('put', [entryOf('a', '1')]);
    before.close();
    const after = page();

    expect(await after.list()).toEqual([entryOf('a', '1')]);
    expect([before.durable, connections.length]).toEqual([true, 2]);
  });

  it('puts many in one transaction', async () => {
    const { page, connections } = origin();
    const journal = page();
    await journal.list();
    const begun = connections.map((one) => jest.spyOn(one, 'transaction'));
    await journal.write(
      'put',
      Array.from({ length: 100 }, (_, at) => entryOf(`k${at}`, '1')),
    );

    expect(begun.map(({ mock }) => mock.calls)).toEqual([
      [[['writes'], 'readwrite', { durability: 'strict' }]],
    ]);
  });

  it('opens anew what the platform has closed', async () => {
    const { page, connections } = origin();
    const journal = page();
    await journal.write('put', [entryOf('a', '1')]);
    forceCloseDatabase(connections[0] as unknown as Parameters<typeof forceCloseDatabase>[0]);
    await settled();

    expect(await journal.list()).toEqual([entryOf('a', '1')]);
    expect(connections).toHaveLength(2);
  });

  it('lets others change the database', async () => {
    const { page, databases } = origin();
    const journal = page();
    await journal.write('put', [entryOf('a', '1')]);
    const deleting = databases.deleteDatabase('writes');
    await new Promise((resolve) => deleting.addEventListener('success', resolve));

    expect(await journal.list()).toEqual([]);
  });

  it('rejects what it cannot do, and works again when it can', async () => {
    const { databases } = origin();
    const blocked = { is: true };
    const journal = indexedDbJournal('writes', () => {
      if (blocked.is) throw new Error('SecurityError');
      return databases;
    });

    await expect(journal.write('put', [entryOf('a', '1')])).rejects.toThrow('SecurityError');
    await expect(journal.list()).rejects.toThrow('SecurityError');

    blocked.is = false;
    await journal.write('put', [entryOf('a', '1')]);

    expect(await journal.list()).toHaveLength(1);
  });
});

describe(withDurableWrites.name, () => {
  it('refuses a name that is none', () => {
    expect(() => withDurableWrites({ name: '' })).toThrow(InvalidOptionError);
  });

  it('is a journal of the origin', () => {
    TestBed.configureTestingModule({ providers: [...withDurableWrites().ɵproviders] });

    expect(TestBed.inject(WRITE_JOURNAL).durable).toBe(true);
  });

  it('refuses writes where there is no database, rather than lie', async () => {
    const { tab, advance, diagnostics, server, clock } = writeBehindWorld({
      journal: indexedDbJournal('writes', () => {
        throw new Error('private mode');
      }),
    });
    const { put, queue, close } = tab();
    const { errors } = put('a', 1);
    await advance(5000);

    expect(errors.map(isRemoteCacheError)).toEqual([true]);
    expect(diagnostics.codes).toEqual(['RXM713']);
    expect([server.calls, queue.pending()]).toEqual([[], 0]);

    close();

    expect(clock.pending).toBe(0);
  });

  it('stores after a reload what was acknowledged before', async () => {
    const { page } = origin();
    const { tab, advance, server, leads } = writeBehindWorld({ journal: page() });
    const before = tab();
    server.takes = async () => new Promise(() => undefined);
    const written = before.put('a', new Date(5));
    await advance();
    before.put('a', new Date(6));
    before.put('b', 1);
    await advance();
    before.close();

    expect([written.completed(), leads.candidates]).toEqual([true, 0]);

    server.takes = async () => Promise.resolve();
    const after = tab();
    await advance();

    expect(server.calls.slice(1)).toEqual(['a="1970-01-01T00:00:00.006Z" b=1']);
    expect([after.queue.pending(), leads.candidates]).toEqual([0, 0]);
  });
});
