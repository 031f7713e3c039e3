import { Injectable, inject } from '@angular/core';
import { Observable, defer } from 'rxjs';
import { CONSUMER, type ConsumerOptions } from './consumer-options';
import { DeadLetters } from './dead-letters';
import type { ConsumerEvent, Delivery } from './delivery';
import type { Message } from './message';
import { MessageConsumers, type MessageHandler } from './message-consumers';
import { MessageMaker, type PublishOptions } from './message-maker';
import { MessageRequests, type Responder } from './message-requests';
import { MESSAGE_TRANSPORT } from './message-transport';
import { MESSAGING } from './messaging-options';

/** What a sender has of a message that was handed over. */
export interface PublishReceipt {
  /** The id of the message. */
  readonly id: string;
}

/** What may be said of a request. */
export interface RequestOptions extends Omit<PublishOptions, 'id'> {
  /** How long the answer is waited for, in milliseconds, above 0. @default `requestTimeout` of `withMessaging` */
  readonly timeout?: number | undefined;
}

/**
 * Messages by topic, over the transport of the application: publish and subscribe, deliveries that are acknowledged and
 * repeated, dead letters, requests and their answers.
 *
 * Everything is cold: nothing is sent and nothing received before somebody subscribes, and nothing runs on after that. All
 * streams complete when the injector ends.
 *
 * @usageNotes
 * ```ts
 * const broker = inject(MessageBrokerService);
 * broker.consume('orders.*', (message) => save(message.payload)).subscribe();
 * broker.publish('orders.created', { id: 42 }, { key: '42' }).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class MessageBrokerService {
  private readonly transport = inject(MESSAGE_TRANSPORT);
  private readonly maker = inject(MessageMaker);
  private readonly consumers = inject(MessageConsumers);
  private readonly requests = inject(MessageRequests);
  private readonly letters = inject(DeadLetters);
  private readonly settings = inject(MESSAGING.token);
  private readonly defaults = inject(CONSUMER.token);

  /** How the transport is doing. */
  readonly state$ = this.transport.state$;
  /** What happens to the messages of all consumers, as it happens. Never errors. */
  readonly events$: Observable<ConsumerEvent> = this.consumers.events$;
  /** The messages that were given up, newest last: on subscribe, and after each change. */
  readonly deadLetters$ = this.letters.changes$;
  /** The messages that were given up, newest last, as a signal. */
  readonly deadLetters = this.letters.signal;

  /**
   * Sends a message on subscribe; emits the receipt when the transport has it, and completes. Each subscription sends the
   * same message with the same id, so a retry is safe: consumers handle an id once.
   *
   * Errors with an `InvalidTopicError`, an `InvalidMessageError`, a `MessageTooLargeError`, or what the transport says.
   */
  publish(
    topic: string,
    payload: unknown,
    options: PublishOptions = {},
  ): Observable<PublishReceipt> {
    let message: Message | undefined;
    return new Observable((subscriber) => {
      const sent = (message ??= this.maker.make(topic, payload, options));
      return this.transport.send(sent).subscribe({
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          subscriber.next({ id: sent.id });
          subscriber.complete();
        },
      });
    });
  }

  /**
   * The messages of all topics that match, as they come: nothing is acknowledged, repeated or told apart. Errors with an
   * `InvalidTopicError`.
   */
  messages<T = unknown>(pattern: string): Observable<Message<T>> {
    return this.transport.receive(pattern) as Observable<Message<T>>;
  }

  /**
   * The messages of all topics that match, as deliveries. Each has to be ended, by `ack()`, `nak()` or `term()`: without
   * that it is delivered again after `ackWait`, holds up the messages of its key, and is a dead letter in the end. Where
   * that is not wanted, use {@link MessageBrokerService.messages}.
   *
   * Errors with an `InvalidTopicError`, an `InvalidOptionError`, or a `QueueFullError` by `overflow: 'error'`.
   */
  subscribe<T = unknown>(pattern: string, options: ConsumerOptions = {}): Observable<Delivery<T>> {
    return defer(() =>
      this.consumers.deliveries(pattern, CONSUMER.resolve(options, this.defaults)),
    ) as Observable<Delivery<T>>;
  }

  /**
   * Handles the messages of all topics that match while it is subscribed, and emits what becomes of each. A handler may
   * return nothing, a promise or a stream; its end is the acknowledgement. When it fails, or takes longer than `ackWait`,
   * the message is delivered again with a back-off, and is a dead letter after `maxDeliver` times. A message may be
   * delivered twice, so a handler should do no harm by that.
   *
   * Errors as {@link MessageBrokerService.subscribe} does; never because of a handler.
   */
  consume<T = unknown>(
    pattern: string,
    handler: MessageHandler<T>,
    options: ConsumerOptions = {},
  ): Observable<ConsumerEvent> {
    return defer(() =>
      this.consumers.handle(
        pattern,
        handler as MessageHandler,
        CONSUMER.resolve(options, this.defaults),
      ),
    );
  }

  /**
   * Asks on subscribe, emits the payload of the first answer, and completes.
   *
   * Errors with a `NoResponderError` at once where the transport knows that nobody receives the topic, else with a
   * `RequestTimeoutError`; with a `RequestFailedError` when the responder failed.
   */
  request<R = unknown>(
    topic: string,
    payload: unknown,
    { timeout, ...options }: RequestOptions = {},
  ): Observable<R> {
    return defer(() => {
      const { requestTimeout } = MESSAGING.resolve({ requestTimeout: timeout }, this.settings);
      return this.requests.ask(topic, payload, options, requestTimeout);
    }) as Observable<R>;
  }

  /**
   * Answers the requests to all topics that match while it is subscribed. What the responder throws, and what takes longer
   * than `ackWait`, is told to who asked: only the words of the error, so do not put secrets there.
   */
  respond<T = unknown, R = unknown>(
    pattern: string,
    responder: Responder<T, R>,
    options: ConsumerOptions = {},
  ): Observable<ConsumerEvent> {
    return defer(() =>
      this.requests.respond(
        pattern,
        responder as Responder,
        CONSUMER.resolve(options, this.defaults),
      ),
    );
  }

  /**
   * Hands a dead letter to the consumer that gave it up, as if it had never been delivered. Returns `false`, and changes
   * nothing, if there is no such letter, no consumer of that name is subscribed, or its queue is full.
   *
   * @param id The id of the letter, not that of the message.
   */
  replayDeadLetter(id: string): boolean {
    return this.consumers.replay(id);
  }

  /** Forgets a dead letter. Returns whether it was there. @param id The id of the letter. */
  discardDeadLetter(id: string): boolean {
    return this.letters.remove(id);
  }
}
