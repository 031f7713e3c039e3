import { type Signal, computed, signal, untracked } from '@angular/core';
import { type Clock, EventHub, type RandomSource } from 'rx-mesh/kernel';
import { type Observable, distinctUntilChanged, filter, map, merge, of } from 'rxjs';
import { type CacheEntry, type CachedValue, freshnessOf } from '../cached-value';
import { checkName } from './cache-names';
import type { CacheNode } from './cache-node';
import { EntryTable } from './entry-table';
import type { LocalCacheValues } from './local-cache-options';
import type { LocalCacheEvent } from './local-events';
import { type LocalStatistics, zeroCounts } from './local-statistics';
import { copied } from './snapshots';

/** From where the first level has its time and its chance. */
export interface LocalCachePorts {
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** What can be read of the first level, and how it tells what is written. */
export abstract class LocalReads {
  protected readonly options: LocalCacheValues;
  protected readonly ports: LocalCachePorts;
  protected readonly table: EntryTable;
  protected readonly count = zeroCounts();
  readonly #hub = new EventHub<LocalCacheEvent>();
  readonly #version = signal(0);
  #hasSignals = false;

  /** What happens, as it happens. */
  readonly events$: Observable<LocalCacheEvent> = this.#hub.events$;

  constructor(options: LocalCacheValues, ports: LocalCachePorts) {
    this.options = options;
    this.ports = ports;
    this.table = new EntryTable(options, ports.random);
  }

  /** How many entries there are, with those that are void and not yet dropped. */
  get size(): number {
    return this.table.nodes.size;
  }

  /** What their weights add up to. */
  get weight(): number {
    return this.table.policy.weight;
  }

  /** What was counted up to now. Sweeps first. */
  get statistics(): LocalStatistics {
    this.sweep();
    return { ...this.count, size: this.size, weight: this.weight };
  }

  /** The fresh value of a key; `undefined` when there is none, or when that is the value: `has` and `lookup` tell. */
  get<T>(key: string): CachedValue<T>['value'] | undefined {
    const node = this.table.nodes.get(key);
    if (node) {
      const { idle } = node.options;
      // What has no end needs no clock, which is most of the cost of a hit.
      const isEndless = Math.min(node.staleAt, idle) === Infinity;
      const now = isEndless ? node.usedAt : this.ports.clock.monotonic();
      if (now < node.staleAt && now - node.usedAt < idle && node.voidedAt === 0) {
        node.usedAt = now;
        this.count.hits++;
        this.table.policy.touch(node);
        return this.#valueOf(node) as T;
      }
    } else checkName('key', key);
    this.count.misses++;
    return undefined;
  }

  lookup<T>(key: string): CachedValue<T> | undefined {
    const now = this.ports.clock.monotonic();
    const node = this.found(key, now);
    if (!node) {
      this.count.misses++;
      return undefined;
    }
    node.usedAt = now;
    this.count[now < node.staleAt ? 'hits' : 'staleHits']++;
    this.table.policy.touch(node);
    return this.#view(node);
  }

  /** Whether there is a value of use, stale as it may be. Counts nothing. */
  has(key: string): boolean {
    return this.found(key) !== undefined;
  }

  /** What there is of a key, for looking at. Counts nothing. */
  entry<T>(key: string): CacheEntry<T> | undefined {
    const now = this.ports.clock.monotonic();
    const node = this.found(key, now);
    if (!node) return undefined;
    const view = this.#view<T>(node);
    return {
      key,
      value: view.value,
      timestamp: new Date(this.ports.clock.now() - now + node.storedAt),
      ttl: node.staleAt - node.storedAt,
      tags: [...node.options.tags],
      dependencies: [...node.options.dependencies],
      freshness: freshnessOf(view, now),
    };
  }

  /** The keys of which there is a value of use. */
  keys(): readonly string[] {
    return [...this.table.nodes.keys()].filter((key) => this.found(key));
  }

  /**
   * What there is of a key, on subscribe and after each change of it, be it by a tag or by `clear()`. It counts as no use. That
   * its time is over is seen when somebody writes or sweeps, for there is no timer.
   */
  watch<T>(key: string): Observable<CachedValue<T> | undefined> {
    checkName('key', key);
    // Heard first and asked second, so that a subscriber who writes on its first value hears of that too.
    return merge(
      this.events$.pipe(filter((event) => !('key' in event) || event.key === key)),
      of(null),
    ).pipe(
      map(() => this.found(key)?.born),
      distinctUntilChanged(),
      map(() => this.#peek<T>(key)),
    );
  }

  /** The same as a signal. */
  signal<T>(key: string): Signal<CachedValue<T> | undefined> {
    checkName('key', key);
    this.#hasSignals = true;
    const born = computed(() => (this.#version(), this.found(key)?.born));
    return computed(() => (born(), this.#peek<T>(key)));
  }

  /**
   * Drops what is over or void of the next 256 entries. Writes do that by themselves.
   * @returns how many were dropped.
   */
  sweep(): number {
    // It changes nothing for those who read: a template may show the statistics.
    return untracked(() => {
      const dropped = this.table.sweep(this.ports.clock.monotonic());
      for (const node of dropped) {
        if (node.voidedAt > 0) continue;
        this.count.expirations++;
        this.tell('expired', node.key);
      }
      this.tellVoided();
      return dropped.length;
    });
  }

  /** Ends `events$` and what is watched. The values stay. */
  complete(): void {
    this.#hub.complete();
  }

  /** Something changes. Angular refuses that inside of `computed`: say it before anything is changed too. */
  protected changed(): void {
    if (this.#hasSignals) this.#version.update((version) => version + 1);
  }

  /** Says what happened to a key. */
  protected tell(type: 'stored' | 'evicted' | 'deleted' | 'expired', key: string): void {
    this.changed();
    if (this.#hub.observed) this.#hub.emit({ type, key });
  }

  /** Says what happened to many keys. */
  protected tellAll(event: LocalCacheEvent): void {
    this.changed();
    this.#hub.emit(event);
  }

  /** Says what was dropped since it depended on what is void. */
  protected tellVoided(): readonly string[] {
    const keys = this.table.voided;
    if (keys.length > 0) {
      this.table.voided = [];
      this.tellAll({ type: 'invalidated', keys });
    }
    return keys;
  }

  /** The entry of a key, when it is of use. */
  protected found(key: string, now?: number): CacheNode | undefined {
    const node = this.table.nodes.get(key);
    if (!node) checkName('key', key);
    return node?.isOfUse(now ?? this.ports.clock.monotonic()) ? node : undefined;
  }

  #peek<T>(key: string): CachedValue<T> | undefined {
    const node = this.found(key);
    return node && this.#view(node);
  }

  #view<T>(node: CacheNode): CachedValue<T> {
    const { key, storedAt, staleAt, goneAt, validator, limits } = node;
    const refreshAt =
      staleAt < Infinity ? storedAt + (staleAt - storedAt) * node.options.refreshAhead : Infinity;
    const value = this.#valueOf(node) as T;
    return { key, value, storedAt, refreshAt, staleAt, goneAt, validator, limits };
  }

  #valueOf({ value }: CacheNode): unknown {
    return this.options.snapshots === 'clone' ? copied(value) : value;
  }
}
