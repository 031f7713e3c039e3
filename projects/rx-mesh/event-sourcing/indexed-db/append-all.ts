import { type AppendQuestion, type EventPlace, checkIds, checkVersion } from '../log/append-check';
import type { AppendResult, LogAppendOptions, NewCommit } from '../log/event-log';
import type { ExpectedVersion } from '../log/expected-version';
import { headOf, headOfAll } from './commit-reads';
import type { EventTransaction } from './event-database';
import { type StoredHead, readCommit, recordOf } from './stored-commit';

/** An append that waits. */
export interface WaitingAppend {
  readonly commit: NewCommit;
  readonly expected: ExpectedVersion;
  readonly options: LogAppendOptions;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** How an append has ended, once its transaction is complete. */
export type AppendOutcome = { readonly result: AppendResult } | { readonly refusal: unknown };

type Writing = EventTransaction<'commits' | 'heads'>;

/**
 * Appends a group in one transaction. A refusal is an outcome, and leaves the others alone.
 *
 * @param careful Whether each id is looked for first. Else the index refuses one that is known, and the transaction fails:
 *   a look costs a request for each event, and nearly all of them are new.
 */
export async function appendAll(
  transaction: Writing,
  group: readonly WaitingAppend[],
  careful: boolean,
): Promise<readonly AppendOutcome[]> {
  const book = await HeadBook.open(transaction, group);
  const outcomes: AppendOutcome[] = [];
  try {
    for (const append of group) outcomes.push(await appendOne(transaction, book, append, careful));
    const written = book.write();
    transaction.commit();
    await written;
    return outcomes;
  } catch (error) {
    // A write that fails ends the transaction, so whatever else is asked for fails as well, and knows no reason.
    throw (await book.failure()) ?? error;
  }
}

async function appendOne(
  transaction: Writing,
  book: HeadBook,
  { commit, expected, options }: WaitingAppend,
  careful: boolean,
): Promise<AppendOutcome> {
  const { stream, events } = commit;
  const current = Math.max(book.versionOf(stream), (options.skipTo ?? 1) - 1);
  const question: AppendQuestion = { stream, ids: events.map(({ id }) => id), expected, current };
  const verdict = answerOf(() => checkVersion(question));
  if ('refusal' in verdict) return verdict;
  if (events.length > 0 && (careful || verdict.result === 'repeated')) {
    const places = await placesOf(transaction, question.ids);
    const earlier = answerOf(() => checkIds(question, verdict.result, places));
    if ('refusal' in earlier) return earlier;
    if (earlier.result) return { result: earlier.result };
  }
  const result = { stream, count: events.length, duplicate: false };
  if (events.length === 0) return { result: { ...result, version: current, position: book.last } };
  book.add(commit, current);
  return { result: { ...result, version: current + events.length, position: book.last } };
}

function answerOf<T>(check: () => T): { readonly result: T } | { readonly refusal: unknown } {
  try {
    return { result: check() };
  } catch (refusal) {
    return { refusal };
  }
}

async function placesOf(
  transaction: Writing,
  ids: readonly string[],
): Promise<readonly (EventPlace | undefined)[]> {
  const index = transaction.objectStore('commits').index('ids');
  const found = new Map<number, Promise<unknown>>();
  const commitOf = async (key: number): Promise<unknown> => {
    const asked = found.get(key) ?? transaction.objectStore('commits').get(key);
    found.set(key, asked);
    return asked;
  };
  return Promise.all(
    ids.map(async (id) => {
      const key = await index.getKey(id);
      if (key === undefined) return undefined;
      const commit = readCommit(await commitOf(key));
      // It is known all the same, only not where.
      if (!commit) return { stream: '', version: 0, position: key };
      const at = commit.ids.indexOf(id);
      return { stream: commit.stream, version: commit.first + at, position: key + at };
    }),
  );
}

/** The heads that a transaction knows and changes. */
class HeadBook {
  readonly #transaction: Writing;
  readonly #heads: Map<string, StoredHead | undefined>;
  readonly #changed = new Map<string, StoredHead>();
  readonly #writes: Promise<unknown>[] = [];
  #all: StoredHead;

  private constructor(
    transaction: Writing,
    all: StoredHead,
    heads: Map<string, StoredHead | undefined>,
  ) {
    this.#transaction = transaction;
    this.#all = all;
    this.#heads = heads;
  }

  static async open(transaction: Writing, group: readonly WaitingAppend[]): Promise<HeadBook> {
    const streams = [...new Set(group.map(({ commit }) => commit.stream))];
    const [all, ...heads] = await Promise.all([
      headOfAll(transaction),
      ...streams.map(async (stream) => headOf(transaction, stream)),
    ]);
    return new HeadBook(transaction, all, new Map(streams.map((name, at) => [name, heads[at]])));
  }

  /** The position of the newest event. */
  get last(): number {
    return this.#all.position;
  }

  versionOf(stream: string): number {
    return this.#heads.get(stream)?.version ?? 0;
  }

  add(commit: WaitingAppend['commit'], current: number): void {
    const { stream, events, timestamp: at } = commit;
    const { position, count } = this.#all;
    const added = this.#transaction
      .objectStore('commits')
      .add(recordOf(commit, position + 1, current + 1));
    // Whoever waits for all of them hears of it.
    added.catch(() => undefined);
    this.#writes.push(added);
    this.#all = {
      ...this.#all,
      at,
      position: position + events.length,
      count: count + events.length,
    };
    const head = {
      stream,
      at,
      version: current + events.length,
      count: (this.#heads.get(stream)?.count ?? 0) + events.length,
      position: this.#all.position,
    };
    this.#heads.set(stream, head);
    this.#changed.set(stream, head);
  }

  /** Asks for all writes at once, and waits for them. */
  async write(): Promise<void> {
    const heads = this.#transaction.objectStore('heads');
    if (this.#changed.size > 0) {
      for (const head of [...this.#changed.values(), this.#all]) this.#writes.push(heads.put(head));
    }
    await Promise.all(this.#writes);
  }

  /** Why a write has failed, if one has. */
  async failure(): Promise<unknown> {
    const ends = await Promise.allSettled(this.#writes);
    const reasons = ends.flatMap((end) =>
      end.status === 'rejected' ? [end.reason as unknown] : [],
    );
    return reasons.find((reason) => !(reason instanceof Error) || reason.name !== 'AbortError');
  }
}
