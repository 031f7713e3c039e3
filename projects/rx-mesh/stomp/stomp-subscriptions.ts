import { untracked } from '@angular/core';
import { InvalidMessageError, type Message, decodeMessage, topicPattern } from 'rx-mesh/messaging';
import { Subject, Subscription, tap } from 'rxjs';
import { destinationOf } from './stomp-destination';
import { StompRefusedError } from './stomp-errors';
import type { StompOperation } from './stomp-operation';
import type { StompHeaders, StompValues } from './stomp-options';
import type { StompDelivery } from './stomp-packages';
import type { StompWire } from './stomp-session';

/** What is received of one pattern. */
export interface PatternSubscription extends StompOperation {
  /** The messages that came. */
  readonly messages: Subject<Message>;
  /** How many receive it. */
  count: number;
  /** Leaves the broker, if there is one. */
  leave(): void;
}

/** What subscriptions need. */
export interface SubscriptionNeeds {
  readonly values: Pick<StompValues, 'exchange' | 'maxMessageSize' | 'prefetch' | 'queue'>;
  /** Something came that is no message. */
  readonly odd: (cause: unknown) => void;
  /** Something came that is one. */
  readonly sound: () => void;
  /** The broker refuses it: whoever wants the pattern from now on has to have another one. */
  readonly refused: () => void;
}

const LONGEST_NAME = 255; // characters of the name of a queue

/**
 * The subscription to a pattern, which is made anew with each connection. Each has a queue of its own at the broker, so what
 * comes by it is for its receivers only. What a durable queue holds is acknowledged when the receivers are told: one message after
 * the other, so that whatever they do comes after that on the wire.
 *
 * @param id Unique in all connections.
 * @param pattern In its canonical form.
 * @throws InvalidTopicError when AMQP cannot carry it, TypeError when `queue` gives no name.
 */
export function patternSubscription(
  id: string,
  pattern: string,
  needs: SubscriptionNeeds,
): PatternSubscription {
  const { values } = needs;
  const topics = topicPattern(pattern);
  const destination = destinationOf(values.exchange, pattern);
  const headers = subscriptionHeaders(id, values.queue?.(pattern), values.prefetch);
  const messages = new Subject<Message>();
  let watching = Subscription.EMPTY;
  const take = (frame: StompDelivery): void => {
    if (frame.headers['ack'] !== undefined) frame.ack();
    let message: Message;
    try {
      message = decodeMessage(frame.body, values.maxMessageSize);
      if (!topics.matches(message.topic)) {
        throw new InvalidMessageError('field', 'its topic is not the one by which it was sent');
      }
    } catch (cause) {
      needs.odd(cause);
      return;
    }
    needs.sound();
    // Outside of an effect of whoever caused it, which would come to depend on what receivers read.
    untracked(() => messages.next(message));
  };
  const leave = (): void => watching.unsubscribe();
  return {
    receipt: id,
    messages,
    leave,
    strikes: 0,
    count: 0,
    transmit: (wire: StompWire) => {
      leave();
      watching = wire
        .watch(destination, headers)
        .pipe(tap((frame) => take(frame)))
        .subscribe();
    },
    confirmed: () => undefined,
    refused: (answer) => {
      needs.refused();
      messages.error(new StompRefusedError('subscription', pattern, answer));
    },
  };
}

function subscriptionHeaders(id: string, queue: unknown, prefetch: number): StompHeaders {
  const own = { id, receipt: id };
  if (queue === undefined) return { ...own, ack: 'auto' };
  if (typeof queue !== 'string' || queue === '' || queue.length > LONGEST_NAME) {
    throw new TypeError('The option queue of the STOMP transport must give a name, or undefined.');
  }
  return {
    ...own,
    ack: 'client-individual',
    'prefetch-count': String(prefetch),
    'x-queue-name': queue,
    durable: 'true',
    'auto-delete': 'false',
    exclusive: 'false',
  };
}
