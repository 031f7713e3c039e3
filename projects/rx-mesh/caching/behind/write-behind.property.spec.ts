import fc from 'fast-check';
import { defer, finalize } from 'rxjs';
import { type PendingWrite, RejectedWriteError } from './cache-writer';
import { WriteBehindQueue } from './write-behind-queue';
import { type JournalEntry, type WriteJournal, memoryJournal } from './write-journal';
import { writeBehindWorld } from '../spec-support/write-behind-world';

/** How the server treats the next store. */
const manner = fc.constantFrom('stores', 'away', 'lost', 'slow', 'throws', 'conflict');
type Manner = typeof manner extends fc.Arbitrary<infer M> ? M : never;

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), tab: fc.nat(1), key: fc.nat(3), settles: fc.boolean() }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('server' as const), manner }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), time: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const), tab: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('offline' as const), tab: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('online' as const), tab: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const), tab: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('user' as const), user: fc.constantFrom('ann', 'bob') }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), works: fc.boolean() }) },
);

/** A journal of all tabs that takes its time, fails when told, and notes what was put in which order. */
function notedJournal() {
  const inner = memoryJournal();
  const put = new Map<string, unknown[]>();
  const disk = { works: true };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const working = last.then(async () => {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      if (!disk.works) throw new Error('no disk');
      return work();
    });
    last = working.catch(() => undefined);
    return working;
  };
  const note = ({ scope, key, value }: JournalEntry): void => {
    const slot = `${scope} ${key}`;
    put.set(slot, [...(put.get(slot) ?? []), value]);
  };
  const journal: WriteJournal = {
    durable: true,
    list: async () => inTurn(async () => inner.list()),
    write: async (change, entries) =>
      inTurn(async () => {
        if (change === 'put') entries.forEach(note);
        return inner.write(change, entries);
      }),
  };
  return { journal, put, disk, inner };
}

describe(`${WriteBehindQueue.name}, whatever happens`, () => {
  it('stores the last value of each key in the end, in order, and loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.constantFrom(1, 3, 50),
        fc.constantFrom(0, 40),
        async (steps, maxBatch, every) => {
          // prettier-ignore
          const { journal, put, disk, inner } = notedJournal();
          const { tab, server, advance, user, clock, leads } = writeBehindWorld({ journal });
          user.set('ann');
          const arrived = new Map<string, unknown[]>();
          const manners: Manner[] = [];
          let slow: (() => void)[] = [];
          const open = new Map<string, number>();
          let mostOpen = 0;
          const take = (writes: readonly PendingWrite[]): void => {
            for (const { key, value } of writes) {
              const [scope = ''] = String(value).split(' ');
              const slot = `${scope} ${key}`;
              arrived.set(slot, [...(arrived.get(slot) ?? []), value]);
            }
          };
          const answerOf = async (writes: readonly PendingWrite[]): Promise<void> => {
            const now = manners.shift() ?? 'stores';
            if (now === 'throws') throw new Error('away');
            // What is on its way arrives at once, or not at all; its answer may take long, or be lost.
            if (now === 'stores' || now === 'lost' || now === 'slow') take(writes);
            if (now === 'slow') await new Promise<void>((resolve) => slow.push(resolve));
            else await Promise.resolve();
            if (now === 'away' || now === 'lost')
              throw Object.assign(new Error(now), { status: 503 });
            // Of one write alone it would be final.
            if (now === 'conflict' && writes.length > 1)
              throw Object.assign(new Error(now), { status: 409 });
            if (now === 'conflict') throw new RejectedWriteError([]);
          };
          const writer = server.writer({
            maxBatch,
            every,
            store: (writes) =>
              defer(() => {
                for (const { key } of writes) {
                  open.set(key, (open.get(key) ?? 0) + 1);
                  mostOpen = Math.max(mostOpen, open.get(key) ?? 0);
                }
                return answerOf(writes);
              }).pipe(
                // Also when the tab is closed.
                finalize(() => {
                  for (const { key } of writes) open.set(key, (open.get(key) ?? 0) - 1);
                }),
              ),
          });
          const tabs = [tab(writer), tab(writer)];
          const acknowledged: [string, number][] = [];
          let count = 0;

          for (const one of steps) {
            const its = 'tab' in one ? tabs[one.tab] : undefined;
            if (one.do === 'put' && its) {
              const place = count++;
              const value = `${user()} ${place}`;
              const slot = `${user()} k${one.key}`;
              its.queue.enqueue(`k${one.key}`, value).subscribe({
                complete: () => acknowledged.push([slot, place]),
                error: () => undefined,
              });
              if (one.settles) await advance();
            } else if (one.do === 'server') manners.push(one.manner);
            else if (one.do === 'answer') {
              slow.forEach((answer) => answer());
              slow = [];
            } else if (one.do === 'pass') await advance(one.time);
            else if (one.do === 'reload' && its) {
              its.close();
              tabs[one.tab] = tab(writer);
            } else if (one.do === 'offline') its?.page.goOffline();
            else if (one.do === 'online') its?.page.goOnline();
            else if (one.do === 'flush') its?.queue.flush().subscribe();
            else if (one.do === 'user') user.set(one.user);
            else if (one.do === 'disk') disk.works = one.works;
          }

          // All is well in the end.
          disk.works = true;
          manners.length = 0;
          for (const { page } of tabs) page.goOnline();
          for (const scope of ['ann', 'bob', 'ann', 'bob']) {
            user.set(scope);
            for (let round = 0; round < 4; round++) {
              slow.forEach((answer) => answer());
              slow = [];
              await advance(31_000);
            }
          }

          expect(await inner.list()).toEqual([]);
          expect(tabs.map(({ queue }) => [queue.pending(), queue.deadLetters()])).toEqual([[0, []], [0, []]]); // prettier-ignore

          for (const [slot, values] of put) {
            const places = (arrived.get(slot) ?? []).map((value) => values.indexOf(value));

            expect(places).toEqual([...places].sort((a, b) => a - b));
            expect(places.at(-1)).toBe(values.length - 1);
          }

          // What came together with a later one never was in the journal.
          const kept = (one: readonly [string, number]) => [...(put.get(one[0]) ?? [])].some((value) => Number(String(value).split(' ')[1]) >= one[1]); // prettier-ignore

          expect(acknowledged.filter((one) => !kept(one))).toEqual([]);
          expect(mostOpen).toBeLessThanOrEqual(1);
          expect([clock.pending, leads.candidates, server.open]).toEqual([0, 0, 0]);

          for (const { close } of tabs) close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
