import {
  Observable,
  type Subscriber,
  Subscription,
  concatMap,
  defer,
  of,
  take,
  tap,
  throwIfEmpty,
  timer,
} from 'rxjs';
import type { Clock, Diagnostics, RandomSource } from 'rx-mesh/kernel';
import { CacheEmptyLoadError, CacheLoadTimeoutError } from '../cache-errors';
import type { CacheOptionValues } from '../cache-options';
import type { CachedValue, StaleLimits } from '../cached-value';
import type { LocalLevel } from '../local-level';
import type { RemoteFound, RemoteMarks, SecondLevel } from '../remote-level';
import { Flight, give } from './flight';
import { HeldKeys } from './held-keys';
import { keepFound } from './keep-found';
import { type LoadFactory, type LoadOutcome, loadContext } from './load-context';

/** What a {@link ReadThrough} needs of the house. */
export interface ReadThroughPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
}

// What a platform can wait; a longer time would be over at once.
const LONGEST_WAIT = 2_147_483_647;

/**
 * Gives values from the first level, from the second, or from a factory: one load a key, whoever asks.
 *
 * A load belongs to what was in force when it began. What is made void meanwhile is not stored, and who comes later starts a
 * load of his own. The options and the factory are those of the caller who started the load; whether a caller may be given a
 * stale value is for each to say. A load is over at its `hardTimeout`: it is cancelled, and brings nothing any more. To be
 * served early and have the late value kept, set `softTimeout`.
 *
 * A factory that waits for its own key waits for itself, until `hardTimeout`.
 *
 * @usageNotes
 * ```ts
 * const loader = new ReadThrough(local, undefined, { clock, random, diagnostics });
 * loader.load(`user:${id}`, () => http.get<User>(`/users/${id}`), CACHE.resolve({ ttl: 60_000 }));
 * ```
 */
export class ReadThrough {
  readonly #local: LocalLevel;
  readonly #remote: SecondLevel | undefined;
  readonly #ports: ReadThroughPorts;
  readonly #flights = new Map<string, Flight>();
  readonly #held: HeldKeys;
  readonly #open = new Subscription();

  constructor(local: LocalLevel, remote: SecondLevel | undefined, ports: ReadThroughPorts) {
    this.#local = local;
    this.#remote = remote;
    this.#ports = ports;
    this.#held = new HeldKeys(ports.clock, ports.random);
  }

  /** How many keys are being loaded. */
  get size(): number {
    return this.#flights.size;
  }

  /**
   * The value of a key; cold, emits once and completes. A fresh one is given at once, in the call of `subscribe`.
   *
   * It completes without a value when {@link ReadThrough.destroy} was called. Errors are those of the factory,
   * `CacheEmptyLoadError`, `CacheLoadTimeoutError` and `CacheDependencyError`; they are not kept.
   */
  load<T>(key: string, factory: LoadFactory<T>, options: CacheOptionValues): Observable<T> {
    return new Observable<T>((caller) => {
      if (this.#open.closed) {
        caller.complete();
        return;
      }
      const entry = this.#local.lookup(key);
      const now = this.#ports.clock.monotonic();
      const late = entry ? now - entry.staleAt : Infinity;
      const { staleWhileRevalidate, staleIfError } = entry?.limits ?? options;
      if (
        entry &&
        (late < staleWhileRevalidate || (late < staleIfError && this.#held.has(key, now)))
      ) {
        // First the refresh: what the caller does with the value may make it void, and then it is nobody's previous value.
        const isDue = late >= 0 || now >= entry.refreshAt;
        if (isDue && !this.#held.has(key, now)) this.#join(key, factory, options, entry);
        give(caller, entry.value);
      } else this.#join(key, factory, options, entry, caller);
    });
  }

  /** Ends all loads, and the writes to the second level. Who waits is completed; later callers are too. */
  destroy(): void {
    this.#open.unsubscribe();
  }

  #join<T>(
    key: string,
    factory: LoadFactory<T>,
    options: CacheOptionValues,
    entry: CachedValue | undefined,
    caller?: Subscriber<T>,
  ): void {
    const under = this.#flights.get(key);
    if (under?.capture.isCurrent()) {
      under.known = entry ?? under.known;
      under.join(options, caller);
      if (under.isLate && caller) this.#serve(under, caller, options, 'staleIfError');
      return;
    }
    const flight = new Flight(key, options, this.#local.capture(key, options), entry);
    this.#flights.set(key, flight);
    this.#open.add(flight.work);
    flight.work.add(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    flight.join(options, caller);
    under?.release();
    flight.work.add(
      defer(() => this.#loading(factory as LoadFactory<unknown>, flight)).subscribe({
        next: (value) => flight.end().forEach(([each]) => give(each, value)),
        error: (error: unknown) => this.#fail(flight, error),
      }),
    );
    const { softTimeout, hardTimeout } = options;
    this.#after(softTimeout, flight, () => {
      flight.isLate = true;
      for (const [each, theirs] of flight.callers)
        this.#serve(flight, each, theirs, 'staleIfError');
    });
    this.#after(hardTimeout, flight, () =>
      this.#fail(flight, new CacheLoadTimeoutError(key, hardTimeout)),
    );
  }

  #loading(factory: LoadFactory<unknown>, flight: Flight): Observable<unknown> {
    const { key, options } = flight;
    const asked: Observable<RemoteFound> = this.#remote?.keeps(options)
      ? this.#remote.lookup(key, this.#local.tied(key, options))
      : of({ marks: undefined });
    return asked.pipe(
      take(1),
      concatMap(({ found, marks }) => {
        const isKept =
          found && this.#isNews(found.age, flight)
            ? keepFound(this.#local, found, flight, this.#ports.diagnostics)
            : undefined;
        if (found && isKept !== undefined) {
          if (found.age < found.ttl) return of(found.value);
          // Stale, but better than nothing.
          if (isKept) flight.known = this.#local.lookup(key);
          for (const [each, theirs] of flight.callers)
            this.#serve(flight, each, theirs, 'staleWhileRevalidate');
        }
        const now = this.#ports.clock.monotonic();
        const [context, outcome] = loadContext(key, options, flight.known, now);
        return defer(() => factory(context)).pipe(
          take(1),
          tap((value) => this.#keep(value, flight, outcome, marks)),
        );
      }),
      throwIfEmpty(() => new CacheEmptyLoadError(key)),
    );
  }

  // Clocks of two machines differ: only what is less than half as old is surely newer than what is here.
  #isNews(age: number, { known }: Flight): boolean {
    return !known || 2 * age < this.#ports.clock.monotonic() - known.storedAt;
  }

  #keep(
    value: unknown,
    { key, capture }: Flight,
    { options, ...facts }: LoadOutcome,
    marks: RemoteMarks | undefined,
  ): void {
    const isCurrent = capture.isCurrent();
    this.#held.delete(key);
    // Before it is kept: to make room for it, something that it depends on may be dropped.
    const tied = this.#local.tied(key, options);
    this.#local.store(key, value, options, 'load', capture, facts);
    if (!isCurrent || !this.#remote?.keeps(options)) return;
    const rest = { ...tied, ttl: Math.max(0, options.ttl - facts.age) };
    this.#open.add(this.#remote.store(key, value, rest, marks, facts).subscribe());
  }

  #fail(flight: Flight, error: unknown): void {
    const { key, options } = flight;
    if (this.#known(flight)) this.#held.add(key, options);
    let isTold = false;
    for (const [caller, theirs] of flight.end()) {
      const entry = this.#fallback(flight, theirs, 'staleIfError');
      if (entry) give(caller, entry.value);
      else {
        isTold = true;
        caller.error(error);
      }
    }
    if (isTold) return;
    this.#ports.diagnostics.report({
      code: 'RXM709',
      severity: 'warning',
      source: 'caching',
      message: `'${key}' could not be loaded anew; readers are given the value of before while their options allow it.`,
      cause: error,
    });
  }

  #serve(
    flight: Flight,
    caller: Subscriber<unknown>,
    limits: StaleLimits,
    which: keyof StaleLimits,
  ): void {
    const entry = this.#fallback(flight, limits, which);
    if (entry) flight.serve(caller, entry.value);
  }

  // What a caller may be given in place of what is being loaded.
  #fallback(
    flight: Flight,
    limits: StaleLimits,
    which: keyof StaleLimits,
  ): CachedValue | undefined {
    const entry = this.#known(flight);
    if (!entry) return undefined;
    const late = this.#ports.clock.monotonic() - entry.staleAt;
    return late < (entry.limits ?? limits)[which] ? entry : undefined;
  }

  // What there is of the key, when it is of use still.
  #known({ key, capture, known }: Flight): CachedValue | undefined {
    const entry = capture.isCurrent() ? known : this.#local.lookup(key);
    return entry && this.#ports.clock.monotonic() < entry.goneAt ? entry : undefined;
  }

  #after(ms: number, { work }: Flight, act: () => void): void {
    if (ms > LONGEST_WAIT || work.closed) return;
    work.add(timer(ms, this.#ports.clock.scheduler).pipe(tap(act)).subscribe());
  }
}
