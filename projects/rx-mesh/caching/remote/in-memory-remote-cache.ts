import { type Clock, systemClock } from 'rx-mesh/kernel';
import { EMPTY, type Observable, defer, of } from 'rxjs';
import type { RemoteCache, RemoteCacheCapabilities, RemoteWrite } from '../remote-cache';

/** Options of {@link InMemoryRemoteCache}. */
export interface InMemoryRemoteCacheOptions {
  /** How many texts it keeps at most; what ends soonest goes first. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** By what clock times are over. @default systemClock */
  readonly clock?: Clock | undefined;
  /** What it says of itself. @default neither shared nor durable */
  readonly capabilities?: RemoteCacheCapabilities | undefined;
}

/**
 * A second level in memory, for tests and servers: one object that several caches share.
 *
 * @usageNotes
 * ```ts
 * const remote = new InMemoryRemoteCache({ maxEntries: 10_000 });
 * const provider = { provide: REMOTE_CACHE, useValue: remote };
 * ```
 */
export class InMemoryRemoteCache implements RemoteCache {
  readonly name = 'memory';
  readonly capabilities: RemoteCacheCapabilities;
  readonly #clock: Clock;
  readonly #maxEntries: number;
  // In the order in which they were written.
  readonly #entries = new Map<string, { readonly text: string; readonly until: number }>();

  constructor({
    maxEntries = 1000,
    clock = systemClock,
    capabilities = { shared: false, durable: false },
  }: InMemoryRemoteCacheOptions = {}) {
    this.#maxEntries = maxEntries;
    this.#clock = clock;
    this.capabilities = capabilities;
  }

  /** How many texts it keeps, also such whose time is over. */
  get size(): number {
    return this.#entries.size;
  }

  /** The texts of some keys. */
  read(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    return defer(() => of(keys.map((key) => this.#get(key))));
  }

  /** Writes texts. */
  write(writes: readonly RemoteWrite[]): Observable<void> {
    return defer(() => {
      for (const { key, text, ttl } of writes) {
        this.#entries.delete(key);
        this.#entries.set(key, { text, until: this.#clock.monotonic() + ttl });
        if (this.#entries.size > this.#maxEntries) this.#dropSoonest();
      }
      return EMPTY;
    });
  }

  /** Drops keys. */
  delete(keys: readonly string[]): Observable<void> {
    return defer(() => {
      for (const key of keys) this.#entries.delete(key);
      return EMPTY;
    });
  }

  /** Drops all keys that begin with a text. */
  deleteAll(prefix: string): Observable<void> {
    return defer(() =>
      this.delete([...this.#entries.keys()].filter((key) => key.startsWith(prefix))),
    );
  }

  #get(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.until > this.#clock.monotonic()) return entry?.text;
    this.#entries.delete(key);
    return undefined;
  }

  #dropSoonest(): void {
    let soonest = { key: '', until: Infinity };
    for (const [key, { until }] of this.#entries) {
      if (until < soonest.until) soonest = { key, until };
    }
    this.#entries.delete(soonest.key);
  }
}
