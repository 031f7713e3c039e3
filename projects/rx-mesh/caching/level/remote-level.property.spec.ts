import fc from 'fast-check';
import { EMPTY, finalize, mergeMap, timer } from 'rxjs';
import { CACHE, type CacheOptions } from '../cache-options';
import type { CacheVoid } from '../remote-level';
import { type LevelClient, LevelWorld } from '../spec-support/level-world';
import { RemoteLevel } from './remote-level';

const OPTIONS: Readonly<Record<string, CacheOptions>> = {
  a: { tags: ['t'], staleIfError: 100_000_000 },
  b: { tags: ['t', 'u'], dependencies: ['a', 'd'], ttl: 100_000_000 },
  c: { tags: ['u'], audience: 'shared', ttl: 100_000_000 },
};

interface Way {
  readonly there: number;
  readonly back: number;
  readonly breaks: number;
}

interface Voided {
  readonly by: LevelClient;
  readonly began: number;
  readonly touches: (key: string) => boolean;
  done: number;
}

type Step =
  | { readonly do: 'load'; readonly key: string; readonly takes: number }
  | { readonly do: 'look'; readonly key: string }
  | { readonly do: 'set'; readonly key: string }
  | { readonly do: 'void'; readonly what: CacheVoid; readonly leaves: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'outage'; readonly on: boolean };

const touches =
  ({ keys = [], tags = [], dependencies = [], all }: CacheVoid) =>
  (key: string): boolean => {
    const options = OPTIONS[key];
    const names = [...keys, ...dependencies];
    return (
      keys.includes(key) ||
      (options?.tags ?? []).some((tag) => tags.includes(tag)) ||
      (options?.dependencies ?? []).some((name) => names.includes(name)) ||
      (all === true && options?.audience !== 'shared')
    );
  };

const key = fc.constantFrom('a', 'b', 'c');
const voids = fc.constantFrom<CacheVoid>(
  { keys: ['a'] },
  { keys: ['b', 'c'] },
  { tags: ['t'] },
  { tags: ['u'] },
  { dependencies: ['d'] },
  { all: true },
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('load' as const), key, takes: fc.nat(300) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('void' as const), what: voids, leaves: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(700) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), on: fc.boolean() }) },
);
const steps = fc.array(fc.tuple(fc.nat(1), step as fc.Arbitrary<Step>), {
  minLength: 10,
  maxLength: 60,
});
// Some calls take longer than the time-out of 500 ms, and are done all the same.
const trips = fc.infiniteStream(
  fc.record({
    there: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.nat(100) },
      { weight: 1, arbitrary: fc.nat(3000) },
    ),
    back: fc.oneof({ weight: 5, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.nat(800) }),
    breaks: fc.nat(24),
  }),
);

/** Two clients of one second level, and a judge of what they are given. */
class Run {
  readonly world = new LevelWorld();
  readonly clients = [this.world.client({ maxMissed: 4 }), this.world.client()] as const;
  readonly wrong: string[] = [];
  hits = 0;
  readonly #voided: Voided[] = [];
  // A value that was set is of the time between call and answer; for who has set it: of the call.
  readonly #sets = new Map<number, { readonly by: LevelClient; done: number }>();
  #moment = 0;

  take(who: number, step: Step): void {
    const client = who === 0 ? this.clients[0] : this.clients[1];
    switch (step.do) {
      case 'look':
        this.look(client, step.key);
        return;
      case 'load':
        this.look(client, step.key, step.takes);
        return;
      case 'set':
        this.#note(client, { keys: [step.key] }, (began) => {
          const set = { by: client, done: Infinity };
          this.#sets.set(began, set);
          return client.level
            .store(step.key, began, CACHE.resolve(OPTIONS[step.key]), 'set')
            .pipe(finalize(() => (set.done = ++this.#moment)));
        });
        return;
      case 'void': {
        const call = this.#note(client, step.what, () => client.level.invalidate(step.what));
        if (step.leaves) call.unsubscribe();
        return;
      }
      case 'wait':
        this.world.clock.advance(step.ms);
        return;
      case 'outage':
        this.outage = step.on;
    }
  }

  outage = false;

  look(client: LevelClient, key: string, takes?: number): void {
    const options = CACHE.resolve(OPTIONS[key]);
    const asked = ++this.#moment;
    client.level
      .lookup(key, options)
      .pipe(
        mergeMap(({ found, marks }) => {
          if (found) this.#judge(client, key, asked, found.value as number);
          if (found || takes === undefined) return EMPTY;
          const began = ++this.#moment;
          return timer(takes, this.world.clock.scheduler).pipe(
            mergeMap(() => client.level.store(key, began, options, marks)),
          );
        }),
      )
      .subscribe();
  }

  #note(
    by: LevelClient,
    what: CacheVoid,
    act: (began: number) => ReturnType<RemoteLevel['invalidate']>,
  ) {
    const voided = { by, began: ++this.#moment, touches: touches(what), done: Infinity };
    this.#voided.push(voided);
    return act(voided.began).subscribe((done) => {
      if (done) voided.done = ++this.#moment;
    });
  }

  // Whoever made it void sees nothing of before at once; others once that is done.
  #judge(client: LevelClient, key: string, asked: number, began: number): void {
    this.hits++;
    for (const voided of this.#voided) {
      const known = voided.by === client ? voided.began : voided.done;
      const set = this.#sets.get(began);
      const from = set && set.by !== voided.by ? set.done : began;
      if (voided.touches(key) && from < voided.began && known < asked) {
        this.wrong.push(`${key} of ${began}, void since ${voided.began}, asked for at ${asked}`);
      }
    }
  }

  /** All is well again, and time goes by. */
  settle(): void {
    this.outage = false;
    this.world.remote.next = () => ({ there: 0, back: 0 });
    this.world.clock.advance(200_000);
    for (const voided of this.#voided) voided.done = Math.min(voided.done, this.#moment);
  }
}

describe(RemoteLevel.name, () => {
  it('gives nobody what was loaded before it was made void, in any order, with delays, losses and outages', () => {
    let hits = 0;
    fc.assert(
      fc.property(steps, trips, (plan, ways) => {
        const run = new Run();
        run.world.remote.next = () => {
          const way: IteratorResult<Way, Way> = ways.next();
          const { there, back, breaks } = way.value;
          const fails = run.outage || breaks === 0;
          return { there, back, failure: fails ? 'unreachable' : undefined };
        };
        for (const [who, each] of plan) run.take(who, each);
        run.settle();
        for (const client of run.clients) {
          for (const name of Object.keys(OPTIONS)) run.look(client, name);
        }
        run.world.clock.advance(1000);
        hits += run.hits;

        expect(run.wrong).toEqual([]);
        expect([run.world.clock.pending, run.world.remote.open]).toEqual([0, 0]);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    );

    expect(hits).toBeGreaterThan(300);
  });
});
