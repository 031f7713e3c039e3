import fc from 'fast-check';
import { seededRandom } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { isCacheDependencyError } from '../cache-errors';
import { CACHE, type CacheOptionValues } from '../cache-options';
import type { Capture } from '../cached-value';
import { lru } from '../policy/lru';
import { s3Fifo } from '../policy/s3-fifo';
import { wTinyLfu } from '../policy/w-tiny-lfu';
import { LocalCache } from './local-cache';
import { LOCAL_CACHE } from './local-cache-options';

const KEYS = ['a', 'b', 'c', '__proto__'];
const TAGS = ['t', 'u'];
const NAMES = [...KEYS, 'x'];

/** What a value says of itself: of which key it is, and what it rests on, directly or not. */
interface Made {
  readonly key: string;
  /** How much had been made void when its load began, or when it was set. */
  readonly since: number;
  readonly tags: readonly string[];
  readonly dependencies: readonly string[];
  readonly over: number;
}

interface Void {
  readonly kind: 'key' | 'tag' | 'dependency' | 'all';
  readonly name: string;
}

/** Whether nothing that a value rests on was made void after it began. The log is never shortened. */
function isCurrent(made: Made, log: readonly Void[]): boolean {
  return !log.slice(made.since).some(({ kind, name }) => {
    if (kind === 'all') return true;
    if (kind === 'tag') return made.tags.includes(name);
    return made.dependencies.includes(name) || (kind === 'key' && name === made.key);
  });
}

/** A cache with what it holds beside its entries. */
class OpenCache extends LocalCache {
  get held() {
    return { tags: this.table.generations.tags, names: this.table.index.size };
  }
}

interface Write {
  readonly do: 'set' | 'begin';
  readonly key: string;
  readonly ties: Ties;
  readonly ttl: number;
  readonly weight: number;
}

type Command =
  | Write
  | { readonly do: 'end'; readonly at: number }
  | { readonly do: 'get' | 'lookup' | 'delete' | 'tag' | 'dep'; readonly name: number }
  | { readonly do: 'clear' | 'expireAll' | 'sweep' }
  | { readonly do: 'advance'; readonly ms: number };

interface Ties {
  readonly tags: readonly string[];
  readonly dependencies: readonly string[];
}

const ties = fc.record({
  tags: fc.subarray(TAGS),
  dependencies: fc.oneof(fc.constant([]), fc.subarray(NAMES, { maxLength: 2 })),
});
const write = (what: 'set' | 'begin') =>
  fc.record({
    do: fc.constant(what),
    key: fc.constantFrom(...KEYS),
    ties,
    ttl: fc.constantFrom(0, 5, 50, Infinity),
    weight: fc.constantFrom(0, 1, 2, 9),
  });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: write('set') },
  { weight: 5, arbitrary: write('begin') },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('end' as const), at: fc.nat(9) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'get' as const,
        'lookup' as const,
        'delete' as const,
        'tag' as const,
        'dep' as const,
      ),
      name: fc.nat(19),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('clear' as const, 'expireAll' as const, 'sweep' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(20) }) },
);

/** A cache beside the model; each value is what the model knows of it. */
class Run {
  readonly clock = new ManualClock();
  readonly cache: OpenCache;
  readonly #log: Void[] = [];
  readonly #loads: {
    readonly made: Made;
    readonly own: CacheOptionValues;
    readonly capture: Capture;
  }[] = [];

  constructor(policy: number) {
    const eviction = [lru(), s3Fifo(), wTinyLfu()][policy] ?? lru();
    this.cache = new OpenCache(
      LOCAL_CACHE.resolve({ maxEntries: 3, maxWeight: 6, eviction, snapshots: 'share' }),
      { clock: this.clock, random: seededRandom(1) },
    );
  }

  do(command: Command): void {
    const { cache, clock } = this;
    switch (command.do) {
      case 'set':
        this.#set(command);
        break;
      case 'begin': {
        const own = this.#options(command);
        const capture = cache.capture(command.key, own);
        this.#loads.push({ own, capture, made: this.#made(command) });
        break;
      }
      case 'end':
        this.#end(command.at);
        break;
      case 'get':
        cache.get(KEYS[command.name % KEYS.length] ?? 'a');
        break;
      case 'lookup':
        cache.lookup(KEYS[command.name % KEYS.length] ?? 'a');
        break;
      case 'delete': {
        const key = KEYS[command.name % KEYS.length] ?? 'a';
        this.#void('key', key);
        cache.delete(key);
        break;
      }
      case 'tag': {
        const tag = TAGS[command.name % TAGS.length] ?? 't';
        this.#void('tag', tag);
        cache.invalidateTags([tag]);
        break;
      }
      case 'dep': {
        const name = NAMES[command.name % NAMES.length] ?? 'x';
        this.#void('dependency', name);
        cache.invalidateDependencies([name]);
        break;
      }
      case 'clear':
        this.#void('all');
        cache.clear();
        break;
      case 'advance':
        clock.advance(command.ms);
        break;
      default:
        cache[command.do]();
    }
  }

  /** What is wrong now; empty: nothing. */
  faults(): readonly string[] {
    const { cache, clock } = this;
    const faults: string[] = [];
    for (const key of KEYS) {
      const found = cache.lookup<Made>(key);
      if (!found) continue;
      if (found.value.key !== key) faults.push(`${key} has the value of ${found.value.key}`);
      if (!isCurrent(found.value, this.#log)) faults.push(`${key} is void`);
      if (clock.monotonic() >= found.value.over) faults.push(`${key} is over`);
    }
    if (cache.size > 3 || cache.weight > 6) faults.push(`${cache.size} entries of ${cache.weight}`);
    return faults;
  }

  #void(kind: Void['kind'], name = ''): void {
    this.#log.push({ kind, name });
  }

  #set(command: Write): void {
    // The value begins after its own write, which makes void what was made from the one before.
    this.#void('key', command.key);
    try {
      this.cache.store(command.key, this.#made(command), this.#options(command), 'set');
    } catch (error) {
      if (!isCacheDependencyError(error)) throw error;
      // Nothing has changed.
      this.#log.pop();
    }
  }

  #end(at: number): void {
    const [load] = this.#loads.splice(at % Math.max(1, this.#loads.length), 1);
    if (!load) return;
    const { own, capture, made } = load;
    const found = { ...made, over: this.clock.monotonic() + own.ttl };
    try {
      const isKept = this.cache.store(made.key, found, own, 'load', capture);
      if (isKept && !isCurrent(made, this.#log)) throw new Error(`${made.key} was kept while void`);
    } catch (error) {
      if (!isCacheDependencyError(error)) throw error;
    }
  }

  // It reads all on which it depends, where that is there, and so rests on what that rests on.
  #made({ key, ties: own, ttl }: Write): Made {
    const tags = new Set(own.tags);
    const dependencies = new Set(own.dependencies);
    for (const name of own.dependencies) {
      const read = this.cache.entry<Made>(name)?.value;
      for (const tag of read?.tags ?? []) tags.add(tag);
      for (const next of read?.dependencies ?? []) if (next !== key) dependencies.add(next);
    }
    return {
      key,
      since: this.#log.length,
      tags: [...tags],
      dependencies: [...dependencies],
      over: this.clock.monotonic() + ttl,
    };
  }

  #options({ ties: own, ttl, weight }: Write): CacheOptionValues {
    return CACHE.resolve({ ...own, ttl, weight, jitter: 0 });
  }
}

describe(`${LocalCache.name}, after anything`, () => {
  it('gives no value that is over or was made void, and keeps within its bounds', () => {
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.array(command, { maxLength: 60, size: 'max' }),
        (policy, commands) => {
          const run = new Run(policy);
          for (const one of commands) {
            run.do(one);
            expect(run.faults()).toEqual([]);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('holds nothing of what is gone', () => {
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.array(command, { maxLength: 60, size: 'max' }),
        (policy, commands) => {
          const run = new Run(policy);
          for (const one of commands) run.do(one);
          const { cache } = run;
          for (const key of KEYS) cache.delete(key);
          cache.sweep();
          expect([cache.size, cache.weight, cache.held]).toEqual([0, 0, { tags: 0, names: 0 }]);
        },
      ),
    );
  });
});
