import { aside, waitable } from 'rx-mesh/kernel';
import type { LinkLoss } from './socket-link';
import type { SocketPlan, SocketPorts } from './socket-plan';

const OTHERWISE = 30_000; // ms

/** How often a socket was lost, how long it waits for that, and whether somebody was told. */
export class SocketRetries {
  readonly #ports: Pick<SocketPorts, 'diagnostics' | 'random'>;
  readonly #plan: Pick<SocketPlan<unknown>, 'label' | 'values'>;
  #attempt = 0;
  #wait = 0;
  #told = false;

  constructor(
    ports: Pick<SocketPorts, 'diagnostics' | 'random'>,
    plan: Pick<SocketPlan<unknown>, 'label' | 'values'>,
  ) {
    this.#ports = ports;
    this.#plan = plan;
  }

  /** How long to wait before the next try, in milliseconds. */
  next(): number {
    const { backoff } = this.#plan.values;
    const wait = aside(() => backoff(this.#attempt++, this.#ports.random, this.#wait)) ?? NaN;
    // What is no time would be a storm.
    this.#wait = wait === 0 || !waitable(wait) ? wait : OTHERWISE;
    return this.#wait;
  }

  /** The next wait is a first one. */
  restart(): void {
    this.#attempt = this.#wait = 0;
  }

  /** It was well for long enough, or nothing was tried yet: the next loss is news. */
  reset(): void {
    this.restart();
    this.#told = false;
  }

  /** Tells of a loss, once an outage. */
  tell({ code, reason, cause }: LinkLoss): void {
    if (this.#told) return;
    this.#told = true;
    const why = code === 0 ? reason : `closed with ${code}`;
    this.#ports.diagnostics.report({
      code: 'RXM415',
      severity: 'warning',
      source: 'WebSocketService',
      message: `The connection to ${this.#plan.label} was lost or did not come about: ${why}. It is tried again until it lasts.`,
      cause,
    });
  }
}
