import { append, readLog, readWhole } from '../../spec-support/contracts/event-log';
import { idsOf } from '../../spec-support/event-store-world';
import { EventOrigin, fullDisk, lostRecord } from '../../spec-support/event-tabs';
import { settled } from '../../spec-support/settled';
import { EventDatabase } from './event-database';
import { IndexedDbEventLog } from './indexed-db-event-log';

const open = (origin: EventOrigin) => {
  const { name, factory, hints, diagnostics } = origin.tab();
  return new IndexedDbEventLog(new EventDatabase(name, factory), hints, diagnostics);
};
const one = () => {
  const origin = new EventOrigin();
  return { origin, log: open(origin) };
};

describe(IndexedDbEventLog.name, () => {
  it('opens nothing before it is used, and one connection for all', async () => {
    const { origin, log } = one();
    log.hints$.subscribe().unsubscribe();
    await settled();

    expect(origin.connections).toHaveLength(0);

    await Promise.all([append(log, 's', ['a']), append(log, 't', ['b']), readLog(log)]);

    expect(origin.connections).toHaveLength(1);
  });

  it('loses nothing and stores nothing twice when two tabs append at once', async () => {
    const origin = new EventOrigin();
    const tabs = [open(origin), open(origin)];
    const work = tabs.flatMap((tab, at) =>
      Array.from({ length: 150 }, async (_, index) =>
        append(tab, `s${index % 3}`, [`${at}.${index}a`, `${at}.${index}b`]),
      ),
    );
    const results = await Promise.all(work);
    const events = await readLog(open(origin), 37);

    expect(events.map(({ position }) => position)).toEqual(
      Array.from({ length: 600 }, (_, at) => at + 1),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(600);
    expect(results.every(({ duplicate }) => !duplicate)).toBe(true);
    for (const stream of ['s0', 's1', 's2']) {
      const versions = (await readWhole(tabs[0] ?? open(origin), stream)).map((e) => e.version);

      expect(versions).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    }
  });

  it('lets one of two tabs win each version, as they try again', async () => {
    const origin = new EventOrigin();
    const tabs = [open(origin), open(origin)];
    let conflicts = 0;
    const add = async (tab: IndexedDbEventLog, id: string): Promise<void> => {
      const { version } = (await tab.streamHead('s')) ?? { version: 0 };
      await append(tab, 's', [id], version).catch(async () => {
        conflicts++;
        await add(tab, id);
      });
    };
    await Promise.all(
      tabs.map(async (tab, at) => {
        for (let index = 0; index < 40; index++) await add(tab, `${at}.${index}`);
      }),
    );
    const [log] = tabs;

    expect((await log?.readStream('s'))?.events.map(({ version }) => version)).toEqual(
      Array.from({ length: 80 }, (_, at) => at + 1),
    );
    expect(conflicts).toBeGreaterThan(0);
  });

  it('puts the appends of one tab that wait into one transaction, at most a hundred', async () => {
    const { log } = one();
    await append(log, 's', ['a']);
    const transaction = jest.spyOn(IDBDatabase.prototype, 'transaction');
    await Promise.all(
      Array.from({ length: 150 }, async (_, at) => append(log, `s${at % 50}`, [`e${at}`])),
    );

    expect(transaction).toHaveBeenCalledTimes(2);
    transaction.mockRestore();
  });

  it('puts no more events into one transaction than others can wait for', async () => {
    const { log } = one();
    await append(log, 's', ['a']);
    const transaction = jest.spyOn(IDBDatabase.prototype, 'transaction');
    const ids = (at: number) => Array.from({ length: 1000 }, (_, index) => `${at}.${index}`);
    await Promise.all(Array.from({ length: 7 }, async (_, at) => append(log, `s${at}`, ids(at))));

    expect(transaction).toHaveBeenCalledTimes(2);
    expect((await log.head()).count).toBe(7001);

    transaction.mockRestore();
  });

  it('keeps its connection when an append is refused for what it has', async () => {
    const { origin, log } = one();
    await append(log, 's', ['a']);

    await expect(append(log, 't', ['a'])).rejects.toMatchObject({ code: 'RXM502' });
    await expect(append(log, 's', ['a'])).resolves.toMatchObject({ duplicate: true });
    expect(origin.connections).toHaveLength(1);
  });

  it('tells of all streams, also behind heads that are broken', async () => {
    const { origin, log } = one();
    await append(log, 'z', ['a']);
    await origin.tamper(async (database) => {
      for (const stream of ['a', 'b', 'c', 'd']) await database.put('heads', { stream });
    });

    expect(await log.streams('', 2)).toMatchObject([{ stream: 'z', version: 1 }]);
  });

  it('flushes to the disk when one of them wants it', async () => {
    const { log } = one();
    const transaction = jest.spyOn(IDBDatabase.prototype, 'transaction');
    await log.head();
    transaction.mockClear();
    const commit = (stream: string) => ({ stream, events: [], timestamp: 0 });
    await log.append(commit('s'), 'any');
    await Promise.all([
      log.append(commit('s'), 'any'),
      log.append(commit('t'), 'any', { durability: 'strict' }),
    ]);

    expect(transaction.mock.calls.map(([, , options]) => options)).toEqual([
      { durability: 'relaxed' },
      { durability: 'strict' },
    ]);
    transaction.mockRestore();
  });

  it('has no room on a full disk, keeps what fits, and reads on', async () => {
    const { log } = one();
    await append(log, 's', ['a']);
    const restore = fullDisk((value) => (value as { ids: string[] }).ids.includes('big'));
    const ends = await Promise.allSettled([
      append(log, 's', ['b']),
      append(log, 's', ['big', 'c']),
      append(log, 't', ['d']),
    ]);
    restore();

    expect(ends).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'RXM503', log: 'events' } },
      { status: 'fulfilled' },
    ]);
    expect(idsOf(await readLog(log))).toBe('abd');
    await expect(append(log, 's', ['big', 'c'])).resolves.toMatchObject({ version: 4 });
  });

  it.each<[string, (found: Record<string, unknown>) => unknown]>([
    ['no events', ({ position, stream, first, ids }) => ({ position, stream, first, ids })],
    ['too few events', (found) => ({ ...found, events: [] })],
    ['an event of nothing', (found) => ({ ...found, events: [null] })],
    ['an event of no type', (found) => ({ ...found, events: [{ data: 1 }] })],
    ['a count of no sense', (found) => ({ ...found, count: -1 })],
    ['ids of no sense', (found) => ({ ...found, ids: ['b', 7] })],
    ['no time', (found) => ({ ...found, at: 'now' })],
  ])('leaves out a record with %s, tells of it once, and goes on', async (_title, change) => {
    const { origin, log } = one();
    for (const id of ['a', 'b', 'c']) await append(log, 's', [id]);
    await origin.tamper(async (database) =>
      database.put(
        'commits',
        change((await database.get('commits', 2)) as Record<string, unknown>),
      ),
    );

    expect(idsOf(await readLog(log, 1))).toBe('ac');
    expect(idsOf(await readWhole(log, 's', 'forward', 1))).toBe('ac');
    expect(idsOf(await readWhole(log, 's', 'backward', 1))).toBe('ca');
    expect(origin.diagnostics.records).toMatchObject([
      {
        code: 'RXM506',
        severity: 'error',
        message: expect.stringContaining('position 2') as string,
      },
    ]);
    await expect(append(log, 's', ['d'], 3)).resolves.toMatchObject({ version: 4, position: 4 });
  });

  it('leaves out what the browser has lost, and gives the rest', async () => {
    const { origin, log } = one();
    for (const id of ['a', 'b', 'c']) await append(log, 's', [id]);
    const restore = lostRecord(2);

    expect(idsOf(await readLog(log))).toBe('ac');
    expect(idsOf(await readWhole(log, 's', 'forward', 2))).toBe('ac');
    expect(idsOf(await readWhole(log, 's', 'backward', 2))).toBe('ca');
    expect(origin.diagnostics.codes).toEqual(['RXM506']);

    restore();

    expect(idsOf(await readLog(log))).toBe('abc');
  });

  it('leaves out what is no record of a log at all', async () => {
    const { origin, log } = one();
    await append(log, 's', ['a']);
    await origin.tamper(async (database) => {
      await database.put('commits', { position: 'text' });
      await database.put('commits', { position: 7.5, stream: 7 });
      await database.put('commits', { position: -1 });
    });

    expect(idsOf(await readLog(log))).toBe('a');
    await expect(append(log, 's', ['b'])).resolves.toMatchObject({ version: 2 });
  });

  it.each([{ stream: 's' }, { stream: 's', version: 'x' }])(
    'finds the head of a stream and of the log again when it is %j',
    async (broken) => {
      const { origin, log } = one();
      await append(log, 's', ['a', 'b']);
      await origin.tamper(async (database) => {
        await database.put('heads', broken);
        await database.put('heads', { ...broken, stream: '$all' });
      });

      expect(await log.streamHead('s')).toMatchObject({ version: 2, count: 2 });
      expect(await log.head()).toEqual({ position: 2, count: 2 });
      await expect(append(log, 's', ['c'], 2)).resolves.toMatchObject({ version: 3, position: 3 });
    },
  );

  it('finds them again also when the last record is broken', async () => {
    const { origin, log } = one();
    await append(log, 's', ['a']);
    await append(log, 's', ['b']);
    await origin.tamper(async (database) => {
      await database.clear('heads');
      await database.put('commits', { position: 2, stream: 's', first: 2, ids: ['b'] });
    });

    await expect(append(log, 's', ['c'])).resolves.toMatchObject({ version: 3 });
    expect(idsOf(await readLog(log))).toBe('ac');
    await expect(append(log, 's', ['b'])).rejects.toMatchObject({ code: 'RXM502', eventId: 'b' });
  });

  it('removes old events in parts, also beside a broken record', async () => {
    const { origin, log } = one();
    await Promise.all(Array.from({ length: 450 }, async (_, at) => append(log, 's', [`e${at}`])));
    await origin.tamper(async (database) =>
      database.put('commits', { position: 5, stream: 's', first: 5, ids: ['e4'] }),
    );

    expect(await log.truncate('s', { before: 441 })).toBe(439);
    expect(await log.streamHead('s')).toMatchObject({ version: 450, count: 11 });
    expect(await readLog(log)).toHaveLength(10);
    expect(origin.diagnostics.codes).toEqual([]);
  });

  it('looks at no more than a thousand commits for one page', async () => {
    const { log } = one();
    await Promise.all(Array.from({ length: 1300 }, async (_, at) => append(log, 's', [`e${at}`])));
    const page = await log.readAll({ filter: { stream: 'other' } });

    expect(page.events).toEqual([]);
    expect([page.end, page.next < 1300, page.next >= 1000]).toEqual([false, true, true]);
    expect(await log.readAll({ after: page.next, filter: { stream: 'other' } })).toEqual({
      events: [],
      next: 1300,
      end: true,
    });
  });

  it('takes whatever is said on the channel as a reason to look', () => {
    const { origin, log } = one();
    const hints: unknown[] = [];
    log.hints$.subscribe((hint) => hints.push(hint));
    for (const said of [{ position: 3 }, { position: '3' }, null, 'x', { position: NaN }]) {
      origin.say(said);
    }

    expect(hints).toEqual([{ position: 3 }, {}, {}, {}, {}]);
  });

  it('takes no more than ten thousand appends that wait', async () => {
    const { log } = one();
    const waiting = Array.from({ length: 10_000 }, async () => append(log, 's', []));

    await expect(append(log, 's', ['a'])).rejects.toMatchObject({ code: 'RXM505' });
    await Promise.all(waiting);
    await expect(append(log, 's', ['a'])).resolves.toMatchObject({ version: 1 });
  });
});
