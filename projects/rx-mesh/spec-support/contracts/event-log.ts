import type { AppendResult, EventEnvelope, EventLog, ExpectedVersion, PreparedEvent } from 'rx-mesh/event-sourcing'; // prettier-ignore
import fc from 'fast-check';
import { ModelLog } from './model-log';

/** A log of the contract, made anew for each test. */
export interface EventLogHarness {
  readonly log: EventLog;
  /** The same log as another tab has it; the log itself where there are no tabs. */
  readonly other?: EventLog;
  /** Lets what a tab tells the other arrive. @default it has, once a call is over */
  readonly settle?: () => Promise<void>;
}

/** A prepared event with an id that says it all. */
export function anEvent(id: string, fields: Partial<PreparedEvent> = {}): PreparedEvent {
  return {
    id,
    type: 'Noted',
    schemaVersion: 1,
    aggregateId: '1',
    aggregateType: 'note',
    data: { id },
    metadata: { serviceId: 'test' },
    ...fields,
  };
}

/** Appends events of these ids. */
export async function append(
  log: EventLog,
  stream: string,
  ids: readonly string[],
  expected: ExpectedVersion = 'any',
): Promise<AppendResult> {
  const events = ids.map((id) => anEvent(id));
  return log.append({ stream, events, timestamp: 1000 }, expected);
}

/** All events of a log, read page after page. */
export async function readLog(log: EventLog, max = 500): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  let page = await log.readAll({ max });
  events.push(...page.events);
  while (!page.end) {
    page = await log.readAll({ after: page.next, max });
    events.push(...page.events);
  }
  return events;
}

/** All events of a stream, read page after page. */
export async function readWhole(
  log: EventLog,
  stream: string,
  direction: 'forward' | 'backward' = 'forward',
  max = 500,
): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  let page = await log.readStream(stream, { direction, max });
  events.push(...page.events);
  while (!page.end) {
    page = await log.readStream(stream, { direction, max, from: page.next });
    events.push(...page.events);
  }
  return events;
}

/** Whether a log counts and removes events, or whole commits: then it says so. */
function isByCommit({ capabilities }: EventLog): boolean {
  return 'unit' in capabilities && capabilities.unit === 'commit';
}

const idsOf = (events: readonly EventEnvelope[]) => events.map(({ id }) => id);
const conflict = (expected: ExpectedVersion, actual: number) => ({
  code: 'RXM501',
  stream: 's',
  expected,
  actual,
});
const duplicateId = (eventId: string, knownIn: string) => ({ code: 'RXM502', eventId, knownIn });

type Refusal = ReturnType<typeof conflict> | ReturnType<typeof duplicateId>;

// Of a log in which s has a, b, c, and t has x, each batch by itself: KurrentDB's matrix, row for row.
const MATRIX: readonly [
  string,
  readonly string[],
  ExpectedVersion,
  number | Refusal | 'duplicate',
][] = [
  ['stores at the expected version', ['d', 'e'], 3, 5],
  ['knows a repetition of all', ['a', 'b', 'c'], 0, 'duplicate'],
  ['knows a repetition of all of a new stream', ['a', 'b', 'c'], 'no-stream', 'duplicate'],
  ['knows a repetition of a part', ['b', 'c'], 1, 'duplicate'],
  ['refuses other ids below the version', ['d'], 2, conflict(2, 3)],
  ['refuses ids of another place', ['b'], 0, conflict(0, 3)],
  ['refuses a repetition that goes on', ['c', 'd'], 2, duplicateId('c', 's')],
  ['refuses a repetition that turns off', ['a', 'd'], 0, duplicateId('a', 's')],
  ['refuses a version that is not there yet', ['d'], 4, conflict(4, 3)],
  ['refuses it also with known ids', ['a'], 4, conflict(4, 3)],
  ['refuses a new stream that exists', ['d'], 'no-stream', conflict('no-stream', 3)],
  ['stores at any version', ['d'], 'any', 4],
  ['stores in a stream that exists', ['d'], 'stream-exists', 4],
  ['knows a repetition at any version', ['b', 'c'], 'any', 'duplicate'],
  ['knows a repetition in a stream that exists', ['a'], 'stream-exists', 'duplicate'],
  ['refuses a mix of known and new ids', ['c', 'd'], 'any', duplicateId('c', 's')],
  ['refuses a mix of new and known ids', ['d', 'c'], 'any', duplicateId('c', 's')],
  ['refuses a known id at the expected version', ['a'], 3, duplicateId('a', 's')],
  ['refuses an id of another stream', ['x'], 3, duplicateId('x', 't')],
  ['refuses an id of another stream at any version', ['x'], 'any', duplicateId('x', 't')],
  ['refuses an id that comes twice', ['d', 'd'], 'any', duplicateId('d', 's')],
  ['takes nothing at the expected version', [], 3, 3],
  ['refuses nothing at another version', [], 1, conflict(1, 3)],
];

/** What every event log keeps to. */
export function describeEventLog(
  name: string,
  make: () => EventLogHarness | Promise<EventLogHarness>,
): void {
  describe(`${name} as an event log`, () => {
    describe('an append', () => {
      const world = async (): Promise<EventLog> => {
        const { log } = await make();
        await append(log, 's', ['a', 'b']);
        await append(log, 't', ['x']);
        await append(log, 's', ['c']);
        return log;
      };

      it.each(MATRIX)('%s', async (_title, ids, expected, outcome) => {
        const log = await world();
        const before = await readLog(log);
        const said = await append(log, 's', ids, expected).catch((error: unknown) => error);
        const stored = typeof outcome === 'number' ? ids : [];
        const result =
          typeof outcome === 'number'
            ? { stream: 's', version: outcome, count: ids.length, duplicate: false }
            : { stream: 's', version: 'abc'.indexOf(ids.at(-1) ?? '') + 1, duplicate: true };

        expect(said).toMatchObject(typeof outcome === 'object' ? outcome : result);
        expect(idsOf(await readLog(log))).toEqual([...idsOf(before), ...stored]);
      });

      it('does not make a stream of nothing', async () => {
        const { log } = await make();

        await expect(append(log, 's', [], 'no-stream')).resolves.toMatchObject({ version: 0 });
        await expect(log.streamHead('s')).resolves.toBeUndefined();
        await expect(append(log, 's', [], 'stream-exists')).rejects.toMatchObject(
          conflict('stream-exists', 0),
        );
      });

      it('gives a repetition the result of the first time', async () => {
        const { log } = await make();
        const first = await append(log, 's', ['a', 'b'], 0);
        await append(log, 's', ['c']);

        await expect(append(log, 's', ['a', 'b'], 0)).resolves.toEqual({ ...first, duplicate: true }); // prettier-ignore
      });

      it('lets one of those win that append at once', async () => {
        const { log, other = log } = await make();
        const ends = await Promise.allSettled(
          ['a', 'b', 'c', 'd'].map(async (id, at) =>
            append(at % 2 === 0 ? log : other, 's', [id], 0),
          ),
        );

        expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await readLog(log)).toHaveLength(1);
      });

      it('does not take the others with it when it is refused', async () => {
        const { log } = await make();
        await append(log, 't', ['x']);
        const ends = await Promise.allSettled([
          append(log, 's', ['a']),
          append(log, 's', ['x', 'y']),
          append(log, 's', ['b'], 7),
          append(log, 's', ['c']),
        ]);

        expect(ends.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'fulfilled',
        ]);
        expect(idsOf(await readLog(log))).toEqual(['x', 'a', 'c']);
      });

      it('leaves versions out for an import', async () => {
        const { log } = await make();
        const events = [anEvent('a')];
        const commit = { stream: 's', events, timestamp: 1 };

        await expect(log.append(commit, 6, { skipTo: 7 })).resolves.toMatchObject({ version: 7 });
        await expect(log.append(commit, 6, { skipTo: 7 })).resolves.toMatchObject({
          version: 7,
          duplicate: true,
        });
        await expect(append(log, 's', ['b'], 7)).resolves.toMatchObject({ version: 8 });
      });

      it('tells of it, here and elsewhere', async () => {
        const { log, other = log, settle } = await make();
        const hints: unknown[] = [];
        const heard = other.hints$.subscribe((hint) => hints.push(hint));
        await settle?.();
        const before = hints.length;
        await append(log, 's', ['a', 'b']);
        await settle?.();
        heard.unsubscribe();

        expect(hints.slice(before)).toContainEqual({ position: 2 });
      });
    });

    describeReads(make);
    describeModel(make);
  });
}

function describeReads(make: () => EventLogHarness | Promise<EventLogHarness>): void {
  describe('a read', () => {
    it('gives back what was recorded', async () => {
      const { log } = await make();
      const data = { list: [1, null, 'ü', { deep: true }], zero: 0, empty: '' };
      const event = anEvent('a', { data, schemaVersion: 3, metadata: { serviceId: 's', x: [1] } });
      await log.append({ stream: 's', events: [event], timestamp: 77 }, 0);
      const page = await log.readStream('s');

      expect(page).toEqual({
        events: [{ ...event, stream: 's', version: 1, position: 1, timestamp: 77 }],
        next: 2,
        end: true,
      });
    });

    it('of nothing is an empty page', async () => {
      const { log } = await make();

      await expect(log.readStream('s')).resolves.toMatchObject({ events: [], end: true });
      await expect(log.readStream('s', { direction: 'backward' })).resolves.toMatchObject({
        events: [],
        end: true,
      });
      await expect(log.readAll()).resolves.toEqual({ events: [], next: 0, end: true });
      await expect(log.head()).resolves.toEqual({ position: 0, count: 0 });
    });

    it.each([1, 2, 3, 7])('goes both ways in pages of %p', async (max) => {
      const { log } = await make();
      await append(log, 's', ['a', 'b', 'c']);
      await append(log, 't', ['x']);
      await append(log, 's', ['d']);
      await append(log, 's', ['e', 'f']);

      expect(idsOf(await readWhole(log, 's', 'forward', max)).join('')).toBe('abcdef');
      expect(idsOf(await readWhole(log, 's', 'backward', max)).join('')).toBe('fedcba');
      expect(idsOf(await readLog(log, max)).join('')).toBe('abcxdef');
    });

    it('begins where it is told, in the middle of a commit as well', async () => {
      const { log } = await make();
      await append(log, 's', ['a', 'b', 'c']);
      await append(log, 's', ['d']);
      const from = async (version: number, direction: 'forward' | 'backward') =>
        idsOf((await log.readStream('s', { from: version, direction })).events).join('');

      expect(await from(2, 'forward')).toBe('bcd');
      expect(await from(9, 'forward')).toBe('');
      expect(await from(2, 'backward')).toBe('ba');
      expect(await from(9, 'backward')).toBe('dcba');
      expect(idsOf((await log.readAll({ after: 2 })).events).join('')).toBe('cd');
      expect((await log.readAll({ after: 4 })).events).toEqual([]);
    });

    it('leaves out what is not wanted, and moves on all the same', async () => {
      const { log } = await make();
      await append(log, 'note-1', ['a']);
      await append(log, 'list-1', ['b']);
      const events = [anEvent('c', { type: 'Dropped' }), anEvent('d')];
      await log.append({ stream: 'note-2', events, timestamp: 1 }, 'any');
      const only = async (filter: object) => {
        const { events: found, next } = await log.readAll({ filter });
        return [idsOf(found).join(''), next];
      };

      expect(await only({ stream: 'note-1' })).toEqual(['a', 4]);
      expect(await only({ category: 'note' })).toEqual(['acd', 4]);
      expect(await only({ types: ['Dropped'] })).toEqual(['c', 4]);
      expect(await only({ types: [] })).toEqual(['', 4]);
    });

    it('tells of heads and streams', async () => {
      const { log } = await make();
      await append(log, 's', ['a', 'b']);
      await append(log, 'r', ['c']);

      expect(await log.head()).toEqual({ position: 3, count: isByCommit(log) ? 2 : 3 });
      const [r, s] = ['r', 's'].map((stream, at) => ({ stream, version: at + 1, count: at + 1, timestamp: 1000 })); // prettier-ignore
      expect(await log.streamHead('s')).toEqual(s);
      expect(await log.streams()).toEqual([r, s]);
      expect(await log.streams('r')).toEqual([s]);
      expect(await log.streams('', 1)).toEqual([r]);
    });

    it('knows no event that was truncated, and goes on with versions and positions', async () => {
      const { log } = await make();
      await append(log, 's', ['a']);
      await append(log, 't', ['x']);
      await append(log, 's', ['b', 'c', 'd']);

      const left = isByCommit(log) ? 'bcd' : 'cd';
      const places = [['x', 2], ['b', 3], ['c', 4], ['d', 5]].filter(([id]) => `x${left}`.includes(String(id))); // prettier-ignore

      expect(await log.truncate('s', { before: 3 })).toBe(4 - left.length);
      expect(idsOf(await readWhole(log, 's')).join('')).toBe(left);
      expect(idsOf(await readWhole(log, 's', 'backward')).join('')).toBe(left.split('').reverse().join('')); // prettier-ignore
      expect((await readLog(log)).map(({ id, position }) => [id, position])).toEqual(places);
      expect(await log.head()).toEqual({ position: 5, count: isByCommit(log) ? 2 : 3 });
      expect(await log.truncate('s', { olderThan: 1001 })).toBe(left.length);
      expect(await log.truncate('s', { olderThan: 1001 })).toBe(0);
      await expect(append(log, 's', ['e'], 4)).resolves.toMatchObject({ version: 5, position: 6 });
    });
  });
}

function describeModel(make: () => EventLogHarness | Promise<EventLogHarness>): void {
  describe('any sequence of appends', () => {
    const anAppend = fc.record({
      stream: fc.constantFrom('s', 't'),
      ids: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { maxLength: 3 }),
      expected: fc.oneof(
        fc.constantFrom<ExpectedVersion>('any', 'no-stream', 'stream-exists'),
        fc.nat({ max: 5 }),
      ),
      tab: fc.boolean(),
    });

    it.each(['one after the other', 'all at once'])('ends as the model does, %s', async (how) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anAppend, { maxLength: 12 }), async (appends) => {
          const { log, other = log } = await make();
          const model = new ModelLog();
          const ends: unknown[] = [];
          const run = async ({ stream, ids, expected, tab }: (typeof appends)[number]) => {
            // Of two tabs that append at once, nobody knows which is first.
            const by = tab && how !== 'all at once' ? other : log;
            return append(by, stream, ids, expected).catch(
              (error: unknown) => (error as { code: string }).code,
            );
          };
          if (how === 'all at once') ends.push(...(await Promise.all(appends.map(run))));
          else for (const one of appends) ends.push(await run(one));

          expect(ends).toEqual(appends.map((one) => model.append(one.stream, one.ids, one.expected))); // prettier-ignore
          expect((await readLog(log, 3)).map(({ id, stream, version, position }) => ({ id, stream, version, position }))).toEqual(model.events); // prettier-ignore
        }),
        { numRuns: 60 },
      );
    });
  });
}
