import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { NEVER, Subject, type Observable, type Subscription, timer, take } from 'rxjs';
import type { EventLog, LogHint } from '../log/event-log';
import { memoryEventLog } from '../log/memory-event-log';
import { EventDatabase } from '../indexed-db/event-database';
import { IndexedDbEventLog } from '../indexed-db/indexed-db-event-log';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { TestBed } from '@angular/core/testing';
import { append } from '../../spec-support/contracts/event-log';
import { eventStoreWorld, lastOf, patchable } from '../../spec-support/event-store-world';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { settled } from '../../spec-support/settled';
import { withUpcasters } from '../upcasters';
import { withEventSourcing } from '../with-event-sourcing';
import { type EventBatch, type EventFeedItem, eventFeed } from './event-feed';

const world = (pageSize = 2) => eventStoreWorld([withEventSourcing({ pageSize })]);
const told = (item: EventFeedItem) =>
  item.type === 'event' ? item.event.id : `${item.type} ${item.after}`;

describe(eventFeed.name, () => {
  it('tells what there is, that it has caught up, and what comes', async () => {
    const { store, log, clock } = world();
    const seen: string[] = [];
    await append(log, 's', ['a', 'b', 'c']);
    const feed = store.subscribeToAll().subscribe((item) => seen.push(told(item)));
    await settled();
    await append(log, 't', ['d']);
    await settled();

    expect(seen).toEqual(['a', 'b', 'c', 'caught-up 3', 'd']);

    feed.unsubscribe();
    await append(log, 't', ['e']);
    await settled();

    expect(seen).toHaveLength(5);
    expect(clock.pending).toBe(0);
  });

  it('tells that it fell behind, and has caught up again', async () => {
    const { store, log } = world();
    const seen: string[] = [];
    const feed = store.subscribeToAll().subscribe((item) => seen.push(told(item)));
    await settled();
    await append(log, 's', ['a', 'b', 'c']);
    await settled();
    feed.unsubscribe();

    expect(seen).toEqual(['caught-up 0', 'fell-behind 0', 'a', 'b', 'c', 'caught-up 3']);
  });

  it('begins where it is told, of a stream by version, of what is wanted', async () => {
    const { store, log } = world();
    await append(log, 's-1', ['a', 'b']);
    await append(log, 't-1', ['c']);
    await append(log, 's-1', ['d']);
    const seen: string[] = [];
    const feeds = [
      store.subscribeToAll({ after: 2 }),
      store.subscribeToAll({ category: 't' }),
      store.subscribeToAll({ after: 'end' }),
      store.subscribeToStream('s-1', { after: 1 }),
    ].map((feed$, at) => feed$.subscribe((item) => seen.push(`${at} ${told(item)}`)));
    await settled();

    expect(seen.sort()).toEqual([
      '0 c', '0 caught-up 4', '0 d', '1 c', '1 caught-up 4', '2 caught-up 4', '3 b', '3 caught-up 3', '3 d',
    ]); // prettier-ignore

    seen.length = 0;
    await append(log, 's-1', ['e']);
    await settled();
    for (const feed of feeds) feed.unsubscribe();

    expect(seen.sort()).toEqual(['0 e', '2 e', '3 e']);
  });

  it.each([
    ['a hint', { crossClient: false }, ['a', 'b', 'c', 'caught-up 3', 'd', 'e'], ['RXM509']],
    [
      'nothing, of a log that others share',
      { crossClient: true },
      ['a', 'b', 'c', 'caught-up 3'],
      [],
    ],
  ])(
    'goes on from the beginning of a log that was cleared, by %s',
    async (_by, can, expected, codes) => {
      const hints$ = new Subject<LogHint>();
      const first = { ...patchable(memoryEventLog()), hints$ };
      const capabilities = { ...first.capabilities, ...can };
      const { store, log, diagnostics } = eventStoreWorld([], { ...first, capabilities });
      const seen: string[] = [];
      await append(log, 's', ['a', 'b', 'c']);
      const feed = store.subscribeToAll().subscribe((item) => seen.push(told(item)));
      hints$.next({ position: 3 });
      await settled();
      Object.assign(log, { ...patchable(memoryEventLog()), hints$, capabilities });
      await append(log, 's', ['d', 'e']);
      hints$.next({ position: 2 });
      await settled();
      feed.unsubscribe();

      expect(seen).toEqual(expected);
      expect(diagnostics.codes).toEqual(codes);
    },
  );

  it('finds by itself that the log was cleared, also of one stream', async () => {
    const { store, log, advance } = eventStoreWorld([], silent(memoryEventLog()));
    const seen: string[] = [];
    await append(log, 's', ['a', 'b', 'c']);
    const feed = store.subscribeToStream('s').subscribe((item) => seen.push(told(item)));
    await settled();
    Object.assign(log, silent(memoryEventLog()));
    await append(log, 's', ['d']);
    await advance(5000);
    feed.unsubscribe();

    expect(seen).toEqual(['a', 'b', 'c', 'caught-up 3', 'd']);
  });

  it('finds by itself within five seconds what no hint told of, unless nobody looks', async () => {
    const quiet = eventStoreWorld([], silent(memoryEventLog()));
    const seen: string[] = [];
    const feed = quiet.store.subscribeToAll().subscribe((item) => seen.push(told(item)));
    await settled();
    await append(quiet.log, 's', ['a']);
    await quiet.advance(4999);

    expect(seen).toEqual(['caught-up 0']);

    await quiet.advance(1);

    expect(seen).toEqual(['caught-up 0', 'a']);

    quiet.page.hide();
    await append(quiet.log, 's', ['b']);
    await quiet.advance(60_000);

    expect(seen).toHaveLength(2);

    quiet.page.show();
    await quiet.advance(5000);
    feed.unsubscribe();

    expect(seen).toEqual(['caught-up 0', 'a', 'b']);
    expect(quiet.clock.pending).toBe(0);
  });

  it('goes on from where it stood after failures, tells of them once, and waits ever longer', async () => {
    const { store, log, diagnostics, advance, clock } = world();
    await append(log, 's', ['a', 'b', 'c']);
    const { readAll } = log;
    const reads: number[] = [];
    log.readAll = async (range) => {
      reads.push(clock.monotonic());
      return (range?.after ?? 0) > 0 && reads.length < 6
        ? Promise.reject(new Error('gone'))
        : readAll(range);
    };
    const seen: string[] = [];
    const feed = store.subscribeToAll().subscribe((item) => seen.push(told(item)));
    for (let i = 0; i < 60; i++) await advance(250);
    feed.unsubscribe();

    expect(seen).toEqual(['a', 'b', 'c', 'caught-up 3']);
    expect(diagnostics.records).toMatchObject([{ code: 'RXM509', severity: 'warning' }]);
    const waits = reads.slice(1, 6).map((at, index) => at - (reads[index] ?? 0));
    expect(waits[0]).toBe(0);
    expect(waits.slice(1)).toEqual(waits.slice(1).sort((one, two) => one - two));
    expect(clock.pending).toBe(0);
  });

  it('ends with the error of an upcaster, which would come again each time', async () => {
    const upcast = (): never => {
      throw new Error('no');
    };
    const { store, log, clock } = eventStoreWorld([withUpcasters([{ type: 'Noted', from: 1, upcast }])]); // prettier-ignore
    await append(log, 's', ['a']);

    await expect(lastOf(store.subscribeToAll())).rejects.toMatchObject({ code: 'RXM507' });
    expect(clock.pending).toBe(0);
  });

  it('reads nothing more once somebody has left in the middle of a page', async () => {
    const { store, log } = world(10);
    await append(log, 's', ['a', 'b', 'c']);
    const readAll = jest.spyOn(log, 'readAll');

    await expect(lastOf(store.subscribeToAll().pipe(take(1)))).resolves.toMatchObject({
      type: 'event',
    });
    await settled();
    expect(readAll).toHaveBeenCalledTimes(1);
  });

  it('hands over page by page, and reads the next when the last is handled', async () => {
    const { store, log, clock, advance } = world();
    await append(log, 's', ['a', 'b', 'c']);
    const readAll = jest.spyOn(log, 'readAll');
    const batches: [string, number, boolean][] = [];
    const handle = ({ events, after, isReplay }: EventBatch) => {
      batches.push([events.map(({ id }) => id).join(''), after, isReplay]);
      return timer(100, clock.scheduler);
    };
    const seen: string[] = [];
    const feed = store.consumeAll({}, handle).subscribe((item) => seen.push(told(item)));
    await settled();

    expect([batches, readAll.mock.calls.length]).toEqual([[['ab', 2, true]], 1]);

    await advance(100);
    await advance(100);
    await append(log, 's', ['d']);
    await advance(0);
    feed.unsubscribe();

    expect(batches).toEqual([['ab', 2, true], ['c', 3, true], ['d', 4, false]]); // prettier-ignore
    expect([seen, clock.pending]).toEqual([['caught-up 3'], 0]);
  });

  it.each([-1, NaN, 0.5])('refuses to begin at %p', async (after) => {
    const { store, diagnostics } = world();

    for (const feed$ of [
      store.subscribeToAll({ after }),
      store.readAll({ after }),
      store.replay({ after }),
    ]) {
      await expect(lastOf(feed$ as Observable<unknown>)).rejects.toMatchObject({ code: 'RXM101' });
    }
    expect(diagnostics.codes).toEqual([]);
  });

  it('warns of a place that the log does not have, as after somebody has cleared it', async () => {
    const { store, log, diagnostics } = world();
    await append(log, 's', ['a', 'b']);
    const feeds = [2, 3].map((after) => store.subscribeToAll({ after }).subscribe());
    await settled();
    for (const feed of feeds) feed.unsubscribe();

    expect(diagnostics.records).toMatchObject([
      {
        code: 'RXM509',
        message: expect.stringContaining('begins at 3, but the event log ends at 2') as string,
      },
    ]);
  });

  it('fails when the work on a page fails', async () => {
    const { store, log } = world();
    await append(log, 's', ['a']);
    const failure = new Error('no');

    await expect(lastOf(store.consumeAll({}, async () => Promise.reject(failure)))).rejects.toBe(
      failure,
    );
  });
});

describe('a subscription while others append', () => {
  const aStep = fc.oneof(
    fc.constantFrom('subscribe', 'turn', 'settle'),
    fc.record({ count: fc.integer({ min: 1, max: 4 }), elsewhere: fc.boolean() }),
  );

  const tabs = (kind: string): readonly [EventLog, EventLog] => {
    if (kind === 'memory') {
      const log = memoryEventLog();
      return [log, log];
    }
    const databases = fakeDatabases();
    const channel = new Subject<unknown>();
    const hints = { heard: () => channel, tell: (_log: string, it: unknown) => channel.next(it) };
    const make = () => {
      const database = new EventDatabase('events', () => databases);
      return new IndexedDbEventLog(database, hints, new RecordingDiagnostics());
    };
    return [make(), make()];
  };

  it.each(['memory', 'IndexedDB'])(
    'misses nothing and tells nothing twice: %s',
    async (kind) => {
      const plan = fc.array(aStep, { minLength: 1, maxLength: 15 });
      await fc.assert(
        fc.asyncProperty(plan, fc.integer({ min: 1, max: 3 }), async (steps, pageSize) => {
          TestBed.resetTestingModule();
          const [log, other] = tabs(kind);
          const { store, clock } = eventStoreWorld([withEventSourcing({ pageSize })], log);
          const feeds: { seen: number[]; feed: Subscription }[] = [];
          const running: Promise<unknown>[] = [];
          let total = 0;
          for (const step of [...steps, 'subscribe'] as const) {
            if (step === 'turn') await setImmediate();
            else if (step === 'settle') await settled();
            else if (step === 'subscribe') {
              const seen: number[] = [];
              const feed = store.subscribeToAll().subscribe((item) => {
                if (item.type === 'event') seen.push(item.event.position);
              });
              feeds.push({ seen, feed });
            } else if (typeof step === 'object') {
              const ids = Array.from({ length: step.count }, () => `e${total++}`);
              running.push(append(step.elsewhere ? other : log, `s${total % 3}`, ids));
            }
          }
          await Promise.all(running);
          for (let i = 0; i < 20 && feeds.some(({ seen }) => seen.length < total); i++) {
            await settled();
          }
          for (const { feed } of feeds) feed.unsubscribe();
          await settled();
          const positions = Array.from({ length: total }, (_, at) => at + 1);

          expect(feeds.map(({ seen }) => seen)).toEqual(feeds.map(() => positions));
          expect(clock.pending).toBe(0);
        }),
        { numRuns: 60 },
      );
    },
    30_000,
  );
});

function silent(log: EventLog): EventLog {
  return { ...patchable(log), hints$: NEVER };
}
