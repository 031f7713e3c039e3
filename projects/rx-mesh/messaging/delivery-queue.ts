import { type Clock, type RandomSource, aside } from 'rx-mesh/kernel';
import { Subscription, type TeardownLogic, tap, timer } from 'rxjs';
import type { ConsumerValues } from './consumer-options';
import { DedupeWindow } from './dedupe-window';
import type { Delivery, DeliveryFailure } from './delivery';
import { DeliveryLanes, type Waiting } from './delivery-lanes';
import type { Message } from './message';
import { QueueFullError } from './messaging-errors';

/** What a `DeliveryQueue` needs of the world. */
export interface DeliveryPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** What `MESSAGE_CONTEXT` reads from a message. */
  readonly contextOf: (message: Message) => unknown;
}

/** A delivery as a handler has it, which can fail too. */
export interface OpenDelivery extends Delivery {
  /** The handler failed. */
  fail(cause: unknown): boolean;
}

/** Whom a `DeliveryQueue` tells. None of them may throw. */
export interface DeliverySink {
  /** Handles a message. What is returned is torn down when the delivery has its end. */
  deliver(delivery: OpenDelivery): TeardownLogic;
  /** A message is handled. */
  acked(message: Message, attempt: number): void;
  /** A message will be delivered again. */
  retrying(message: Message, attempt: number, reason: DeliveryFailure, delay: number): void;
  /** A message is given up. */
  gaveUp(message: Message, attempts: number, reason: DeliveryFailure): void;
  /** A message gave way to another, for the queue is full. */
  dropped(message: Message): void;
  /** A message came that was there before. */
  duplicate(message: Message): void;
  /** The queue has ended by itself. */
  ended(error?: QueueFullError): void;
}

// A timer of the platform that is longer overflows, and is over at once: a storm instead of a pause.
const LONGEST_WAIT = 2_147_483_647;

/**
 * Hands the messages of one consumer out, so that each has one end: acknowledged or given up. Of a key there is one at a
 * time, the next one after the end of the one before; a message that fails holds up its own key and no other, and takes no
 * place among those under way while it waits. Nothing of it is bounded by the senders: what waits is by `queueLimit`, what
 * is under way by `maxInFlight`, the ids by `dedupeLimit`.
 */
export class DeliveryQueue {
  readonly #options: ConsumerValues;
  readonly #ports: DeliveryPorts;
  readonly #sink: DeliverySink;
  readonly #seen: DedupeWindow;
  readonly #lanes = new DeliveryLanes();
  /** What runs for each message that was taken: the handler and its time-out, or the pause before the next delivery. */
  readonly #work = new Map<Waiting, Subscription>();
  #inFlight = 0;
  #handingOut = false;
  #sourceEnded = false;
  #closed = false;

  constructor(options: ConsumerValues, ports: DeliveryPorts, sink: DeliverySink) {
    this.#options = options;
    this.#ports = ports;
    this.#sink = sink;
    this.#seen = new DedupeWindow(ports.clock, options.dedupeWindow, options.dedupeLimit);
  }

  /** How many messages wait. */
  get waiting(): number {
    return this.#lanes.size;
  }

  /** Whether one more message would make another give way. */
  get isFull(): boolean {
    return this.waiting >= this.#options.queueLimit;
  }

  /** How many deliveries are under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes a message, unless it was there before. */
  accept(message: Message): void {
    if (this.#closed) return;
    if (this.#seen.sees(message.id)) this.#sink.duplicate(message);
    else this.add(message);
  }

  /** Takes a message, even one that was there before. Returns whether the queue is still open. */
  add(message: Message): boolean {
    if (this.#closed) return false;
    const one = this.#lanes.add(message, this.#laneOf(message));
    this.#handOut();
    this.#bound(one);
    return true;
  }

  /** No more messages will come: the queue ends when the last one has its end. */
  complete(): void {
    this.#sourceEnded = true;
    this.#endIfIdle();
  }

  /** Drops everything without a word: nothing runs on. */
  close(): void {
    this.#closed = true;
    for (const work of this.#work.values()) work.unsubscribe();
    this.#work.clear();
    this.#lanes.clear();
    this.#seen.clear();
    this.#inFlight = 0;
  }

  #laneOf({ key, topic }: Message): string | undefined {
    const { orderedBy } = this.#options;
    return orderedBy === 'key' ? key : orderedBy === 'topic' ? topic : undefined;
  }

  // A handler that ends at once comes back here: a loop, so that no number of messages ends the stack.
  #handOut(): void {
    if (this.#handingOut) return;
    this.#handingOut = true;
    while (!this.#closed && this.#inFlight < this.#options.maxInFlight) {
      const next = this.#lanes.take();
      if (!next) break;
      this.#deliver(next);
    }
    this.#handingOut = false;
    this.#endIfIdle();
  }

  #deliver(one: Waiting): void {
    const { message } = one;
    const attempt = ++one.attempts;
    const work = new Subscription();
    let open = true;
    const settle = (end: () => void): boolean => {
      if (!open || this.#closed) return false;
      open = false;
      this.#work.delete(one);
      work.unsubscribe();
      this.#inFlight--;
      end();
      this.#handOut();
      return true;
    };
    const fail = (reason: DeliveryFailure, delay?: number) =>
      settle(() => this.#failed(one, reason, delay));
    this.#inFlight++;
    this.#work.set(one, work);
    work.add(
      this.#sink.deliver({
        message,
        attempt,
        context: this.#ports.contextOf(message),
        ack: () =>
          settle(() => {
            this.#lanes.release(one);
            this.#sink.acked(message, attempt);
          }),
        nak: (delay) => fail({ kind: 'refused' }, delay),
        term: (cause) => fail({ kind: 'terminated', cause }),
        fail: (cause) => fail({ kind: 'error', cause }),
      }),
    );
    // Most handlers have ended by now, and a timer is dear.
    if (work.closed) return;
    const late$ = timer(this.#options.ackWait, this.#ports.clock.scheduler);
    work.add(late$.pipe(tap(() => fail({ kind: 'timeout' }))).subscribe());
  }

  #failed(one: Waiting, reason: DeliveryFailure, asked?: number): void {
    const { message, attempts } = one;
    if (reason.kind === 'terminated' || attempts >= this.#options.maxDeliver) {
      this.#lanes.release(one);
      this.#sink.gaveUp(message, attempts, reason);
      return;
    }
    const delay = waitOf(asked ?? this.#backoff(one));
    one.delay = delay;
    this.#lanes.postpone(one);
    const again$ = timer(delay, this.#ports.clock.scheduler).pipe(tap(() => this.#again(one)));
    this.#work.set(one, again$.subscribe());
    this.#sink.retrying(message, attempts, reason, delay);
    this.#bound(one);
  }

  // Whenever one more waits: a new one, or one that failed, else messages that always fail would heap up.
  #bound(newest: Waiting): void {
    const { overflow, name, queueLimit } = this.#options;
    if (this.#lanes.size <= queueLimit || !this.#lanes.waits(newest)) return;
    if (overflow !== 'error') {
      this.#drop(overflow === 'drop-newest' ? newest : (this.#lanes.oldest ?? newest));
      return;
    }
    this.close();
    this.#sink.ended(new QueueFullError(name, queueLimit));
  }

  #again(one: Waiting): void {
    this.#work.delete(one);
    this.#lanes.resume(one);
    this.#handOut();
  }

  #backoff({ attempts, delay }: Waiting): number {
    const { backoff } = this.#options;
    return aside(() => backoff(attempts - 1, this.#ports.random, delay)) ?? 0;
  }

  #drop(one: Waiting): void {
    this.#work.get(one)?.unsubscribe();
    this.#work.delete(one);
    this.#lanes.drop(one);
    // Whoever sends it again has a new chance.
    this.#seen.forget(one.message.id);
    this.#sink.dropped(one.message);
    this.#handOut();
  }

  #endIfIdle(): void {
    if (this.#closed || !this.#sourceEnded || this.#inFlight > 0 || this.#lanes.size > 0) return;
    this.close();
    this.#sink.ended();
  }
}

// A back-off or a handler may say anything.
function waitOf(delay: number): number {
  return delay > 0 ? Math.min(delay, LONGEST_WAIT) : 0;
}
