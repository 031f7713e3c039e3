import type { NatsConnection as NatsClient } from '@nats-io/nats-core';
import { QueueFullError } from 'rx-mesh/messaging';
import type { WireMessage } from './nats-message';

/** A message on its way. */
export interface Outgoing extends WireMessage {
  /** Its topic, for errors. */
  readonly topic: string;
  /** Its id, which stays when it is sent again. */
  readonly id: string;
  /** Whether somebody waits for an answer to it. */
  readonly asks: boolean;
  /** Whether nobody waits for its end any more. */
  left: boolean;
  /** Tells its end: the server has it, or why not. */
  settle(error?: unknown): void;
}

/** Hands messages to the server, settles those whose end is known, and returns the others, to be sent again in order. */
export type Handover = (
  client: NatsClient,
  batch: readonly Outgoing[],
) => Promise<readonly Outgoing[]>;

/**
 * What waits for the server. The client itself would buffer without a bound, and drop all of it at its next dial without an
 * error: it gets nothing while it is away, and what it has got counts as sent only once the server has said so.
 */
export class NatsOutbox {
  readonly #name: string;
  readonly #capacity: number;
  readonly #most: number;
  readonly #hand: Handover;
  readonly #later: () => void;
  #client: NatsClient | undefined;
  #connected = false;
  #waiting: Outgoing[] = [];
  #flying = 0;

  /**
   * @param name What errors call it.
   * @param capacity The most messages that wait or are under way.
   * @param most The most messages of one batch.
   * @param hand Hands a batch over.
   * @param later Asks for a call of {@link NatsOutbox.go} after a while.
   */
  constructor(name: string, capacity: number, most: number, hand: Handover, later: () => void) {
    this.#name = name;
    this.#capacity = capacity;
    this.#most = most;
    this.#hand = hand;
    this.#later = later;
  }

  /** How many messages wait or are under way. */
  get size(): number {
    return this.#waiting.length + this.#flying;
  }

  /** Whether the server can be reached, and by whom. */
  connect(client: NatsClient | undefined, connected: boolean): void {
    this.#client = client;
    this.#connected = connected;
    this.go();
  }

  /** Takes a message. @throws QueueFullError when there are too many. */
  push(outgoing: Outgoing): void {
    if (this.size >= this.#capacity) throw new QueueFullError(this.#name, this.#capacity);
    this.#waiting.push(outgoing);
    this.go();
  }

  /** Takes a message back that has not left. */
  remove(outgoing: Outgoing): void {
    outgoing.left = true;
    if (this.#waiting.includes(outgoing)) {
      this.#waiting = this.#waiting.filter((each) => each !== outgoing);
    }
  }

  /** Sends what waits, one batch after the other, as long as that is possible. */
  go(): void {
    if (this.#flying === 0 && this.#connected && this.#client && this.#waiting.length > 0) {
      void this.#fly(this.#client);
    }
  }

  async #fly(client: NatsClient): Promise<void> {
    const batch = this.#waiting.splice(0, this.#most);
    this.#flying = batch.length;
    const again = await this.#hand(client, batch);
    this.#flying = 0;
    const wanted = again.filter(({ left }) => !left);
    this.#waiting.unshift(...wanted);
    if (wanted.length === 0) this.go();
    else this.#later();
  }
}
