import type { NatsConnection as NatsClient } from '@nats-io/nats-core';
import { NatsServerTooOldError } from './nats-errors';

/** The oldest server that is tested. */
export const OLDEST_SERVER = '2.9.10';

/**
 * Whether a server is at least of a version. The client has no gate for the time to live of one message, batches and
 * schedules: an older server takes such a message, and ignores what it does not know.
 *
 * @param client A connection; while it is interrupted its server is not known, and the answer is `false`.
 * @param version Such as `2.11.0`.
 */
export function serverHas(client: Pick<NatsClient, 'info'>, version: string): boolean {
  const needed = numbersOf(version);
  const found = numbersOf(client.info?.version ?? '');
  for (const [place, number] of needed.entries()) {
    const there = found[place] ?? 0;
    if (there !== number) return there > number;
  }
  return true;
}

/**
 * Refuses what a server does not have.
 *
 * @param feature What needs it, as the start of a sentence.
 * @throws NatsServerTooOldError when the server is older.
 */
export function requireServer(
  client: Pick<NatsClient, 'info'>,
  version: string,
  feature: string,
): void {
  if (serverHas(client, version)) return;
  throw new NatsServerTooOldError(feature, version, client.info?.version ?? 'not known');
}

function numbersOf(version: string): readonly number[] {
  // What follows a dash, as in 2.11.0-RC.1, is before the version itself, but has its features.
  const [, major = 0, minor = 0, patch = 0] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return [Number(major), Number(minor), Number(patch)];
}
