import type { KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from '@nats-io/nats-core';
import { settled } from '../spec-support/settled';
import { watched } from './nats-kv-watch';

describe(watched.name, () => {
  it('stops a watch that was left while it began', async () => {
    const stop = jest.fn();
    const entries = { stop, async *[Symbol.asyncIterator]() {} };
    const left = watched(async () =>
      Promise.resolve(entries as unknown as QueuedIterator<KvWatchEntry>),
    ).subscribe();
    left.unsubscribe();
    await settled();

    expect(stop).toHaveBeenCalledTimes(1);
  });
});
