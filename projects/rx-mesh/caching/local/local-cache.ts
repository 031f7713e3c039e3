import type { CacheOptionValues } from '../cache-options';
import { CacheDependencyError } from '../cache-errors';
import type { Capture, ValueFacts } from '../cached-value';
import type { LocalLevel, StoreReason } from '../local-level';
import { checkName, checkNames } from './cache-names';
import { askable, graceOf } from './cache-node';
import { MOST_TIES } from './entry-table';
import { LoadCapture } from './load-captures';
import { LocalReads } from './local-reads';
import { kept } from './snapshots';

// How long writes do not sweep after one has, in milliseconds.
const SWEEP_PAUSE = 100;

/**
 * The first level: values by key in the memory of the page, bounded by number and weight, each for its time.
 *
 * There are no timers. What is over or void is given to nobody from that moment on; it is dropped later, when room is needed or
 * by the sweep that writes do now and then. Only then it is told that it is over, in `events$` and to those who watch it.
 *
 * @usageNotes
 * ```ts
 * const cache = new LocalCache(LOCAL_CACHE.resolve({ maxEntries: 500 }), { clock, random });
 * cache.store('user/1', user, CACHE.resolve({ ttl: 60_000, tags: ['users'] }), 'set');
 * cache.get<User>('user/1');
 * ```
 */
export class LocalCache extends LocalReads implements LocalLevel {
  #sweepAt = -Infinity;

  capture(key: string, options: CacheOptionValues): Capture {
    checkName('key', key);
    return this.table.captures.take(key, options);
  }

  tied(key: string, options: CacheOptionValues): CacheOptionValues {
    return { ...options, ...this.table.tiesOf(key, options, true) };
  }

  /** The keys that depend on a name, directly or not: to set a key makes them void. */
  dependents(name: string): readonly string[] {
    return [...this.table.index.dependents(name)];
  }

  store(
    key: string,
    value: unknown,
    options: CacheOptionValues,
    reason: StoreReason,
    capture?: Capture,
    facts?: ValueFacts,
  ): boolean {
    checkName('key', key);
    const mine = kept(value, this.options.snapshots);
    const now = this.#begin();
    const table = this.table;
    const { dependencies } = options;
    if (capture && !table.captures.accepts(capture, key, options)) return this.#refused();
    const cycle = dependencies.length > 0 && table.index.cycle(key, dependencies);
    if (cycle) throw new CacheDependencyError(key, cycle);

    const isSet = reason === 'set';
    const at = table.generations.next();
    const ties = table.tiesOf(key, options);
    const storedAt = now - (facts?.age ?? 0);
    const staleAt = storedAt + this.#lasts(value, options);
    if (isSet) table.voidDependents(key);
    if (
      ties.tags.length + ties.dependencies.length > MOST_TIES ||
      (!(staleAt > storedAt) && askable(options, facts?.validator) === 0) ||
      (staleAt <= now && staleAt + graceOf(options, facts) <= now) ||
      options.weight > this.options.maxWeight
    ) {
      const before = table.nodes.get(key);
      if (isSet) table.void(key);
      else if (before) table.lose(before);
      if (before) this.tell('deleted', key);
      this.tellVoided();
      return this.#refused();
    }
    const node = table.put(key, options, ties);
    node.value = mine;
    node.validator = facts?.validator;
    node.limits = facts?.limits;
    node.storedAt = storedAt;
    node.staleAt = staleAt;
    node.usedAt = now;
    node.born = table.generations.next();
    if (isSet) node.setAt = at;
    node.loadedAt = capture instanceof LoadCapture ? capture.born : at;
    this.count.sets++;
    this.tell('stored', key);
    while (table.isFuller) {
      const old = table.policy.evict();
      table.isFuller = old !== undefined;
      if (!old) break;
      table.lose(old);
      this.count.evictions++;
      this.tell('evicted', old.key);
    }
    this.tellVoided();
    return node.list !== undefined;
  }

  delete(key: string): readonly string[] {
    checkName('key', key);
    this.#begin();
    const wasThere = this.has(key);
    this.table.void(key);
    this.table.voidDependents(key);
    this.count.invalidations++;
    if (wasThere) this.tell('deleted', key);
    return this.tellVoided();
  }

  invalidateTags(tags: readonly string[]): void {
    checkNames('tag', tags);
    this.#begin();
    for (const tag of tags) this.table.generations.invalidate(tag);
    this.count.invalidations += tags.length;
    this.tellAll({ type: 'invalidated', tags });
  }

  invalidateDependencies(names: readonly string[]): readonly string[] {
    checkNames('dependency', names);
    this.#begin();
    const { generations } = this.table;
    const at = generations.next();
    for (const name of names) {
      generations.mark(name, at);
      this.table.voidDependents(name);
    }
    this.count.invalidations += names.length;
    return this.tellVoided();
  }

  clear(): void {
    this.#begin();
    this.table.clear();
    this.count.invalidations++;
    this.tellAll({ type: 'cleared' });
  }

  expireAll(): void {
    const now = this.#begin();
    for (const node of this.table.nodes.values()) {
      if (node.voidedAt > 0) continue;
      node.staleAt = Math.min(node.staleAt, now);
      // It is another version now, for those who watch it.
      node.born = this.table.generations.next();
    }
    this.tellAll({ type: 'outdated' });
  }

  // Each write begins by it. Gives the present time.
  #begin(): number {
    this.changed();
    const now = this.ports.clock.monotonic();
    if (now >= this.#sweepAt) {
      this.#sweepAt = now + SWEEP_PAUSE;
      this.sweep();
    }
    return now;
  }

  #refused(): false {
    this.count.refusals++;
    return false;
  }

  // Never longer than is asked for: what is varied is by how much it is shorter.
  #lasts(value: unknown, { ttl, negativeTtl, jitter }: CacheOptionValues): number {
    const lasts = value === undefined || value === null ? (negativeTtl ?? ttl) : ttl;
    return jitter > 0 && lasts < Infinity ? lasts * (1 - jitter * this.ports.random.next()) : lasts;
  }
}
