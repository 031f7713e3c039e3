import type { Backoff, Clock, PageState, RandomSource } from 'rx-mesh/kernel';

/** How often a page without a network looks whether it is back, in milliseconds. */
const OFFLINE_LOOK = 500;

/** What {@link ReconnectPlan} asks. */
export interface ReconnectPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
  readonly backoff: Backoff;
}

/**
 * When the client dials again. Its own way is 2 seconds and a tenth, the first time at once: all pages of a server that
 * restarts would come back together. It asks for the wait more than once between two tries, so one is drawn and kept.
 */
export class ReconnectPlan {
  readonly #ports: ReconnectPorts;
  #attempt = 0;
  #dialled: number;
  #due: number | undefined;
  #previous = 0;

  constructor(ports: ReconnectPorts) {
    this.#ports = ports;
    this.#dialled = ports.clock.now();
  }

  /** How long to wait, in milliseconds since the last try: what the client compares. */
  wait(): number {
    const { clock, random, page, backoff } = this.#ports;
    const now = clock.now();
    const since = Math.max(0, now - this.#dialled);
    if (!page.online) return since + OFFLINE_LOOK;
    if (this.#due === undefined) {
      this.#previous = backoff(this.#attempt++, random, this.#previous);
      this.#due = now + this.#previous;
    }
    // A wall clock that was set back must not make a page wait for an hour.
    return since + Math.min(this.#previous, Math.max(0, this.#due - now));
  }

  /** A try begins. */
  dialling(): void {
    this.#dialled = this.#ports.clock.now();
    this.#due = undefined;
  }

  /** There is a connection: the next outage starts from the shortest wait. */
  connected(): void {
    this.#attempt = 0;
    this.#previous = 0;
    this.#due = undefined;
  }
}
