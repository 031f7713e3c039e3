/** The window as it is at first: good where some keys are asked for more often than others. */
const HOME = 0.125;
/** Nearly all is window: what is asked for again soon, and then no more. In between there is no slope to climb. */
const AWAY = 0.98;

/**
 * Finds how large the window is to be: tries the other size for a period, and stays there when the hit ratio is better by more
 * than a point. Each try in vain makes the next one later.
 */
export class WindowClimber {
  /** The share of the window. */
  share = HOME;
  /** How many were dropped in this period. */
  drops = 0;
  /** How often a key was asked for that is there, in this period. */
  hits = 0;
  #misses = 0;
  #ghosts = 0;
  /** The ratio of the period before. */
  #before = 0;
  #isTrial = false;
  #pause = 0;
  #backoff = 4;

  /**
   * A key was asked for that is not there.
   *
   * @param ghost Whether it was turned away lately: a larger window might have kept it.
   * @param entries How many there are.
   */
  miss(ghost: boolean, entries: number): void {
    this.#misses++;
    if (ghost) this.#ghosts++;
    const requests = this.hits + this.#misses;
    // Chance alone rarely takes as many hits as three standard deviations: such a trial ends at once.
    const isLost =
      this.#isTrial && this.#before * requests - this.hits > 1.5 * Math.sqrt(requests) + 2;
    if (isLost || requests >= Math.max(3000, 2 * entries)) this.#judge(requests);
  }

  #judge(requests: number): void {
    const ratio = this.hits / requests;
    const ghosts = this.#ghosts / requests;
    // While the cache fills up, its ratio says nothing.
    const isFull = this.drops >= 0.9 * this.#misses;
    this.hits = this.#misses = this.#ghosts = this.drops = 0;
    if (!isFull) return;
    if (this.#isTrial) {
      this.#isTrial = false;
      if (ratio > this.#before + 0.01) this.#backoff = 4;
      else this.#turn();
      this.#pause = this.#backoff;
      this.#backoff = Math.min(256, this.#backoff * 2);
      return;
    }
    if (Math.abs(ratio - this.#before) > 0.05) this.#pause = 0;
    this.#before = ratio;
    if (--this.#pause < 0 && (ghosts > 0.05 || this.share === AWAY)) {
      this.#isTrial = true;
      this.#turn();
    }
  }

  #turn(): void {
    this.share = this.share === HOME ? AWAY : HOME;
  }
}
