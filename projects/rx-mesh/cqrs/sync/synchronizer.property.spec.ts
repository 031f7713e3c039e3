import fc from 'fast-check';
import { TestBed } from '@angular/core/testing';
import { of } from 'rxjs';
import { syncWorld } from '../../spec-support/sync-world';
import { ReadModelSynchronizer } from './read-model-synchronizer';
import type { AggregateEvents } from './sync-options';

type Step =
  | { readonly do: 'append'; readonly id: string; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'fail' | 'mend'; readonly id: string }
  | { readonly do: 'disk'; readonly isDown: boolean }
  | { readonly do: 'reload' };

const id = fc.constantFrom('1', '2', '3');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), id, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    do: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 10, 100, 3000, 5000, 12_000),
  }),
  fc.record({ do: fc.constantFrom('fail' as const, 'mend' as const), id }),
  fc.record({ do: fc.constant('disk' as const), isDown: fc.boolean() }),
  fc.record({ do: fc.constant('reload' as const) }),
);

describe(`${ReadModelSynchronizer.name}: whatever happens`, () => {
  it('hands every event over, those of an aggregate in order, none after a gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        TestBed.resetTestingModule();
        const { start, append, advance, failing, storage, clock } = syncWorld();
        const done = new Map<string, number>();
        const wanted = new Map<string, number>();
        const gaps: string[] = [];
        const handler = ({ aggregateId, events }: AggregateEvents) => {
          if (failing.has(aggregateId)) throw new Error('no');
          for (const { data } of events) {
            const { id: number } = data as { readonly id: string };
            const [, at] = number.split('.').map(Number);
            const last = done.get(aggregateId) ?? 0;
            if ((at ?? 0) > last + 1) gaps.push(number);
            done.set(aggregateId, Math.max(last, at ?? 0));
          }
          return of(events.length);
        };
        const { commit } = storage;
        const begin = () => start({ handlers: { s: handler }, maxBatch: 3, maxParked: 5 });
        let sync = begin();
        for (const one of steps) {
          if (one.do === 'append') {
            const before = wanted.get(one.id) ?? 0;
            const ids = Array.from(
              { length: one.count },
              (_, at) => `${one.id}.${before + at + 1}`,
            );
            wanted.set(one.id, before + one.count);
            await append(`s-${one.id}`, ...ids);
          } else if (one.do === 'wait') await advance(one.ms);
          else if (one.do === 'fail') failing.add(one.id);
          else if (one.do === 'mend') failing.delete(one.id);
          else if (one.do === 'disk') {
            storage.commit = one.isDown ? async () => Promise.reject(new Error('disk')) : commit;
          } else {
            sync.stop();
            sync = begin();
          }
        }
        failing.clear();
        storage.commit = commit;
        // What waits is tried again after at most five minutes.
        for (let turn = 0; turn < 5; turn++) await advance(5000);
        for (let turn = 0; turn < 4; turn++) await advance(300_000);

        expect(gaps).toEqual([]);
        expect(done).toEqual(wanted);
        expect(sync.error).toBeUndefined();
        expect(await storage.parked('$sync read-models')).toEqual([]);

        sync.stop();

        expect(clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
