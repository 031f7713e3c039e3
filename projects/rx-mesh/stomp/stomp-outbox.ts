import { QueueFullError } from 'rx-mesh/messaging';
import type { StompOperation } from './stomp-operation';

/** A message that is to be sent. */
export interface OutboxEntry extends StompOperation {
  /** Its size. */
  readonly bytes: number;
}

/** How much an outbox takes. */
export interface OutboxBounds {
  readonly maxOutbox: number;
  readonly maxOutboxBytes: number;
  readonly maxInFlight: number;
}

const BUFFER = 262_144; // bytes under way without a receipt, so that the buffer of the socket has a bound too

/** What is to be sent, in the order of the calls: what is under way without a receipt, and after that what waits. */
export class StompOutbox {
  readonly #name: string;
  readonly #bounds: OutboxBounds;
  #waiting = new Set<OutboxEntry>();
  readonly #handed = new Set<OutboxEntry>();
  #bytes = 0;
  #handedBytes = 0;

  /** @param name What errors call it. */
  constructor(name: string, bounds: OutboxBounds) {
    this.#name = name;
    this.#bounds = bounds;
  }

  /**
   * Takes one in, at the end.
   *
   * @throws QueueFullError when there is no room.
   */
  add(entry: OutboxEntry): void {
    const { maxOutbox, maxOutboxBytes } = this.#bounds;
    const count = this.#waiting.size + this.#handed.size;
    if (count >= maxOutbox || this.#bytes + entry.bytes > maxOutboxBytes) {
      throw new QueueFullError(this.#name, maxOutbox);
    }
    this.#waiting.add(entry);
    this.#bytes += entry.bytes;
  }

  /** Takes one out, if it is there. */
  remove(entry: OutboxEntry): void {
    if (this.#handed.delete(entry)) this.#handedBytes -= entry.bytes;
    else if (!this.#waiting.delete(entry)) return;
    this.#bytes -= entry.bytes;
  }

  /** The next one that may be handed over, which then is under way. */
  next(): OutboxEntry | undefined {
    if (this.#handed.size >= this.#bounds.maxInFlight) return undefined;
    for (const entry of this.#waiting) {
      if (this.#handed.size > 0 && this.#handedBytes + entry.bytes > BUFFER) return undefined;
      this.#waiting.delete(entry);
      this.#handed.add(entry);
      this.#handedBytes += entry.bytes;
      return entry;
    }
    return undefined;
  }

  /** Nothing is under way any more: what was waits again, before all else. */
  rewind(): void {
    if (this.#handed.size === 0) return;
    this.#waiting = new Set([...this.#handed, ...this.#waiting]);
    this.#handed.clear();
    this.#handedBytes = 0;
  }
}
