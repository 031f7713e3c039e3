import { DestroyRef, Injectable, inject } from '@angular/core';
import { CLOCK, EventHub, RANDOM, aside } from 'rx-mesh/kernel';
import { Observable, ReplaySubject, type TeardownLogic, defer, takeUntil, tap } from 'rxjs';
import type { ConsumerValues } from './consumer-options';
import { ConsumerTroubles, DeadLetters } from './dead-letters';
import type { ConsumerEvent, Delivery, DeliveryFailure } from './delivery';
import { DeliveryQueue, type DeliveryPorts, type OpenDelivery } from './delivery-queue';
import { endOf } from './handler-result';
import type { Message } from './message';
import { MESSAGE_CONTEXT } from './message-context';
import { MESSAGE_TRANSPORT } from './message-transport';

/**
 * Handles one message. What it throws, rejects or errors with is a failed delivery; the end of it is the acknowledgement,
 * unless it has called one of the ends of the delivery itself.
 */
export type MessageHandler<T = unknown> = (message: Message<T>, delivery: Delivery<T>) => unknown;

/** What a consumer does with its deliveries, and with what it gives up. */
interface Consumer {
  deliver(delivery: OpenDelivery): TeardownLogic;
  gaveUp?: ((message: Message, reason: DeliveryFailure) => void) | undefined;
  event?(event: ConsumerEvent): void;
  ended(error?: unknown): void;
}

/** Runs the consumers of an application. */
@Injectable({ providedIn: 'root' })
export class MessageConsumers {
  private readonly transport = inject(MESSAGE_TRANSPORT);
  private readonly context = inject(MESSAGE_CONTEXT);
  private readonly letters = inject(DeadLetters);
  private readonly troubles = inject(ConsumerTroubles);
  private readonly hub = new EventHub<ConsumerEvent>();
  private readonly live = new Map<string, Set<DeliveryQueue>>();
  private readonly destroyed = new ReplaySubject<void>(1);
  private readonly ports: DeliveryPorts = {
    clock: inject(CLOCK),
    random: inject(RANDOM),
    contextOf: ({ headers }) => aside(() => this.context.extract(headers)),
  };

  /** What happens to the messages of all consumers. */
  readonly events$ = this.hub.events$;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.destroyed.next();
      this.hub.complete();
    });
  }

  /** Each message as a delivery, to be ended by whoever gets it. */
  deliveries(pattern: string, options: ConsumerValues): Observable<Delivery> {
    return new Observable<Delivery>((subscriber) =>
      this.run(pattern, options, {
        deliver: (delivery) => subscriber.next(delivery),
        ended: (error) => (error ? subscriber.error(error) : subscriber.complete()),
      }),
    ).pipe(takeUntil(this.destroyed));
  }

  /** Each message through a handler. Emits what becomes of it. */
  handle(
    pattern: string,
    handler: MessageHandler,
    options: ConsumerValues,
    gaveUp?: Consumer['gaveUp'],
  ): Observable<ConsumerEvent> {
    return new Observable<ConsumerEvent>((subscriber) =>
      this.run(pattern, options, {
        deliver: (delivery) => handled(handler, delivery),
        event: (event) => subscriber.next(event),
        ended: (error) => (error ? subscriber.error(error) : subscriber.complete()),
        gaveUp,
      }),
    ).pipe(takeUntil(this.destroyed));
  }

  /** Hands a dead letter to the consumer that gave it up. Returns whether there is one. */
  replay(id: string): boolean {
    const letter = this.letters.find(id);
    const queue = letter && this.live.get(letter.consumer)?.values().next().value;
    // What is replayed must not give way, nor make another one.
    if (!queue || queue.isFull) return false;
    this.letters.remove(id);
    return queue.add(letter.message);
  }

  private run(pattern: string, options: ConsumerValues, consumer: Consumer): TeardownLogic {
    const name = options.name === '' ? pattern : options.name;
    const told = { dropped: false, gaveUp: false };
    const tell = (event: ConsumerEvent): void => {
      this.hub.emit(event);
      consumer.event?.(event);
    };
    const queue = new DeliveryQueue({ ...options, name }, this.ports, {
      deliver: (delivery) => consumer.deliver(delivery),
      ended: (error) => consumer.ended(error),
      acked: (message, attempt) => {
        told.gaveUp = false;
        if (queue.waiting === 0) told.dropped = false;
        tell({ type: 'acked', consumer: name, message, attempt });
      },
      retrying: (message, attempt, reason, delay) =>
        tell({ type: 'retrying', consumer: name, message, attempt, reason, delay }),
      gaveUp: (message, attempts, reason) => {
        if (consumer.gaveUp) {
          consumer.gaveUp(message, reason);
          return;
        }
        const letter = this.letters.add(name, message, attempts, reason);
        if (!told.gaveUp) this.troubles.gaveUp(letter);
        told.gaveUp = true;
        tell({ type: 'dead-lettered', consumer: name, message, letter });
      },
      dropped: (message) => {
        if (!told.dropped) this.troubles.dropped(name, options.queueLimit);
        told.dropped = true;
        tell({ type: 'dropped', consumer: name, message });
      },
      duplicate: (message) => tell({ type: 'duplicate', consumer: name, message }),
    });
    const queues = this.live.get(name) ?? new Set<DeliveryQueue>();
    this.live.set(name, queues.add(queue));
    const receiving = this.transport
      .receive(pattern)
      .pipe(
        tap({
          next: (message) => queue.accept(message),
          error: (error: unknown) => consumer.ended(error),
          complete: () => queue.complete(),
        }),
      )
      .subscribe({ error: () => undefined });
    return () => {
      receiving.unsubscribe();
      queue.close();
      queues.delete(queue);
      if (queues.size === 0) this.live.delete(name);
    };
  }
}

// A handler is called inside of the delivery, so that what it throws is a failure as any other.
function handled(handler: MessageHandler, delivery: OpenDelivery): TeardownLogic {
  return defer(() => endOf(handler(delivery.message, delivery)))
    .pipe(
      tap({
        error: (cause: unknown) => void delivery.fail(cause),
        complete: () => void delivery.ack(),
      }),
    )
    .subscribe({ error: () => undefined });
}
