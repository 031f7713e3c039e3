import type { Observable } from 'rxjs';
import type { RedisPorts, RedisRequest } from './redis-exchange';

/** What Redis replies with. */
export type RedisReply = string | number | null | readonly RedisReply[];

/** A command and its arguments. */
export type RedisCommand = readonly [name: string, ...args: string[]];

/** Something that came over a subscription; without a channel it only shows that it is alive. */
export interface RedisPush {
  readonly channel?: string | undefined;
  readonly text: string;
}

/** How a gateway in front of Redis is spoken to. */
export interface RedisDialect {
  /** Sends commands, and emits their replies in order, which nobody has looked at. Errors with the first that failed. */
  send(ports: RedisPorts, commands: readonly RedisCommand[]): Observable<readonly unknown[]>;
  /** Asks for all messages of the channels of a pattern. */
  listen(ports: RedisPorts, pattern: string): RedisRequest;
  /** Makes what reads these messages, part after part. */
  reader(): (part: string) => readonly RedisPush[];
}
