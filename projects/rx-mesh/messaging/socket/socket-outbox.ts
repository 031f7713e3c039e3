import { type Diagnostics, withoutStack } from 'rx-mesh/kernel';
import { SocketSendError } from './socket-errors';
import type { SocketData } from './socket-like';
import type { SocketValues } from './socket-options';

/** Something that waits to be sent, and whoever waits for that. */
export interface OutboxEntry {
  readonly data: SocketData;
  /** Its size in bytes. */
  readonly bytes: number;
  /** Until when it may wait, as a monotonic reading. */
  readonly dueAt: number;
  /** It was handed to a socket. */
  sent(): void;
  /** It never will be. */
  failed(error: SocketSendError): void;
}

type Bounds = Pick<SocketValues, 'maxOutbox' | 'maxOutboxBytes' | 'outboxPolicy'>;

/** What waits to be sent, oldest first, within bounds of number and size. */
export class SocketOutbox {
  readonly #label: string;
  readonly #bounds: Bounds;
  readonly #diagnostics: Diagnostics;
  // A set, for an entry in the middle may leave at any time.
  readonly #entries = new Set<OutboxEntry>();
  #bytes = 0;
  #told = false;

  constructor(label: string, bounds: Bounds, diagnostics: Diagnostics) {
    this.#label = label;
    this.#bounds = bounds;
    this.#diagnostics = diagnostics;
  }

  /** How many wait. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many bytes wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes one in, at the end; or tells it, or those that give way, that they are not. */
  add(entry: OutboxEntry): void {
    const { maxOutbox, maxOutboxBytes, outboxPolicy } = this.#bounds;
    const gone: OutboxEntry[] = [];
    // One that could never fit must not push out all others in vain.
    let fits = entry.bytes <= maxOutboxBytes;
    while (fits && (this.size >= maxOutbox || this.#bytes + entry.bytes > maxOutboxBytes)) {
      const oldest = outboxPolicy === 'drop-oldest' ? this.#first() : undefined;
      if (oldest) gone.push(oldest);
      if (oldest) this.remove(oldest);
      else fits = false;
    }
    if (fits) {
      this.#entries.add(entry);
      this.#bytes += entry.bytes;
    } else {
      gone.push(entry);
    }
    if (gone.length > 0) this.#giveWay(gone);
  }

  /** Takes one out, if it is there. */
  remove(entry: OutboxEntry): void {
    if (!this.#entries.delete(entry)) return;
    this.#bytes -= entry.bytes;
    if (this.size === 0) this.#told = false;
  }

  /** The oldest that may still be sent; those whose time is over are told so. */
  next(now: number): OutboxEntry | undefined {
    for (let entry = this.#first(); entry; entry = this.#first()) {
      if (entry.dueAt > now) return entry;
      this.remove(entry);
      this.#fail(entry, 'expired');
    }
    return undefined;
  }

  #first(): OutboxEntry | undefined {
    for (const entry of this.#entries) return entry;
    return undefined;
  }

  #giveWay(gone: readonly OutboxEntry[]): void {
    const refuses = this.#bounds.outboxPolicy === 'refuse';
    // Whoever is refused knows it, and still has the message; what was dropped is lost by design, told once until it is empty.
    if (!refuses && !this.#told) {
      this.#told = true;
      this.#diagnostics.report({
        code: 'RXM412',
        severity: 'error',
        source: 'WebSocketService',
        message: `The outbox of ${this.#label} is full, and messages are dropped. Send less, or raise maxOutbox and maxOutboxBytes.`,
      });
    }
    for (const entry of gone) this.#fail(entry, refuses ? 'full' : 'dropped');
  }

  #fail(entry: OutboxEntry, failure: 'full' | 'dropped' | 'expired'): void {
    entry.failed(withoutStack(() => new SocketSendError(this.#label, failure)));
  }
}
