import { InvalidOptionError, positive } from 'rx-mesh/kernel';
import type { RedisReply } from './redis-dialect';
import { redisError } from './redis-exchange';

/** Whether it is something that Redis replies with. */
export function isReply(reply: unknown): reply is RedisReply {
  return (
    reply === null ||
    typeof reply === 'string' ||
    typeof reply === 'number' ||
    (Array.isArray(reply) && reply.every(isReply))
  );
}

/** A text, or none. */
export function textOrNone(reply: RedisReply): string | undefined {
  return reply === null ? undefined : typeof reply === 'string' ? reply : unreadable();
}

/** A number. */
export function count(reply: RedisReply): number {
  return typeof reply === 'number' ? reply : unreadable();
}

/** Refuses a reply. */
export function unreadable(): never {
  throw redisError('malformed', 'its answer is none of this command');
}

/** A time as Redis takes it. */
export function span(ttl: number): string {
  if (positive(ttl)) throw new InvalidOptionError('ttl', ttl, 'a number above 0');
  return String(Math.ceil(ttl));
}
