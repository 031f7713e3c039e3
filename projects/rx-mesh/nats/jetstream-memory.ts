import type { EventPlace } from './jetstream-check';
import { type StoredCommit, envelopesOf, versionOf } from './jetstream-commit';

const MOST_HEADS = 1000;
const MOST_IDS = 10_000;

/** The newest message of an event stream, as far as this client has seen it. */
export interface KnownHead {
  readonly seq: number;
  readonly version: number;
  readonly total: number;
  readonly at: number;
}

/** What a stream is before its first event. */
export const NO_HEAD: KnownHead = { seq: 0, version: 0, total: 0, at: 0 };

/** The head that a commit is. */
export function headOf(commit: StoredCommit): KnownHead {
  const { seq, total, at } = commit;
  return { seq, version: versionOf(commit), total, at };
}

/**
 * What a client remembers of streams to which it appends: their heads, so that an append is one request, and where ids are.
 * What was seen last stays. What it does not know may still be in the log.
 */
export class JetStreamMemory {
  readonly #heads = new Map<string, KnownHead>();
  readonly #places = new Map<string, EventPlace>();

  /** The head of a subject, perhaps not the newest any more. */
  head(subject: string): KnownHead | undefined {
    return this.#heads.get(subject);
  }

  /** Notes a head, and where the ids of the commit are. */
  note(subject: string, commit: StoredCommit): KnownHead {
    const head = headOf(commit);
    keep(this.#heads, subject, head, MOST_HEADS);
    for (const { id, stream, version, position } of envelopesOf(commit)) {
      keep(this.#places, id, { stream, version, position }, MOST_IDS);
    }
    return head;
  }

  /** Forgets the head of a subject: it is not certain any more. */
  doubt(subject: string): void {
    this.#heads.delete(subject);
  }

  /** Where an id is, if that is known. */
  place(id: string): EventPlace | undefined {
    return this.#places.get(id);
  }

  /** Forgets where an id is. */
  forget(id: string): void {
    this.#places.delete(id);
  }
}

/** Puts something into a map, and the oldest out of it when there is too much: a map knows the order. */
export function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > most ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
