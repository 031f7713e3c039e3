import fc from 'fast-check';
import { type Subscription, defer, map, timer } from 'rxjs';
import { CacheWorld } from './spec-support/cache-world';
import { CacheCore } from './cache-core';
import type { CacheOptions } from './cache-options';
import type { CacheVoid } from './remote-level';

const OPTIONS: Readonly<Record<string, CacheOptions>> = {
  a: { tags: ['t'], ttl: 100_000_000, jitter: 0 },
  b: { tags: ['u'], dependencies: ['d'], ttl: 100_000_000, jitter: 0 },
  c: { tags: ['t', 'u'], ttl: 100_000_000, jitter: 0 },
};
const KEYS = Object.keys(OPTIONS);

const touches = ({ keys = [], tags = [], dependencies = [], all }: CacheVoid): readonly string[] =>
  KEYS.filter((key) => {
    const options = OPTIONS[key];
    return (
      all === true ||
      keys.includes(key) ||
      (options?.tags ?? []).some((tag) => tags.includes(tag)) ||
      (options?.dependencies ?? []).some((name) => dependencies.includes(name))
    );
  });

type Step =
  | { readonly do: 'read'; readonly key: string; readonly takes: number; readonly leaves: boolean }
  | { readonly do: 'void'; readonly what: CacheVoid }
  | { readonly do: 'set'; readonly key: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'outage'; readonly on: boolean };

const key = fc.constantFrom(...KEYS);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      key,
      takes: fc.nat(300),
      leaves: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('void' as const),
      what: fc.constantFrom<CacheVoid>(
        { keys: ['a'] },
        { tags: ['t'] },
        { tags: ['u'] },
        { dependencies: ['d'] },
        { all: true },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set' as const), key }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(600) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), on: fc.boolean() }) },
);
const plan = fc.array(fc.tuple(fc.nat(1), step as fc.Arbitrary<Step>), {
  minLength: 10,
  maxLength: 50,
});
const luck = fc.infiniteStream(fc.nat(1_000_000));

/** A key that was made void, and the version of it that the source had then. */
interface Told {
  readonly by: number;
  readonly key: string;
  readonly version: number;
}

/** Two pages, their source, and a judge of what readers are given. */
class Run {
  readonly world = new CacheWorld();
  /** The version of each key at the source. */
  readonly truth = new Map(KEYS.map((each) => [each, 0]));
  readonly wrong: string[] = [];
  outage = false;
  hits = 0;
  open = 0;
  readonly pages;
  /** What was made void, with the versions that the source had then. */
  readonly #voided = new Map<string, readonly Told[]>();
  /** Until when a value that was set may have come before or after what others did: by key and value. */
  readonly #sets = new Map<string, { readonly by: number; done: number }>();

  constructor(chance: () => number) {
    const { remote } = this.world;
    remote.next = () => ({
      there: chance() % 3 === 0 ? chance() % 200 : 0,
      back: chance() % 4 === 0 ? chance() % 100 : 0,
      failure: this.outage || chance() % 25 === 0 ? 'unreachable' : undefined,
    });
    this.world.delay = () => (chance() % 10 === 0 ? undefined : chance() % 250);
    this.pages = [0, 1].map(() => {
      const cache = this.world.cache();
      // What each reader of this page must be given at least: the version of a key of when it was made void, by whom.
      const told: Told[] = [];
      cache.sync.events$.subscribe({
        next: (event) => {
          for (const tag of event.type === 'invalidated' ? (event.what.tags ?? []) : []) {
            told.push(...(this.#voided.get(tag) ?? []));
          }
        },
        error: (error: unknown) => this.wrong.push(String(error)),
      });
      return { ...cache, told };
    });
  }

  take(who: number, step: Step): void {
    const page = this.pages[who];
    if (!page) return;
    switch (step.do) {
      case 'read':
        this.read(page, step.key, step.takes, step.leaves);
        return;
      case 'void': {
        // Something has changed at the source, and who has changed it says so. By a tag of its own it is known again.
        const changes = this.#change(who, touches(step.what));
        const id = `#${this.#voided.size}`;
        this.#voided.set(id, changes);
        this.#run(page.core.invalidate({ ...step.what, tags: [...(step.what.tags ?? []), id] }));
        page.told.push(...changes);
        return;
      }
      case 'set': {
        const changes = this.#change(who, [step.key]);
        // Other than what any load gives.
        const value = (this.truth.get(step.key) ?? 0) + 0.5;
        const set = { by: who, done: Infinity };
        this.#sets.set(`${step.key} ${value}`, set);
        this.#run(page.core.set(step.key, value, OPTIONS[step.key])).add(() => {
          set.done = this.truth.get(step.key) ?? 0;
        });
        page.told.push(...changes);
        return;
      }
      case 'wait':
        this.world.clock.advance(step.ms);
        return;
      case 'outage':
        this.outage = step.on;
    }
  }

  read(page: Run['pages'][number], key: string, takes: number, leaves: boolean): void {
    const told = page.told.filter((one) => one.key === key);
    this.open++;
    const reader = page.core
      .get<number>(
        key,
        () =>
          defer(() => {
            const version = this.truth.get(key) ?? 0;
            return timer(takes, this.world.clock.scheduler).pipe(map(() => version));
          }),
        OPTIONS[key],
      )
      .subscribe({
        next: (version) => {
          this.hits++;
          for (const { by, version: least } of told) {
            const set = this.#sets.get(`${key} ${version}`);
            const known = set && set.by !== by ? set.done : (version ?? -1);
            if (known < least) this.wrong.push(`${key}: ${version}, told of ${least} by ${by}`);
          }
        },
        error: (error: unknown) => this.wrong.push(String(error)),
      });
    reader.add(() => this.open--);
    if (leaves) {
      this.world.clock.advance(20);
      reader.unsubscribe();
    }
  }

  /** All is well, and time goes by. */
  settle(): void {
    this.outage = false;
    this.world.remote.next = () => ({ there: 0, back: 0 });
    this.world.delay = () => 0;
    this.world.clock.advance(300_000);
  }

  #change(by: number, keys: readonly string[]): readonly Told[] {
    return keys.map((key) => {
      const version = (this.truth.get(key) ?? 0) + 1;
      this.truth.set(key, version);
      return { by, key, version };
    });
  }

  #run(work: ReturnType<CacheCore['invalidate']>): Subscription {
    this.open++;
    const running = work.subscribe({ error: (error: unknown) => this.wrong.push(String(error)) });
    running.add(() => this.open--);
    return running;
  }
}

describe(CacheCore.name, () => {
  it('gives no reader a value older than the last invalidation that he was told of, whatever is late or lost', () => {
    let hits = 0;
    fc.assert(
      fc.property(plan, luck, (steps, chances) => {
        const run = new Run(() => {
          const next: IteratorResult<number, number> = chances.next();
          return next.value;
        });
        for (const [who, each] of steps) run.take(who, each);
        run.settle();
        for (const page of run.pages) for (const each of KEYS) run.read(page, each, 0, false);
        run.settle();
        hits += run.hits;
        expect(run.wrong).toEqual([]);
        expect(run.open).toBe(0);
        for (const { injector } of run.pages) injector.destroy();
        expect(run.world.clock.pending).toBe(0);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 600) },
    );
    expect(hits).toBeGreaterThan(500);
  });
});
