import { EventLogUnavailableError } from 'rx-mesh/event-sourcing';

const MOST_WAITING = 1000;

/** Lets work run one after the other, in the order in which it came. */
export class JetStreamTurns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * Runs work in its turn. What went before may have failed.
   *
   * @param log The name of the log. Rejects with an `EventLogUnavailableError` of it when too much waits.
   */
  async take<T>(log: string, work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) {
      const cause = new Error(`${MOST_WAITING} appends wait already.`);
      throw new EventLogUnavailableError(log, { cause });
    }
    this.#waiting++;
    const turn = this.#last.then(work);
    const end = (): void => {
      this.#waiting--;
    };
    this.#last = turn.then(end, end);
    return turn;
  }
}
