import fc from 'fast-check';
import { seededRandom } from 'rx-mesh/kernel';
import { type Observable, forkJoin, map, mergeMap, of, tap, timer } from 'rxjs';
import { LevelWorld } from '../spec-support/level-world';
import { hear } from '../spec-support/loading-world';
import { CACHE, type CacheOptions } from '../cache-options';
import { LocalCache } from '../local/local-cache';
import { LOCAL_CACHE } from '../local/local-cache-options';
import type { CacheVoid } from '../remote-level';
import { ReadThrough } from './read-through';

const TIES: Readonly<Record<string, CacheOptions>> = {
  a: { tags: ['t'] },
  b: { dependencies: ['a'], tags: ['u'] },
  c: { dependencies: ['b'] },
  d: { dependencies: ['c', 'a'] },
};
const KEYS = Object.keys(TIES);
const optionsOf = (key: string) => CACHE.resolve({ ttl: 1e8, jitter: 0, ...TIES[key] });

/** What changes a part of a value; what else makes it void, does so by another part. */
const namesOf = (part: string): readonly string[] => [part, ...(TIES[part]?.tags ?? [])];

/** A value says when it was made, and when each of those that it was made from. */
type Made = Readonly<Record<string, number>>;

/** Pages with two levels, whose factories read what they depend on through the cache. */
class Chain {
  readonly world = new LevelWorld();
  readonly #clients = [this.world.client(), this.world.client()];
  readonly #voids: { readonly name: string; readonly at: number }[] = [];
  readonly #pages = this.#clients.map(() => this.#page(0));
  readonly wrong: string[] = [];
  calls = 0;
  hits = 0;
  #moment = 0;

  read(who: number, key: string, takes = 0): Observable<Made> {
    // Who joins a load of before is given what that knows of: here it is about what is kept.
    const before = this.at(who).loader.size === 0 ? [...this.#voids] : [];
    return this.#load(who, key, takes).pipe(
      tap((made) => {
        this.hits++;
        for (const [part, of] of Object.entries(made)) {
          const late = before.find(({ name, at }) => of < at && namesOf(part).includes(name));
          if (late) this.wrong.push(`${part} of ${of} in ${key}, void since ${late.at}`);
        }
      }),
    );
  }

  /** As the cache does it: here, then in the second level, then the others hear of it. */
  void(who: number, { keys = [], tags = [] }: CacheVoid): void {
    const at = ++this.#moment;
    this.#voids.push(...[...keys, ...tags].map((name) => ({ name, at })));
    const { local, client } = this.at(who);
    const gone = keys.flatMap((key) => local.delete(key));
    local.invalidateTags(tags);
    client.level.invalidate({ keys: [...keys, ...gone], tags }).subscribe();
    this.#tell(who, { keys: [...keys, ...gone], tags });
  }

  /** Sets the key that depends on none. */
  set(who: number): void {
    const at = ++this.#moment;
    this.#voids.push({ name: 'a', at });
    const { local, client } = this.at(who);
    const keys = local.dependents('a');
    local.store('a', { a: at }, optionsOf('a'), 'set');
    client.level.store('a', { a: at }, local.tied('a', optionsOf('a')), 'set').subscribe();
    client.level.invalidate({ keys }).subscribe();
    this.#tell(who, { keys: ['a', ...keys] });
  }

  /** A page is loaded anew, with nothing in memory. */
  reload(who: number): void {
    this.at(who).loader.destroy();
    this.#pages[who] = this.#page(who);
  }

  #load(who: number, key: string, takes: number): Observable<Made> {
    const { clock } = this.world;
    const factory = () => {
      this.calls++;
      const began = ++this.#moment;
      const needed = TIES[key]?.dependencies ?? [];
      const made = needed.map((name) => this.#load(who, name, takes));
      return (made.length > 0 ? forkJoin(made) : of([])).pipe(
        mergeMap((parts) =>
          timer(takes, clock.scheduler).pipe(
            map((): Made => Object.assign({}, ...parts, { [key]: began }) as Made),
          ),
        ),
      );
    };
    return this.at(who).loader.load<Made>(key, factory, optionsOf(key));
  }

  #tell(who: number, { keys = [], tags = [] }: CacheVoid): void {
    const { local } = this.at(1 - who);
    for (const key of keys) local.delete(key);
    local.invalidateTags(tags);
  }

  #page(who: number) {
    const client = this.#clients[who] ?? this.world.client();
    const { clock, diagnostics } = this.world;
    const random = seededRandom(1);
    const local = new LocalCache(LOCAL_CACHE.resolve({}), { clock, random });
    const loader = new ReadThrough(local, client.level, { clock, random, diagnostics });
    return { client, local, loader };
  }

  /** A page as it is now. */
  at(who: number) {
    return this.#pages[who] ?? this.#page(who);
  }
}

const valueOf = (chain: Chain, who: number, key: string) => {
  const { log } = hear(chain.read(who, key));
  chain.world.clock.advance(1);
  return log;
};

describe(`${ReadThrough.name}, chains of dependencies over two levels`, () => {
  it.each([
    ['a tag of what it depends on', { tags: ['u'] }],
    ['a tag two steps away', { tags: ['t'] }],
    ['what it depends on', { keys: ['b'] }],
    ['what that depends on', { keys: ['a'] }],
  ])('gives nothing of the second level that is void by %s, on any page', (_what, what) => {
    for (const by of [0, 1]) {
      const chain = new Chain();
      for (const key of KEYS) valueOf(chain, 0, key);
      const before = chain.calls;

      expect(chain.world.remote.texts.get('rx:uann:e:c')?.text).toContain('dep:a');

      chain.void(by, what);
      chain.reload(0);
      valueOf(chain, 0, 'c');

      expect(chain.wrong).toEqual([]);
      expect(chain.calls).toBeGreaterThan(before);
    }
  });

  it('gives it to another page as long as it is not void', () => {
    const chain = new Chain();
    for (const key of KEYS) valueOf(chain, 0, key);
    const before = chain.calls;
    chain.void(0, { tags: ['other'] });

    expect(KEYS.map((key) => valueOf(chain, 1, key)[1])).toEqual(KEYS.map(() => 'done'));
    expect(chain.calls).toBe(before);
  });

  it('does not write what turned out to depend on what nobody had asked for', () => {
    const chain = new Chain();
    valueOf(chain, 0, 'c');

    expect([...chain.world.remote.texts.keys()]).toEqual(['rx:uann:e:a']);
    expect(chain.world.diagnostics.codes).toEqual(['RXM708']);
  });

  it.each([
    ['itself', 'k'],
    ['what depends on it', 'j'],
  ])(
    'takes for a miss a text of which the value depends on %s, and writes it anew',
    (_what, on) => {
      const chain = new Chain();
      const { world } = chain;
      const { client, local, loader } = chain.at(0);
      client.store('k', 'bad', { dependencies: [on] });
      local.store('j', 1, CACHE.resolve({ dependencies: ['k'] }), 'set');
      const get = () => hear(loader.load('k', () => of('good'), CACHE.defaults)).log;

      expect(get()).toEqual(['good', 'done']);

      local.clear();

      expect(get()).toEqual(['good', 'done']);
      expect(client.value('k')).toBe('good');
      expect(world.diagnostics.codes).toEqual(['RXM707']);
    },
  );

  it('knows no value older than what has made it void, in any order of what happens', () => {
    const who = fc.nat(1);
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ read: fc.constantFrom(...KEYS), takes: fc.nat(60), who }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          what: fc.constantFrom<CacheVoid>({ keys: ['a'] }, { keys: ['b'] }, { tags: ['t'] }, { tags: ['u'] }), // prettier-ignore
          who,
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('set' as const, 'reload' as const), who }) }, // prettier-ignore
      { weight: 4, arbitrary: fc.record({ ms: fc.oneof(fc.nat(150), fc.constant(1000)) }) },
    );
    let hits = 0;
    let calls = 0;
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 8, maxLength: 40 }),
        fc.infiniteStream(fc.nat(60)),
        (steps, backs) => {
          // prettier-ignore
          const chain = new Chain();
          const { clock, remote } = chain.world;
          remote.next = (what) => {
            const back: IteratorResult<number, number> = backs.next();
            return { there: 0, back: what === 'read' ? back.value : 0 };
          };
          for (const each of steps) {
            if ('ms' in each) clock.advance(each.ms);
            else if ('read' in each) chain.read(each.who, each.read, each.takes).subscribe();
            else if ('what' in each) chain.void(each.who, each.what);
            else if (each.do === 'set') chain.set(each.who);
            else chain.reload(each.who);
          }
          for (const turn of [0, 1, 2, 3]) {
            clock.advance(10_000);
            if (turn > 1) chain.reload(turn % 2);
            for (const key of ['d', 'c', 'b']) chain.read(turn % 2, key).subscribe();
          }
          clock.advance(10_000);
          hits += chain.hits;
          calls += chain.calls;

          expect(chain.wrong).toEqual([]);
          expect([clock.pending, remote.open]).toEqual([0, 0]);
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 400) },
    );

    expect(hits).toBeGreaterThan(calls);
  });
});
