import { EventLogUnavailableError } from '../event-sourcing-errors';
import type { Durability, AppendResult, LogAppendOptions, NewCommit } from '../log/event-log';
import type { ExpectedVersion } from '../log/expected-version';
import { type WaitingAppend, appendAll } from './append-all';
import { type EventDatabase, isOfWork } from './event-database';

// More in one transaction take no less time each; what waits behind it would wait longer.
const GROUP = 100;
const GROUP_EVENTS = 5000;
const MOST_WAITING = 10_000;

/**
 * The appends of one tab, in the order in which they came: those that wait for a transaction share the next one. One that
 * fails does not take the others with it.
 */
export class CommitQueue {
  readonly #database: EventDatabase;
  readonly #stored: (position: number) => void;
  #waiting: WaitingAppend[] = [];
  #works = false;

  /** @param stored Told of the last position after each transaction that has stored something. */
  constructor(database: EventDatabase, stored: (position: number) => void) {
    this.#database = database;
    this.#stored = stored;
  }

  /** Resolves when the commit is stored, or was before. */
  async append(
    commit: NewCommit,
    expected: ExpectedVersion,
    options: LogAppendOptions,
  ): Promise<AppendResult> {
    if (this.#waiting.length >= MOST_WAITING) {
      const cause = new Error(`${MOST_WAITING} appends wait already.`);
      throw new EventLogUnavailableError(this.#database.name, { cause });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, expected, options, resolve, reject });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#works) return;
    this.#works = true;
    // Whoever appends right now comes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, this.#groupSize());
      this.#waiting = this.#waiting.slice(group.length);
      await this.#store(group, false);
    }
    this.#works = false;
  }

  // Other tabs wait meanwhile, so it must not be endless.
  #groupSize(): number {
    let [size, events] = [0, 0];
    for (const { commit } of this.#waiting) {
      events += commit.events.length;
      if (size > 0 && (size === GROUP || events > GROUP_EVENTS)) break;
      size++;
    }
    return size;
  }

  async #store(group: readonly WaitingAppend[], careful: boolean): Promise<void> {
    const durability: Durability = group.some(({ options }) => options.durability === 'strict')
      ? 'strict'
      : 'relaxed';
    try {
      const outcomes = await this.#database.within(
        ['commits', 'heads'],
        { mode: 'readwrite', durability },
        async (transaction) => appendAll(transaction, group, careful),
      );
      const results = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []));
      const stored = results.filter(({ duplicate, count }) => !duplicate && count > 0);
      outcomes.forEach((outcome, at) => {
        if ('result' in outcome) group[at]?.resolve(outcome.result);
        else group[at]?.reject(outcome.refusal);
      });
      if (stored.length > 0) this.#stored(Math.max(...stored.map(({ position }) => position)));
    } catch (error) {
      if (careful || !isOfOne(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      // One of them is at fault: each by itself, with a look at every id first.
      for (const one of group) await this.#store([one], true);
    }
  }
}

// Other failures are those of the database, and would only come again.
function isOfOne(error: unknown): boolean {
  return error instanceof Error && isOfWork(error.cause);
}
