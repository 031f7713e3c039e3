import type { StompOperation } from './stomp-operation';
import { type OutboxBounds, type OutboxEntry, StompOutbox } from './stomp-outbox';
import type { SessionLoss, StompWire } from './stomp-session';
import type { PatternSubscription } from './stomp-subscriptions';

const STRIKES = 2;

/**
 * What the broker is to do, over all connections: first the subscriptions, then the messages, in order. What has no receipt when
 * a connection ends is asked for again on the next one.
 *
 * A broker that ends a connection over something rarely says over what. So what was under way then is asked for one by one, until
 * each has its receipt; over what the connection ends twice while it is alone, that is refused. Else one bad message would
 * keep all others from being sent, for ever.
 */
export class StompDesk {
  readonly #outbox: StompOutbox;
  readonly #subscriptions = new Set<PatternSubscription>();
  readonly #due = new Set<PatternSubscription>();
  readonly #underWay = new Map<string, StompOperation>();
  readonly #suspects = new Set<StompOperation>();
  #wire: StompWire | undefined;
  #pumping = false;

  /** @param name What errors call it. */
  constructor(name: string, bounds: OutboxBounds) {
    this.#outbox = new StompOutbox(name, bounds);
  }

  /** A connection is ready. */
  start(wire: StompWire): void {
    this.#wire = wire;
    for (const each of this.#subscriptions) this.#due.add(each);
    this.#pump();
  }

  /** Nothing can be sent from now on: whoever hears of the end of a connection may want to. */
  disconnect(): void {
    this.#wire = undefined;
  }

  /** There is none any more. @param loss How it ended; left out: by this side. */
  stop(loss?: SessionLoss): void {
    this.#wire = undefined;
    const underWay = [...this.#underWay.values()];
    this.#underWay.clear();
    this.#due.clear();
    for (const each of this.#subscriptions) each.leave();
    this.#outbox.rewind();
    if (loss?.by !== 'broker') return;
    for (const each of underWay) this.#suspects.add(each);
    const [only] = underWay;
    if (!only || underWay.length > 1 || ++only.strikes < STRIKES) return;
    this.#suspects.delete(only);
    only.refused(loss.reason);
  }

  /** The broker has done something. */
  confirm(receipt: string): void {
    const operation = this.#underWay.get(receipt);
    if (!operation) return;
    this.#underWay.delete(receipt);
    this.#suspects.delete(operation);
    operation.strikes = 0;
    operation.confirmed();
    this.#pump();
  }

  /**
   * Takes a message in.
   *
   * @throws QueueFullError when there is no room.
   */
  add(entry: OutboxEntry): void {
    this.#outbox.add(entry);
    this.#pump();
  }

  /** Nobody waits for a message any more: it is not sent again. */
  remove(entry: OutboxEntry): void {
    this.#outbox.remove(entry);
    this.#forget(entry);
  }

  /** Somebody wants a pattern. */
  subscribe(subscription: PatternSubscription): void {
    this.#subscriptions.add(subscription);
    if (!this.#wire) return;
    this.#due.add(subscription);
    this.#pump();
  }

  /** Nobody wants it any more. */
  unsubscribe(subscription: PatternSubscription): void {
    this.#subscriptions.delete(subscription);
    this.#due.delete(subscription);
    subscription.leave();
    this.#forget(subscription);
  }

  #forget(operation: StompOperation): void {
    this.#underWay.delete(operation.receipt);
    this.#suspects.delete(operation);
    this.#pump();
  }

  // Whoever hears of one that is done may ask for more meanwhile.
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#wire) {
        const operation = this.#next();
        if (!operation) break;
        this.#underWay.set(operation.receipt, operation);
        operation.transmit(this.#wire);
      }
    } finally {
      this.#pumping = false;
    }
  }

  #next(): StompOperation | undefined {
    if (this.#suspects.size > 0 && this.#underWay.size > 0) return undefined;
    for (const subscription of this.#due) {
      this.#due.delete(subscription);
      return subscription;
    }
    return this.#outbox.next();
  }
}
