import {
  BrokenReadModelError,
  type ReadModelRecord,
  type ReadModelWrite,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import { type Observable, lastValueFrom } from 'rxjs';
import { isNatsConflictError, isNatsValueError } from './nats-errors';
import type { NatsKv } from './nats-kv';
import type { NatsKey, NatsKvEntry } from './nats-kv-format';
import { type Tombstone, readStored, recordKey } from './nats-read-model-keys';

// Requests at once: more would wait at the server anyway.
const AT_ONCE = 32;
const MOST_KEYS = 1_000_000;
const MOST_TRIES = 10;

/** What is under the key of a record. */
export interface FoundRecord {
  /** The revision of the key, 0 when there is nothing. */
  readonly revision: number;
  readonly record?: ReadModelRecord | undefined;
  readonly tombstone?: Tombstone | undefined;
}

/** The entries of read models in a bucket, one by one. */
export class RecordBook {
  readonly #kv: NatsKv;

  constructor(kv: NatsKv) {
    this.#kv = kv;
  }

  /** What is under a key; without a value when it cannot be read. */
  async get(key: readonly string[]): Promise<NatsKvEntry | undefined> {
    try {
      return await end(this.#kv.get(key));
    } catch (error) {
      if (!isNatsValueError(error)) throw error;
      return { key, value: undefined, revision: error.revision, timestamp: 0 };
    }
  }

  /** A record. Rejects with a `BrokenReadModelError` when there is something else. */
  async find(model: string, id: string): Promise<FoundRecord> {
    const found = await this.found(model, id);
    if (found.revision > 0 && !found.record && !found.tombstone) {
      throw new BrokenReadModelError(model, id);
    }
    return found;
  }

  /** A record for somebody who writes: what is broken is as good as none. */
  async found(model: string, id: string): Promise<FoundRecord> {
    const entry = await this.get(recordKey(model, id));
    if (!entry) return { revision: 0 };
    const { revision } = entry;
    const stored = readStored(entry);
    if (!stored) return { revision };
    return 'deleted' in stored ? { revision, tombstone: stored } : { revision, record: stored };
  }

  /**
   * Writes a record of a commit, only over what is older: a commit that is repeated finds some of it done.
   *
   * @returns The revision of the mark of a deleted record, which can go when the checkpoint has passed it.
   */
  async write(
    checkpoint: string,
    { model, id, position }: ReadModelWrite,
    next: ReadModelRecord | undefined,
  ): Promise<number | undefined> {
    for (let tries = 1; ; tries++) {
      const { record, tombstone, revision } = await this.found(model, id);
      const before = record ?? tombstone;
      if (before && before.position >= position && position > 0) {
        return tombstone?.position === position && !next ? revision : undefined;
      }
      if (!next && revision === 0) return undefined;
      const written = next
        ? { ...next, version: (record?.version ?? 0) + 1 }
        : ({ deleted: checkpoint, position } satisfies Tombstone);
      try {
        const written$ = this.#kv.update(recordKey(model, id), written, revision);
        const at = await end(written$);
        return next ? undefined : at;
      } catch (error) {
        if (!isNatsConflictError(error) || tries >= MOST_TRIES) throw error;
      }
    }
  }

  /** Entries by the last level of their keys, those behind `after`. */
  async page<T>(
    below: readonly string[],
    after: string | undefined,
    max: number,
    read: (entry: NatsKvEntry) => T | undefined,
  ): Promise<readonly T[]> {
    const wanted = (await this.#keys(below))
      .map((key) => key.at(-1) ?? '')
      .filter((id) => after === undefined || id > after)
      .sort();
    const page: T[] = [];
    for (let from = 0; from < wanted.length && page.length < max; from += max) {
      const found = await inTurns(wanted.slice(from, from + max), async (id) => {
        const entry = await this.get([...below, id]);
        return entry && read(entry);
      });
      page.push(...found.filter((each) => each !== undefined));
    }
    return page.slice(0, max);
  }

  /** Removes all entries below some levels. */
  async remove(below: readonly string[]): Promise<void> {
    await inTurns(await this.#keys(below), async (key) => end(this.#kv.delete(key)));
  }

  async #keys(below: NatsKey): Promise<readonly (readonly string[])[]> {
    return end(this.#kv.keys(below, MOST_KEYS));
  }
}

/** The record that a write leads to: a frozen copy. Rejects when its value is no plain JSON. */
export async function recordAfter<T>(
  write: ReadModelWrite<T>,
  before: number,
  timestamp: number,
): Promise<ReadModelRecord<T> | undefined> {
  // The rules for values are those of the room: it has no other door to them.
  const copy = await memoryReadModels().compareAndSet(write, 0, timestamp);
  return copy && Object.freeze({ ...copy, version: before + 1 });
}

/** Does some work for each, so many at once, and gives the results in order. */
export async function inTurns<T, R>(
  list: readonly T[],
  work: (each: T, at: number) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < list.length; from += AT_ONCE) {
    const turn = list.slice(from, from + AT_ONCE);
    done.push(...(await Promise.all(turn.map(async (each, at) => work(each, from + at)))));
  }
  return done;
}

/** The last value of a stream. */
export async function end<T>(source: Observable<T>): Promise<T> {
  return lastValueFrom(source, { defaultValue: undefined as T });
}
