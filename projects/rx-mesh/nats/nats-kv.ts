import { inject } from '@angular/core';
import type { KV } from '@nats-io/kv';
import type { NatsConnection as NatsClient } from '@nats-io/nats-core';
import {
  CLOCK,
  type Clock,
  DIAGNOSTICS,
  type Diagnostics,
  InvalidOptionError,
} from 'rx-mesh/kernel';
import {
  type Observable,
  ReplaySubject,
  catchError,
  combineLatest,
  defer,
  filter,
  map,
  share,
  switchMap,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { NatsConnection } from './nats-connection';
import { natsError } from './nats-failure';
import { goOn } from './nats-go-on';
import {
  type NatsKey,
  type NatsKvEntry,
  NatsKvFormat,
  filterOf,
  keyOf,
  levelsOf,
} from './nats-kv-format';
import { NATS_KV, type NatsKvOptions, type NatsKvValues } from './nats-kv-options';
import { watched } from './nats-kv-watch';
import { requireServer } from './nats-version';

/**
 * A bucket of keys and values in JetStream. Values are JSON. What is written by its revision is written only if nobody else was
 * faster. All of it is cold, and waits for a connection; a request that is under way when it is lost errors with a
 * {@link NatsRequestError} `timeout`: whether it was done is not known then, so read before you write again.
 *
 * @usageNotes
 * ```ts
 * const carts = natsKv({ bucket: 'carts' });
 * carts.get('ann').pipe(switchMap((cart) => carts.update('ann', { items: 2 }, cart?.revision ?? 0))).subscribe();
 * ```
 */
export class NatsKv {
  readonly #nats: NatsConnection;
  readonly #clock: Clock;
  readonly #format: NatsKvFormat;
  readonly #values: NatsKvValues;
  readonly #bucket$: Observable<KV>;

  /** For {@link natsKv}. */
  constructor(
    nats: NatsConnection,
    clock: Clock,
    diagnostics: Diagnostics,
    values: NatsKvValues,
    linger: number,
  ) {
    this.#nats = nats;
    this.#clock = clock;
    this.#format = new NatsKvFormat(values.bucket, values.maxValueSize, diagnostics);
    this.#values = values;
    this.#bucket$ = this.#open().pipe(
      share({
        connector: () => new ReplaySubject<KV>(1),
        resetOnRefCountZero:
          linger === 0 ? true : () => timer(linger, clock.scheduler).pipe(takeUntil(nats.ended$)),
      }),
    );
  }

  /** Its name. */
  get bucket(): string {
    return this.#values.bucket;
  }

  /**
   * The value of a key; `undefined` when there is none, or it was deleted. Errors with a {@link NatsValueError} when it is no
   * JSON.
   */
  get(key: NatsKey): Observable<NatsKvEntry | undefined> {
    return this.#do(`read ${this.bucket}`, async (kv) => {
      const entry = await kv.get(keyOf(key));
      return entry?.operation === 'PUT' ? this.#format.read(entry) : undefined;
    });
  }

  /** Writes a value, whatever there is. Emits its revision. Errors with a `MessageTooLargeError` when it is too large. */
  put(key: NatsKey, value: unknown): Observable<number> {
    return this.#do(`write ${this.bucket}`, async (kv) =>
      kv.put(keyOf(key), this.#format.write(value)),
    );
  }

  /**
   * Writes the value of a key that is not there, or was deleted. Emits its revision. Errors with a {@link NatsConflictError}.
   *
   * @param ttl How long the value lives, in milliseconds, at least 1000. Needs nats-server 2.11, which is checked: an older one
   *   would ignore it; and `markerTtl`. @default as long as the bucket keeps it
   */
  create(key: NatsKey, value: unknown, ttl?: number): Observable<number> {
    return this.#do(
      `write ${this.bucket}`,
      async (kv, key, client) => {
        if (ttl !== undefined) await this.#checkTtl(kv, ttl, client);
        const lifetime = ttl === undefined ? undefined : `${Math.ceil(ttl / 1000)}s`;
        return kv
          .create(key, this.#format.write(value), lifetime)
          .catch((error: unknown) => this.#format.refused(error, key, 0));
      },
      key,
    );
  }

  /**
   * Writes the value of a key that is still at a revision; 0: that is not there. Emits the new revision. Errors with a
   * {@link NatsConflictError}.
   */
  update(key: NatsKey, value: unknown, revision: number): Observable<number> {
    if (revision === 0) return this.create(key, value);
    return this.#do(
      `write ${this.bucket}`,
      async (kv, key) =>
        kv
          .update(key, this.#format.write(value), revision)
          .catch((error: unknown) => this.#format.refused(error, key, revision)),
      key,
    );
  }

  /** Deletes a key. @param revision Only at this revision, else it is a {@link NatsConflictError}. @default at any */
  delete(key: NatsKey, revision?: number): Observable<void> {
    return this.#do(
      `delete from ${this.bucket}`,
      async (kv, key) =>
        kv
          .delete(key, revision === undefined ? {} : { previousSeq: revision })
          .catch((error: unknown) => this.#format.refused(error, key, revision ?? 0)),
      key,
    );
  }

  /**
   * The values of all keys below some levels, oldest first, and then what becomes of them: deleted ones have no value. It goes on
   * behind the last one after an interruption. What is no JSON is left out and told by RXM424. Values whose time is over are not
   * told by the server. Never completes by itself.
   *
   * @param below The levels that the keys begin with, or one whole key. @default all keys
   */
  watch(below: NatsKey = []): Observable<NatsKvEntry> {
    return defer(() => {
      let last = 0;
      const key = filterOf(below);
      const watching$ = this.#bucket$.pipe(
        switchMap((kv) =>
          watched(async () =>
            kv.watch({ key, ...(last === 0 ? {} : { resumeFromRevision: last + 1 }) }),
          ).pipe(goOn(this.#nats, this.#clock), takeUntil(this.#nats.ended$)),
        ),
      );
      return watching$.pipe(
        filter(({ revision }) => revision > last),
        map((entry) => {
          last = entry.revision;
          return this.#format.readOrTell(entry);
        }),
        filter((entry) => entry !== undefined),
        catchError((error: unknown) => throwError(() => natsError(error, `watch ${this.bucket}`))),
      );
    });
  }

  /** The keys below some levels that are there, at most `max`. @default all keys, at most 10000 */
  keys(below: NatsKey = [], max = 10_000): Observable<readonly (readonly string[])[]> {
    return this.#do(`list ${this.bucket}`, async (kv) => {
      const found: (readonly string[])[] = [];
      for await (const key of await kv.keys(filterOf(below))) {
        const levels = levelsOf(key);
        if (levels) found.push(levels);
        if (found.length >= max) break;
      }
      return found;
    });
  }

  #open(): Observable<KV> {
    const { bucket, create, history, maxAge, maxValueSize, maxBytes, ...rest } = this.#values;
    return this.#nats.kv(bucket, {
      bindOnly: !create,
      history,
      ttl: maxAge,
      maxValueSize,
      ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
      replicas: rest.replicas,
      storage: rest.storage,
      ...(rest.markerTtl === 0 ? {} : { markerTTL: rest.markerTtl }),
      // A replica that is behind would answer with what was there before the last write.
      allow_direct: false,
    });
  }

  #do<T>(
    what: string,
    work: (kv: KV, key: string, client: NatsClient) => Promise<T>,
    key?: NatsKey,
  ): Observable<T> {
    return defer(() => {
      const written = key === undefined ? '' : keyOf(key);
      return combineLatest([this.#bucket$, this.#nats.client$]).pipe(
        switchMap(([kv, client]) =>
          this.#nats.whenConnected$.pipe(switchMap(() => work(kv, written, client))),
        ),
        take(1),
        catchError((error: unknown) => throwError(() => natsError(error, what))),
      );
    });
  }

  // An older server takes it, and ignores it; so does a bucket without marks.
  async #checkTtl(kv: KV, ttl: number, client: NatsClient): Promise<void> {
    if (!(ttl >= 1000)) throw new InvalidOptionError('NatsKv.create ttl', ttl, 'at least 1000');
    requireServer(client, '2.11.0', 'The time to live of one value');
    const { markerTTL } = await kv.status();
    if (!(markerTTL > 0)) {
      throw new InvalidOptionError('NatsKvOptions.markerTtl', markerTTL, 'set when it is made');
    }
  }
}

/**
 * Opens a bucket at its first use. Call it where `inject` can be called.
 *
 * @throws InvalidOptionError when an option is out of its range.
 */
export function natsKv(options: NatsKvOptions): NatsKv {
  const values = NATS_KV.resolve(options);
  return new NatsKv(inject(NatsConnection), inject(CLOCK), inject(DIAGNOSTICS), values, 2000);
}
