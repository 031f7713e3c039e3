import type { EventPage } from '../log/event-log';
import { anEvent, append, readLog, readWhole } from '../../spec-support/contracts/event-log';
import { idsOf } from '../../spec-support/event-store-world';
import { EventOrigin } from '../../spec-support/event-tabs';
import { logPage } from './commit-pages';
import { EventDatabase } from './event-database';
import { IndexedDbEventLog } from './indexed-db-event-log';

const world = () => {
  const origin = new EventOrigin();
  const { name, factory, hints, diagnostics } = origin.tab();
  return {
    origin,
    log: new IndexedDbEventLog(new EventDatabase(name, factory), hints, diagnostics),
  };
};
const ids = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}.${at}`);

/** Counts what a read takes from the database. */
async function taken<T>(work: () => Promise<T>) {
  const reads = jest.spyOn(IDBObjectStore.prototype, 'getAll');
  const result = await work();
  const sizes = reads.mock.calls.map(([, count]) => Number(count));
  const commits = reads.mock.results.map(({ value }) => (value as { result: unknown[] }).result);
  reads.mockRestore();
  return { result, sizes, commits: commits.flat().length };
}

describe(logPage.name, () => {
  it('reads each commit once, page after page', async () => {
    const { log } = world();
    for (let at = 0; at < 60; at++) await append(log, 's', ids(`c${at}`, 20));
    await log.readAll({ max: 100 });
    const { result, commits } = await taken(async () => readLog(log, 100));

    expect(result.map(({ position }) => position)).toEqual(
      Array.from({ length: 1200 }, (_, at) => at + 1),
    );
    // The last one again, to find that it has no more.
    expect(commits).toBeLessThanOrEqual(61);
  });

  it('ends a page that is half full with a commit, and begins in the middle of one where it must', async () => {
    const { log } = world();
    await append(log, 's', ids('a', 6));
    await append(log, 's', ids('b', 6));
    await append(log, 's', ids('c', 30));
    const lengths: number[] = [];
    let page: EventPage = await log.readAll({ max: 10 });
    lengths.push(page.events.length);
    while (!page.end) {
      page = await log.readAll({ after: page.next, max: 10 });
      lengths.push(page.events.length);
    }

    expect(lengths).toEqual([6, 6, 10, 10, 10, 0]);
    expect(await readWhole(log, 's', 'forward', 10)).toEqual(await readLog(log, 1));
    expect((await readWhole(log, 's', 'backward', 10)).reverse()).toEqual(await readLog(log));
  });

  it('finds its way over positions that are no more', async () => {
    const { log } = world();
    await append(log, 's', ids('a', 3));
    await append(log, 't', ids('b', 3));
    await append(log, 's', ids('c', 3));
    await log.truncate('t', { before: 3 });
    const after = async (place: number) => idsOf((await log.readAll({ after: place })).events);

    expect(await after(1)).toBe('a.1a.2b.2c.0c.1c.2');
    expect(await after(3)).toBe('b.2c.0c.1c.2');
    expect(await after(5)).toBe('b.2c.0c.1c.2');
    expect(await after(7)).toBe('c.1c.2');
    expect(await after(9)).toBe('');
  });

  it('takes no more at once than memory bears, when hardly anything is wanted', async () => {
    const { log } = world();
    for (let at = 0; at < 24; at++) await append(log, 's', ids(`c${at}`, 500));
    const other = { filter: { types: ['Other'] } };
    const { result, sizes } = await taken(async () => log.readAll(other));

    // Ten thousand events, rather than all of them.
    expect(result).toEqual({ events: [], next: 10_000, end: false });
    // Until it knows how large they are, it takes them for small ones.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
    expect(await log.readAll({ ...other, after: 10_000 })).toEqual({
      events: [],
      next: 12_000,
      end: true,
    });
  });

  it('passes by streams that are not wanted, also of a page that ends with them', async () => {
    const { log } = world();
    await append(log, 's-1', ['a']);
    await append(log, 't-1', ids('b', 4));

    expect(await log.readAll({ filter: { category: 's' } })).toMatchObject({
      events: [{ id: 'a' }],
      next: 5,
      end: true,
    });
    expect(await log.readAll({ after: 2, filter: { stream: 's-1' } })).toEqual({
      events: [],
      next: 5,
      end: true,
    });
  });

  it('gives nothing that somebody else wrote beside the fields of an event', async () => {
    const { origin, log } = world();
    await append(log, 's', ['a']);
    await origin.tamper(async (database) => {
      const found = (await database.get('commits', 1)) as { events: object[] };
      await database.put('commits', {
        ...found,
        events: found.events.map((event) => ({ ...event, extra: 1, version: 'x' })),
      });
    });

    expect(await readLog(log)).toEqual([
      { ...anEvent('a'), stream: 's', version: 1, position: 1, timestamp: 1000 },
    ]);
  });

  it('gives whole positions only, whatever keys somebody else has made', async () => {
    const { origin, log } = world();
    await append(log, 's', ['a']);
    await origin.tamper(async (database) => database.put('commits', { position: 7.5 }));

    expect(await log.readAll()).toMatchObject({ events: [{ id: 'a' }], next: 7 });
    expect(origin.diagnostics.codes).toEqual(['RXM506']);
  });
});
