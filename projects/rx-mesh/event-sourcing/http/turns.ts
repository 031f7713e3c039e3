/** Lets work run one after the other, in the order in which it came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** How much work is not done yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Runs work in its turn. What went before may have failed. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#last.then(work);
    const end = (): void => {
      this.#waiting--;
    };
    this.#last = turn.then(end, end);
    return turn;
  }
}
