import { Injectable, inject } from '@angular/core';
import { CLOCK, InvalidOptionError, RANDOM, isInvalidOptionError } from 'rx-mesh/kernel';
import { type Observable, Subject, catchError, defer, filter, ignoreElements, map, of } from 'rxjs';
import { isRemoteCacheError } from '../../cache-errors';
import type { RemoteWrite } from '../../remote-cache';
import type { RedisCommand, RedisReply } from './redis-dialect';
import { REDIS_FETCH, type RedisPorts, redisError } from './redis-exchange';
import { REDIS } from './redis-options';
import { redisPushes } from './redis-pushes';
import { count, isReply, span, textOrNone, unreadable } from './redis-replies';
import { upstashDialect } from './upstash-dialect';
import { webdisDialect } from './webdis-dialect';

/** How a text is set. */
export interface RedisSetOptions {
  /** After what time Redis drops it, in milliseconds, above 0. @default never */
  readonly ttl?: number | undefined;
  /** Whether only a key is set that is not there. @default false */
  readonly onlyIfAbsent?: boolean | undefined;
}

/**
 * Redis, reached by HTTP through Webdis or the REST interface of Upstash. Every call is cold, sends when it is subscribed, and
 * is aborted when it is unsubscribed; errors are `RemoteCacheError`s. Keys and channels get the prefix of {@link withRedis},
 * but for the arguments of {@link RedisService.command}.
 *
 * Whoever has the page may do all that the gateway lets through: in production put one of your own before it that knows the user.
 *
 * @usageNotes
 * ```ts
 * const redis = inject(RedisService);
 * redis.set('greeting', 'hello', { ttl: 60_000 }).pipe(switchMap(() => redis.get('greeting'))).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class RedisService {
  readonly #options = inject(REDIS.token);
  readonly #ports: RedisPorts = {
    clock: inject(CLOCK),
    fetch: inject(REDIS_FETCH),
    options: this.#options,
  };
  readonly #dialect = this.#options.dialect === 'webdis' ? webdisDialect : upstashDialect;
  readonly #resumed = new Subject<void>();
  readonly #pushes$ = redisPushes(
    this.#ports,
    this.#dialect,
    inject(RANDOM),
    () => this.publish('rx-mesh.ping', ''),
    () => this.#resumed.next(),
  );

  /** Emits when the subscriptions stand again after an interruption: messages may have been missed meanwhile. */
  readonly resumed$: Observable<void> = this.#resumed.asObservable();

  /** The text of a key; `undefined` when there is none. */
  get(key: string): Observable<string | undefined> {
    return this.#ask(() => ['GET', this.#named(key)], textOrNone);
  }

  /** The texts of some keys, in their order. */
  mget(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    if (keys.length === 0) return of([]);
    return this.#ask(
      () => ['MGET', ...keys.map((key) => this.#named(key))],
      (reply) =>
        // Webdis leaves out a text that is no UTF-8, and all others move up.
        Array.isArray(reply) && reply.length === keys.length ? reply.map(textOrNone) : unreadable(),
    );
  }

  /** Sets a key. Emits whether it was set: not when it is there, and only one is to be set that is not. */
  set(key: string, text: string, options: RedisSetOptions = {}): Observable<boolean> {
    return this.#ask(
      () => this.#setting(key, text, options),
      (reply) => {
        if (reply === 'OK') return true;
        return reply === null && options.onlyIfAbsent ? false : unreadable();
      },
    );
  }

  /** Sets many keys, each for a time. Completes when all are set. */
  setMany(writes: readonly RemoteWrite[]): Observable<void> {
    return this.#send(
      () => writes.map(({ key, text, ttl }) => this.#setting(key, text, { ttl })),
      (reply) => (reply === 'OK' ? reply : unreadable()),
    ).pipe(ignoreElements());
  }

  /** Drops keys. Emits how many were there. */
  del(...keys: readonly string[]): Observable<number> {
    if (keys.length === 0) return of(0);
    return this.#ask(() => ['DEL', ...keys.map((key) => this.#named(key))], count);
  }

  /** Lets a key end after a time, in milliseconds, above 0. Emits whether it is there. */
  expire(key: string, ttl: number): Observable<boolean> {
    return this.#ask(
      () => ['PEXPIRE', this.#named(key), span(ttl)],
      (reply) => count(reply) === 1,
    );
  }

  /** How long a key has got, in milliseconds; Infinity: it does not end; `undefined`: it is not there. */
  ttl(key: string): Observable<number | undefined> {
    return this.#ask(
      () => ['PTTL', this.#named(key)],
      (reply) => {
        const left = count(reply);
        if (left >= 0) return left;
        return left === -1 ? Infinity : undefined;
      },
    );
  }

  /** Counts a key up by one. Emits the count. */
  incr(key: string): Observable<number> {
    return this.#ask(() => ['INCR', this.#named(key)], count);
  }

  /** Says a text on a channel, whose name has neither commas nor spaces. Emits how many Redis has told. */
  publish(channel: string, text: string): Observable<number> {
    return this.#ask(() => ['PUBLISH', this.#channel(channel), text], count);
  }

  /**
   * What is said on a channel from when the subscription stands. All subscriptions share one stream, which is opened anew when it
   * breaks off or falls silent; see {@link RedisService.resumed$}. Errors only when Redis does not allow it. Webdis mixes up the
   * order of what comes in short succession: number what needs one.
   */
  subscribe(channel: string): Observable<string> {
    return defer(() => {
      const name = this.#channel(channel);
      return this.#pushes$.pipe(
        filter((push) => push.channel === name),
        map(({ text }) => text),
      );
    });
  }

  /** Sends any other command that replies once, with its arguments as they are. Emits the reply. */
  command(name: string, ...args: readonly (string | number)[]): Observable<RedisReply> {
    return this.#ask(
      () => [name.toUpperCase(), ...args.map(String)],
      (reply) => reply,
    );
  }

  #setting(key: string, text: string, { ttl, onlyIfAbsent }: RedisSetOptions): RedisCommand {
    const until = ttl === undefined ? [] : ['PX', span(ttl)];
    return ['SET', this.#named(key), text, ...until, ...(onlyIfAbsent ? ['NX'] : [])];
  }

  #ask<T>(command: () => RedisCommand, read: (reply: RedisReply) => T): Observable<T> {
    return this.#send(() => [command()], read).pipe(map(([reply]) => reply as T));
  }

  #send<T>(
    make: () => readonly RedisCommand[],
    read: (reply: RedisReply) => T,
  ): Observable<readonly T[]> {
    return defer(() => {
      const commands = make();
      if (commands.length === 0) return of([]);
      if (this.#options.url === '') {
        throw redisError('unreachable', 'no url is set: use withRedis({ url })');
      }
      // Webdis cuts a text off at U+0000 when it reads it.
      if (commands.some((command) => command.some((arg) => /[\0\p{Cs}]/u.test(arg)))) {
        throw redisError('refused', 'a text with U+0000 or half a character cannot be sent');
      }
      return this.#dialect.send(this.#ports, commands);
    }).pipe(
      map((replies) => replies.map((reply) => (isReply(reply) ? read(reply) : unreadable()))),
      catchError((error: unknown) => {
        if (isRemoteCacheError(error) || isInvalidOptionError(error)) throw error;
        throw redisError('malformed', 'its answer cannot be read', error);
      }),
    );
  }

  #named(key: string): string {
    return `${this.#options.prefix}:${key}`;
  }

  #channel(channel: string): string {
    if (/^[^\s,]+$/.test(channel)) return this.#named(channel);
    throw new InvalidOptionError('RedisService channel', channel, 'a text without commas, spaces');
  }
}
