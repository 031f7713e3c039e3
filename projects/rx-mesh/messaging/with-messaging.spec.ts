import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { messagingWorld, told } from '../spec-support/messaging-world';
import {
  BroadcastChannelTransport,
  withBroadcastChannel,
} from './adapters/broadcast-channel-transport';
import { CONSUMER } from './consumer-options';
import { InMemoryTransport } from './in-memory-transport';
import { MESSAGE_TRANSPORT } from './message-transport';
import { MESSAGING } from './messaging-options';
import { withMessaging } from './with-messaging';

describe(withMessaging.name, () => {
  it('changes nothing without options', () => {
    messagingWorld({ features: [withMessaging()] });

    expect(TestBed.inject(MESSAGING.token)).toEqual(MESSAGING.defaults);
    expect(TestBed.inject(CONSUMER.token)).toEqual(CONSUMER.defaults);
    expect(TestBed.inject(MESSAGE_TRANSPORT)).toBe(TestBed.inject(InMemoryTransport));
  });

  it('sets what all consumers do, which each may say otherwise', () => {
    const { consume, send, clock } = messagingWorld({
      features: [withMessaging({ consumer: { maxDeliver: 1 } })],
    });
    const fail = () => {
      throw new Error('no');
    };
    const [one, two] = [consume('a', fail), consume('a', fail, { maxDeliver: 2 })];
    send('a', [1]);
    clock.advance(100);
    one.stop();
    two.stop();

    expect(told(one.values)).toEqual(['dead-lettered 1']);
    expect(told(two.values)).toEqual(['retrying 1', 'dead-lettered 1']);
  });

  it('takes the transport along', () => {
    messagingWorld({ features: [withMessaging({}, withBroadcastChannel({ name: 'shop' }))] });

    expect(TestBed.inject(MESSAGE_TRANSPORT)).toBeInstanceOf(BroadcastChannelTransport);
  });

  it.each([
    { maxMessageSize: 0 },
    { requestTimeout: 0 },
    { requestTimeout: 2_147_483_648 },
    { maxDeadLetters: 1.5 },
    { consumer: { ackWait: 0 } },
    { consumer: { maxDeliver: 0 } },
    { consumer: { maxInFlight: 0 } },
    { consumer: { queueLimit: 0 } },
    { consumer: { overflow: 'drop' as never } },
    { consumer: { orderedBy: 'id' as never } },
    { consumer: { dedupeWindow: -1 } },
    { consumer: { dedupeLimit: 0 } },
    { other: 1 } as never,
  ])('refuses %j', (options) => {
    expect(() => withMessaging(options)).toThrow(InvalidOptionError);
  });
});
