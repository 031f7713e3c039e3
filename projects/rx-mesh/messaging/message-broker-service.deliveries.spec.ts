import { messagingWorld } from '../spec-support/messaging-world';
import { settled } from '../spec-support/settled';
import type { Delivery } from './delivery';
import { MessageBrokerService } from './message-broker-service';

describe(`${MessageBrokerService.name} with deliveries`, () => {
  const first = (deliveries: readonly Delivery[], at = 0): Delivery => {
    const delivery = deliveries[at];
    if (!delivery) throw new Error(`There is no delivery ${at}.`);
    return delivery;
  };

  it('gives out deliveries to be ended by hand, each once', () => {
    const { deliveries, send, clock } = messagingWorld();
    const { values, stop } = deliveries('a');
    send('a', [1, 2], { key: 'k' });

    expect(values).toHaveLength(1);
    expect([first(values).ack(), first(values).ack(), first(values).nak()]).toEqual([
      true,
      false,
      false,
    ]);
    expect(values.map(({ message, attempt }) => [message.payload, attempt])).toEqual([
      [1, 1],
      [2, 1],
    ]);

    stop();

    expect(first(values, 1).ack()).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('delivers again after nak(), when it asks to', () => {
    const { deliveries, send, clock } = messagingWorld();
    const { values, stop } = deliveries('a');
    send('a', [1]);
    first(values).nak(5000);
    clock.advance(4999);

    expect(values).toHaveLength(1);

    clock.advance(1);

    expect(values.map(({ attempt }) => attempt)).toEqual([1, 2]);

    first(values, 1).nak(-1);
    clock.advance(0);

    expect(values.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);

    stop();

    expect(clock.pending).toBe(0);
  });

  it('gives up at once after term()', () => {
    const { broker, deliveries, send } = messagingWorld();
    const { values, stop } = deliveries('a');
    send('a', [1]);
    first(values).term('no such order');
    stop();

    expect(broker.deadLetters()).toMatchObject([
      { attempts: 1, reason: { kind: 'terminated', cause: 'no such order' } },
    ]);
  });

  it('delivers again what nobody ended in time', () => {
    const { deliveries, send, clock } = messagingWorld();
    const { values, stop } = deliveries('a', { ackWait: 1000 });
    send('a', [1]);
    clock.advance(1100);

    expect(values.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect([first(values).ack(), first(values, 1).ack()]).toEqual([false, true]);

    stop();
  });

  it('waits as the back-off says, and not at all when that fails', async () => {
    const { deliveries, send, clock } = messagingWorld();
    const asked: [number, number][] = [];
    const { values, stop } = deliveries('a', {
      backoff: (attempt, _random, previous) => {
        asked.push([attempt, previous]);
        return [10, 20, Number.NaN][attempt] ?? 1e12;
      },
      maxDeliver: 9,
    });
    send('a', [1]);
    for (const ms of [10, 20, 0, 2_147_483_646]) {
      values.at(-1)?.nak();
      clock.advance(ms);
    }

    expect(asked).toEqual([
      [0, 0],
      [1, 10],
      [2, 20],
      [3, 0],
    ]);
    expect(values.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);

    clock.advance(1);

    expect(values).toHaveLength(5);

    stop();
    await settled();
  });
});
