import { inject } from '@angular/core';
import {
  REMOTE_CACHE,
  type RemoteCache,
  RemoteCacheError,
  type RemoteWrite,
} from 'rx-mesh/caching';
import {
  CLOCK,
  type Clock,
  type RxMeshFeature,
  isServer,
  positive,
  InvalidOptionError,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { isMessageTooLargeError } from 'rx-mesh/messaging';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  forkJoin,
  from,
  ignoreElements,
  map,
  mergeMap,
  of,
  timeout,
} from 'rxjs';
import { hashOf } from './jetstream-hash';
import { isNatsConnectionError, isNatsRequestError, isNatsValueError } from './nats-errors';
import { type NatsKv, natsKv } from './nats-kv';
import type { NatsKey } from './nats-kv-format';
import { NATS_KV, type NatsKvOptions } from './nats-kv-options';
import { encodeNatsToken } from './nats-subject';

/** Options of {@link kvRemoteCache}: those of a bucket, whose `maxAge` is 7 days by itself. */
export interface NatsCacheOptions extends Omit<NatsKvOptions, 'history' | 'markerTtl'> {
  /** How long a call may take, in milliseconds, also while there is no connection. @default 2000 */
  readonly timeout?: number | undefined;
}

const WEEK = 604_800_000;
const AT_ONCE = 32;
// The server has a limit for the whole key, with what it stands behind.
const LONGEST = 900;
// Of JetStream: no room, in the stream or on the disk.
const FULL: readonly unknown[] = [10_047, 10_077];

class NatsCache implements RemoteCache {
  readonly name = 'nats';
  readonly capabilities = { shared: true, durable: true };
  readonly #kv: NatsKv;
  readonly #clock: Clock;
  readonly #limit: number;

  constructor(kv: NatsKv, clock: Clock, limit: number) {
    this.#kv = kv;
    this.#clock = clock;
    this.#limit = limit;
  }

  read(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    if (keys.length === 0) return of([]);
    return this.#in(() => forkJoin(keys.map((key) => this.#read(key))));
  }

  write(writes: readonly RemoteWrite[]): Observable<void> {
    return this.#each(writes, ({ key, text, ttl }) =>
      this.#kv.put(placeOf(key), [this.#clock.now() + ttl, text, key]),
    );
  }

  delete(keys: readonly string[]): Observable<void> {
    return this.#each(keys, (key) => this.#kv.delete(placeOf(key)));
  }

  #read(key: string): Observable<string | undefined> {
    return this.#kv.get(placeOf(key)).pipe(
      map((entry) => {
        const [until, text, whose] = (Array.isArray(entry?.value) ? entry.value : []) as unknown[];
        const isGood = whose === key && typeof until === 'number' && until > this.#clock.now();
        return isGood && typeof text === 'string' ? text : undefined;
      }),
      catchError((error: unknown) => {
        // What somebody else has written there is no text of ours.
        if (isNatsValueError(error)) return of(undefined);
        throw error;
      }),
    );
  }

  #each<T>(items: readonly T[], work: (item: T) => Observable<unknown>): Observable<void> {
    if (items.length === 0) return EMPTY;
    return this.#in(() => from(items).pipe(mergeMap(work, AT_ONCE))).pipe(ignoreElements());
  }

  #in<T>(work: () => Observable<T>): Observable<T> {
    const each = this.#limit;
    return defer(work).pipe(
      timeout({
        each,
        scheduler: this.#clock.scheduler,
        with: () => {
          throw new RemoteCacheError('nats', 'timeout', `no answer within ${each} ms`);
        },
      }),
      catchError((error: unknown) => {
        throw told(error);
      }),
    );
  }
}

function placeOf(key: string): NatsKey {
  return encodeNatsToken(key).length > LONGEST ? ['long', hashOf([key])] : key;
}

function told(error: unknown): unknown {
  if (isMessageTooLargeError(error)) {
    return new RemoteCacheError('nats', 'too-large', 'more than maxValueSize', error);
  }
  if (isNatsConnectionError(error)) {
    return new RemoteCacheError('nats', 'unreachable', 'no connection', error);
  }
  if (!isNatsRequestError(error)) return error;
  const { failure, apiCode } = error;
  if (failure === 'timeout') return new RemoteCacheError('nats', 'timeout', 'no answer', error);
  const isFull = FULL.includes(apiCode);
  return new RemoteCacheError('nats', isFull ? 'full' : 'refused', failure, error);
}

/**
 * A second level in a bucket that all clients share. Call it where `inject` can be called. The times of texts are kept within
 * them; the server drops what is older than the `maxAge` of the bucket.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const remote = kvRemoteCache({ bucket: 'cache', storage: 'memory' });
 * ```
 */
export function kvRemoteCache(options: NatsCacheOptions): RemoteCache {
  const { limit, bucket } = checked(options);
  return new NatsCache(natsKv(bucket), inject(CLOCK), limit);
}

function checked({ timeout: limit = 2000, ...bucket }: NatsCacheOptions) {
  const expected = positive(limit);
  if (expected) throw new InvalidOptionError('NatsCacheOptions.timeout', limit, expected);
  return { limit, bucket: NATS_KV.resolve({ ...bucket, maxAge: bucket.maxAge ?? WEEK }) };
}

/**
 * Keeps the second level of the application as {@link kvRemoteCache} does. On a server there is none.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withNats({ servers: ['wss://nats.example.com'] }), withNatsCache({ bucket: 'cache' }));
 * ```
 */
export function withNatsCache(options: NatsCacheOptions): RxMeshFeature<'remote-cache'> {
  checked(options);
  return ɵmakeFeature('remote-cache', [
    { provide: REMOTE_CACHE, useFactory: () => (isServer() ? undefined : kvRemoteCache(options)) },
  ]);
}
