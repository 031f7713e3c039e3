import * as fc from 'fast-check';
import { type Clock, seededRandom } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { Observable, Subject } from 'rxjs';
import { PlainLocal, PlainRemote, hear } from '../spec-support/loading-world';
import { CACHE } from '../cache-options';
import { LocalCache } from '../local/local-cache';
import { LOCAL_CACHE } from '../local/local-cache-options';
import type { LocalLevel } from '../local-level';
import { ReadThrough } from './read-through';

const HARD = 300;
const BASE = { ttl: 100, hardTimeout: HARD, tags: ['t'], jitter: 0, refreshAhead: 1 };
const READERS = [
  // The first two start nothing in the background.
  CACHE.resolve(BASE),
  CACHE.resolve({ ...BASE, levels: 'local' }),
  CACHE.resolve({ ...BASE, refreshAhead: 0.5 }),
  CACHE.resolve({ ...BASE, staleWhileRevalidate: 80 }),
  CACHE.resolve({ ...BASE, staleIfError: 400 }),
  CACHE.resolve({ ...BASE, staleIfError: 400, softTimeout: 20 }),
];
const LEVELS: readonly (readonly [string, (clock: Clock) => LocalLevel])[] = [
  [PlainLocal.name, (clock) => new PlainLocal(clock)],
  [LocalCache.name, (clock) => new LocalCache(LOCAL_CACHE.resolve({}), { clock, random: seededRandom(1) })], // prettier-ignore
];

const index = fc.nat(5);
const stepsOf = (readers: number) =>
  fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('call' as const), with: fc.nat(readers - 1) }),
      fc.record({ do: fc.constantFrom('leave', 'value', 'fail', 'empty', 'found', 'nothing'), at: index }), // prettier-ignore
      fc.record({ do: fc.constantFrom('delete', 'clear', 'tag', 'set') }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(150) }),
    ),
    { maxLength: 40, size: 'max' },
  );
const steps = stepsOf(READERS.length);
type Steps = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** Plays steps; each value is the number of invalidations that came before its load began. */
function play(list: Steps, makeLocal: (clock: Clock) => LocalLevel) {
  const clock = new ManualClock();
  const local = makeLocal(clock);
  const remote = new PlainRemote();
  remote.isLate = true;
  const loader = new ReadThrough(local, remote, { clock, diagnostics: new RecordingDiagnostics(), random: seededRandom(1) }); // prettier-ignore
  let voids = 0;
  // Of which flight a factory is called: that of the answer which is being given, or the one that begins.
  let began = 0;
  const asks: number[] = [];
  const calls: { readonly answer: Subject<number>; readonly began: number }[] = [];
  const callers: { readonly since: number; readonly log: unknown[]; readonly leave: () => void; hasLeft: boolean }[] = []; // prettier-ignore
  const factory = () => {
    const answer = new Subject<number>();
    calls.push({ answer, began });
    return answer;
  };
  const lookup = remote.lookup.bind(remote);
  remote.lookup = () =>
    new Observable((subscriber) => {
      asks.push(voids);
      return lookup().subscribe(subscriber);
    });
  const running = () => calls.filter(({ answer }) => answer.observed);
  const asking = () => remote.asked.flatMap((answer, at) => (answer.observed ? [{ answer, began: asks[at] ?? 0 }] : [])); // prettier-ignore
  const open = () => [loader.size, running().length, asking().length, clock.pending];
  const makeVoid = (act: () => unknown) => {
    voids++;
    act();
  };
  const answer = (how: string, at: number) => {
    const call = running()[at % running().length];
    const ask = asking()[at % asking().length];
    if (how === 'value') call?.answer.next(call.began);
    else if (how === 'fail') call?.answer.error(new Error('down'));
    else if (how === 'empty') call?.answer.complete();
    else if (ask) {
      began = ask.began;
      const value = { value: ask.began, age: 0, ttl: 100, validator: undefined, tags: ['t'], dependencies: [] }; // prettier-ignore
      ask.answer.next(how === 'found' ? { found: value, marks: undefined } : { marks: remote.marks }); // prettier-ignore
    }
  };
  let worst = 0;
  for (const step of list) {
    began = voids;
    if ('ms' in step) clock.advance(step.ms);
    else if ('with' in step) {
      const heard = hear(loader.load('k', factory, READERS[step.with] ?? CACHE.defaults));
      callers.push({ since: voids, ...heard, hasLeft: false });
    } else if ('at' in step && step.do === 'leave') {
      const caller = callers.at(-1 - step.at);
      if (caller) {
        caller.leave();
        caller.hasLeft ||= caller.log.length === 0;
      }
    } else if ('at' in step) answer(step.do, step.at);
    else if (step.do === 'delete') makeVoid(() => local.delete('k'));
    else if (step.do === 'clear') makeVoid(() => local.clear());
    else if (step.do === 'tag') makeVoid(() => local.invalidateTags(['t']));
    else makeVoid(() => local.store('k', voids, CACHE.resolve(BASE), 'set'));
    for (const { began: generation } of running()) {
      worst = Math.max(worst, running().filter((other) => other.began === generation).length);
    }
  }
  return { callers, worst, loader, clock, open };
}

describe.each(LEVELS)(`${ReadThrough.name} over %s, any interleaving`, (_, makeLocal) => {
  it('gives nobody a value whose load began before the last invalidation that he came after', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { callers } = play(list, makeLocal);
        const bad = callers.filter(
          ({ since, log }) => typeof log[0] === 'number' && log[0] < since,
        );

        expect(bad).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('has at most one call of the factory under way in each generation', () => {
    fc.assert(
      fc.property(steps, (list) => {
        expect(play(list, makeLocal).worst).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('answers each caller who stays, once, and has nothing open then', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { callers, clock, open } = play(list, makeLocal);
        clock.advance(HARD);

        expect(open()).toEqual([0, 0, 0, 0]);

        for (const { log, hasLeft } of callers) {
          const kind = log.length === 2 && log[1] === 'done' ? 'value' : log.length === 1 ? 'error' : 'none'; // prettier-ignore

          expect([kind === 'none', log.includes('done') && log.length === 1]).toEqual([hasLeft, false]); // prettier-ignore
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing open when it is destroyed, nor when all have left where nothing is refreshed', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { open, loader } = play(list, makeLocal);
        loader.destroy();

        expect(open()).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 250 },
    );
    fc.assert(
      fc.property(stepsOf(2), (list) => {
        const { callers, open } = play(list, makeLocal);
        for (const { leave } of callers) leave();

        expect(open()).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 250 },
    );
  });
});
