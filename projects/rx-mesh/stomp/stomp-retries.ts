import { type Diagnostics, type RandomSource, aside, waitable } from 'rx-mesh/kernel';
import { StompLoginError } from './stomp-errors';
import type { StompValues } from './stomp-options';
import type { SessionLoss } from './stomp-session';

/** What retries need. */
export interface RetryNeeds {
  readonly diagnostics: Diagnostics;
  readonly random: RandomSource;
  readonly label: string;
  readonly values: Pick<StompValues, 'backoff' | 'maxRefusals'>;
}

const OTHERWISE = 30_000; // ms
const AFTER_REFUSAL = 1000; // ms at least: a login that was refused is not tried in a hurry

/** How often a connection was lost, how long to wait for that, and whether somebody was told. */
export class StompRetries {
  readonly #needs: RetryNeeds;
  #attempt = 0;
  #wait = 0;
  #refusals = 0;
  #told = false;

  constructor(needs: RetryNeeds) {
    this.#needs = needs;
  }

  /** How long to wait before the next try, in milliseconds. */
  next(): number {
    const { random, values } = this.#needs;
    const wait = aside(() => values.backoff(this.#attempt++, random, this.#wait)) ?? NaN;
    // What is no time would be a storm.
    this.#wait = wait === 0 || !waitable(wait) ? wait : OTHERWISE;
    return this.#refusals > 0 ? Math.max(this.#wait, AFTER_REFUSAL) : this.#wait;
  }

  /** The next wait is a first one. */
  restart(): void {
    this.#attempt = this.#wait = 0;
  }

  /** The broker has let it in. */
  admitted(): void {
    this.#refusals = 0;
  }

  /** It was well for long enough, or nothing was tried yet: the next loss is news. */
  reset(): void {
    this.restart();
    this.admitted();
    this.#told = false;
  }

  /** Takes note of a loss, and tells of it, once an outage. Gives an error when it is the last one. */
  note({ by, cause, reason }: SessionLoss): StompLoginError | undefined {
    const { diagnostics, label, values } = this.#needs;
    const refused = by === 'login';
    if (refused && ++this.#refusals >= values.maxRefusals) {
      return new StompLoginError(label, reason);
    }
    if (this.#told) return undefined;
    this.#told = true;
    diagnostics.report({
      code: refused ? 'RXM417' : 'RXM418',
      severity: 'warning',
      source: 'StompTransport',
      message: refused
        ? `The broker at ${label} refuses the connection: ${JSON.stringify(reason)}. It is tried again.`
        : `The connection to ${label} was lost or did not come about: ${reason}. It is tried again until it lasts.`,
      cause,
    });
    return undefined;
  }
}
