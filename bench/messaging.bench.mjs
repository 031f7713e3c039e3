// The event bus and the broker in one page, each against a bare subject.
import { Injector, ɵINJECTOR_SCOPE as INJECTOR_SCOPE } from '@angular/core';
import { EventBusService, MessageBrokerService, topicPattern } from 'rx-mesh/messaging';
import { Subject, filter } from 'rxjs';

const inject = (token) =>
  Injector.create({ providers: [{ provide: INJECTOR_SCOPE, useValue: 'root' }] }).get(token);

/** One event to many subscribers: at most 1.5 times a bare subject at a thousand. */
function fanOut(subscribers) {
  const bus = inject(EventBusService);
  const bare = new Subject();
  let heard = 0;
  for (let i = 0; i < subscribers; i++) {
    bus.on('user.created').subscribe(() => heard++);
    bare.subscribe(() => heard++);
  }
  const event = { type: 'user.created', name: 'Ada' };
  return {
    what: `one event to ${subscribers} subscribers`,
    ours: ['EventBusService.publish', () => bus.publish(event)],
    peer: ['bare Subject', () => bare.next(event)],
  };
}

/** One event to one of many types. */
function manyTopics(topics) {
  const bus = inject(EventBusService);
  const bare = new Subject();
  let heard = 0;
  for (let i = 0; i < topics; i++) {
    bus.on(`user.${i}`).subscribe(() => heard++);
    bare.pipe(filter(({ type }) => type === `user.${i}`)).subscribe(() => heard++);
  }
  const event = { type: 'user.7' };
  return {
    what: `one event to one of ${topics} types`,
    ours: ['EventBusService.publish', () => bus.publish(event)],
    peer: ['bare Subject, filtered by each', () => bare.next(event)],
  };
}

/** A message through a consumer with all it does: order, time-out, dedupe. */
function consumed() {
  const broker = inject(MessageBrokerService);
  const bare = new Subject();
  let handled = 0;
  broker.consume('orders.*', () => void handled++).subscribe();
  bare.subscribe(() => handled++);
  return {
    what: 'a message handled and acknowledged',
    ours: [
      'MessageBrokerService.publish and consume',
      () => broker.publish('orders.created', handled, { key: 'a' }).subscribe(),
    ],
    peer: ['bare Subject', () => bare.next(handled)],
  };
}

function matching() {
  const pattern = topicPattern('orders.*.created.>');
  const tokens = 'orders.*.created.>'.split('.');
  const topic = 'orders.eu.created.by.app';
  return {
    what: 'match a topic with wildcards',
    ours: ['TopicPattern.matches', () => pattern.matches(topic)],
    peer: [
      'split and compared token by token',
      () => {
        const parts = topic.split('.');
        return tokens.every((token, i) => token === '>' || token === '*' || token === parts[i]);
      },
    ],
  };
}

export const pairs = [fanOut(1000), fanOut(1), manyTopics(1000), consumed(), matching()];
