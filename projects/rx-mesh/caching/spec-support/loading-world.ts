import type { LoadContext } from '../loading/load-context';
import { ReadThrough } from '../loading/read-through';
import { CACHE, type CacheOptionValues, type CacheOptions } from '../cache-options';
import type { CachedValue, Capture, ValueFacts } from '../cached-value';
import type { LocalLevel, StoreReason } from '../local-level';
import type { RemoteFound, RemoteMarks, SecondLevel } from '../remote-level';
import { type Clock, seededRandom } from 'rx-mesh/kernel';
import { ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import { EMPTY, type Observable, Subject, defer, of } from 'rxjs';

/** A first level of the plainest kind: no bounds, no jitter, no dependencies. */
export class PlainLocal implements LocalLevel {
  readonly entries = new Map<string, CachedValue & { readonly tags: readonly string[] }>();
  readonly stores: (readonly [string, StoreReason, ValueFacts])[] = [];
  readonly #marks = new Map<string, number>();
  /** Thrown by the next store. */
  refusal: Error | undefined;

  constructor(private readonly clock: Clock) {}

  lookup(key: string): CachedValue | undefined {
    const entry = this.entries.get(key);
    return entry && this.clock.monotonic() < entry.goneAt ? entry : undefined;
  }

  capture(key: string, { tags }: CacheOptionValues): Capture {
    const read = () => ['clear', `key:${key}`, ...tags].map((name) => this.#marks.get(name) ?? 0).join(); // prettier-ignore
    const before = read();
    return { isCurrent: () => read() === before };
  }

  store(
    key: string,
    value: unknown,
    options: CacheOptionValues,
    reason: StoreReason,
    capture?: Capture,
    facts: ValueFacts = {},
  ): boolean {
    // prettier-ignore
    if (this.refusal) throw this.refusal;
    if (reason === 'set') this.#void(`key:${key}`);
    if (capture?.isCurrent() === false || options.ttl === 0) return false;
    const { ttl, refreshAhead, staleWhileRevalidate, staleIfError, revalidateWithin, tags } =
      options;
    const storedAt = this.clock.monotonic() - (facts.age ?? 0);
    const staleAt = storedAt + ttl;
    const goneAt = staleAt + Math.max(staleWhileRevalidate, staleIfError, revalidateWithin);
    if (goneAt <= this.clock.monotonic()) return false;
    this.entries.set(key, {
      ...{ key, value, storedAt, staleAt, tags, validator: facts.validator, limits: facts.limits },
      refreshAt: storedAt + ttl * refreshAhead,
      goneAt,
    });
    this.stores.push([key, reason, facts]);
    return true;
  }

  tied(_key: string, options: CacheOptionValues): CacheOptionValues {
    return options;
  }

  delete(key: string): readonly string[] {
    this.#void(`key:${key}`);
    this.entries.delete(key);
    return [];
  }

  invalidateTags(tags: readonly string[]): void {
    for (const tag of tags) {
      this.#void(tag);
      for (const [key, entry] of this.entries) if (entry.tags.includes(tag)) this.entries.delete(key); // prettier-ignore
    }
  }

  invalidateDependencies(): readonly string[] {
    return [];
  }

  clear(): void {
    this.#void('clear');
    this.entries.clear();
  }

  expireAll(): void {
    const now = this.clock.monotonic();
    for (const [key, entry] of this.entries) this.entries.set(key, { ...entry, staleAt: Math.min(now, entry.staleAt) }); // prettier-ignore
  }

  #void(name: string): void {
    this.#marks.set(name, (this.#marks.get(name) ?? 0) + 1);
  }
}

/** A second level that answers when it is told to, or at once. */
export class PlainRemote implements SecondLevel {
  /** What it has; `late`: it answers by `asked` only. */
  found: RemoteFound['found'];
  isLate = false;
  marks: RemoteMarks | undefined = { marks: new Map([['key:k', 'mark']]) };
  readonly asked: Subject<RemoteFound>[] = [];
  readonly stores: Parameters<SecondLevel['store']>[] = []; // prettier-ignore
  /** What a write does. */
  writes: Observable<never> = EMPTY;

  keeps({ levels }: CacheOptionValues): boolean {
    return levels === 'all';
  }

  lookup(): Observable<RemoteFound> {
    return defer(() => {
      const answer = new Subject<RemoteFound>();
      this.asked.push(answer);
      return this.isLate ? answer : of({ found: this.found, marks: this.marks } as RemoteFound);
    });
  }

  store(...write: Parameters<SecondLevel['store']>): Observable<boolean> {
    return defer(() => {
      this.stores.push(write);
      return this.writes;
    });
  }

  invalidate(): Observable<boolean> {
    return EMPTY;
  }
}

/** What a subscriber has heard: values, then `done` or the error. */
export function hear(source: Observable<unknown>) {
  const log: unknown[] = [];
  const subscription = source.subscribe({
    next: (value) => log.push(value),
    error: (error: unknown) => log.push(error),
    complete: () => log.push('done'),
  });
  return { log, leave: () => subscription.unsubscribe() };
}

/** A loader with a source whose answers come when a test gives them. */
export function loadingWorld(base: CacheOptions = {}, remote?: SecondLevel) {
  const clock = new ManualClock();
  const diagnostics = new RecordingDiagnostics();
  const local = new PlainLocal(clock);
  const loader = new ReadThrough(local, remote, { clock, diagnostics, random: seededRandom(1) });
  const calls: Subject<unknown>[] = [];
  const contexts: LoadContext[] = [];
  const factory = (context: LoadContext) => {
    const answer = new Subject<unknown>();
    calls.push(answer);
    contexts.push(context);
    return answer;
  };
  const optionsOf = (options: CacheOptions = {}) => CACHE.resolve({ jitter: 0, ...base, ...options }); // prettier-ignore
  return {
    ...{ clock, diagnostics, local, loader, calls, contexts, factory, optionsOf },
    /** A caller of the key `k`. */
    call: (options?: CacheOptions) => hear(loader.load('k', factory, optionsOf(options))),
    /** Loads under way, sources that are subscribed, timers that wait. */
    open: () => [loader.size, calls.filter((call) => call.observed).length, clock.pending],
    put: (value: unknown, options?: CacheOptions, facts?: ValueFacts) => local.store('k', value, optionsOf(options), 'set', undefined, facts), // prettier-ignore
  };
}
