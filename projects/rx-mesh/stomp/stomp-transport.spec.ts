import { TestBed } from '@angular/core/testing';
import {
  InvalidMessageError,
  InvalidTopicError,
  MessageTooLargeError,
  QueueFullError,
  SocketSendError,
} from 'rx-mesh/messaging';
import { concat, tap } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { watched } from '../spec-support/socket-world';
import { stompWorld } from '../spec-support/stomp-world';
import { StompOutcomeUnknownError } from './stomp-errors';
import { StompTransport } from './stomp-transport';

const PATIENT = { receiptTimeout: 1_000_000 };

describe(`${StompTransport.name} that sends`, () => {
  it('writes a message that a durable queue keeps, and completes at the receipt', async () => {
    const { broker, transport, come, clock } = stompWorld();
    broker.acknowledges = false;
    const message = aMessage('orders.created', { id: 'm-1', payload: 'é😀' });
    const { heard } = watched(transport.send(message));
    await come();

    expect([heard, broker.told()]).toEqual([[], ['CONNECT', 'SEND orders.created m-1']]);

    const [, { headers, body } = { headers: new Map<string, string>(), body: '' }] = broker.frames;

    expect(Object.fromEntries(headers)).toEqual({
      destination: '/exchange/amq.topic/orders.created',
      receipt: expect.any(String) as string,
      persistent: 'true',
      'content-type': 'application/json',
      'content-length': String(new TextEncoder().encode(body).length),
    });
    expect(JSON.parse(body)).toEqual({ v: 1, ...message });

    broker.acknowledges = true;
    broker.publish('x', 'nothing');
    broker.last.receive(`RECEIPT\nreceipt-id:${headers.get('receipt') ?? ''}\n\n\0`);
    await come();

    expect([heard, broker.open, clock.pending]).toEqual([['completed'], 0, 0]);
  });

  it('does not let a queue write to disk where that is not wanted', async () => {
    const { broker, transport, come } = stompWorld({ persistent: false });
    watched(transport.send(aMessage('a')));
    await come();

    expect(broker.frames[1]?.headers.has('persistent')).toBe(false);
  });

  it('says that the outcome is not known when there is no receipt in time', async () => {
    const { broker, transport, come, clock } = stompWorld({ receiptTimeout: 500 });
    broker.acknowledges = false;
    const { heard } = watched(transport.send(aMessage('a', { id: 'm-1' })));
    await come(499);

    expect(heard).toEqual([]);

    await come(1);

    expect(heard).toEqual([new StompOutcomeUnknownError('m-1', 'a', 'timeout')]);
    expect([broker.open, clock.pending]).toEqual([0, 0]);
  });

  it('counts that time over reconnections, from when it was sent first, and not while it waits', async () => {
    const { broker, transport, come } = stompWorld({ receiptTimeout: 500 });
    broker.accepting = broker.acknowledges = false;
    const { heard } = watched(transport.send(aMessage('a')));
    await come(5000);

    expect(heard).toEqual([]);

    broker.last.accept();
    await come(300);
    broker.last.lose();
    await come(199);

    expect(heard).toEqual([]);

    await come(1);

    expect(heard).toEqual([expect.any(StompOutcomeUnknownError)]);
  });

  it('sends again what has no receipt, in order and before all that waits, after what is received', async () => {
    const { broker, transport, come } = stompWorld({ maxInFlight: 2, ...PATIENT });
    watched(transport.receive('news.>'));
    broker.acknowledges = false;
    const sends = ['m-1', 'm-2', 'm-3'].map((id) => watched(transport.send(aMessage('a', { id }))));
    await come();

    expect(broker.told(1)).toEqual(['CONNECT', 'SUBSCRIBE news.*.#', 'SEND a m-1', 'SEND a m-2']);

    broker.acknowledges = true;
    broker.last.lose();
    await come(100);

    expect(broker.told(2)).toEqual([
      'CONNECT',
      'SUBSCRIBE news.*.#',
      'SEND a m-1',
      'SEND a m-2',
      'SEND a m-3',
    ]);
    expect(sends.flatMap(({ heard }) => heard)).toEqual(['completed', 'completed', 'completed']);
  });

  it('takes back what waits, and does not send again what nobody waits for', async () => {
    const { broker, transport, come } = stompWorld({ maxInFlight: 1, ...PATIENT });
    broker.acknowledges = false;
    watched(transport.receive('x'));
    const [first, second] = ['m-1', 'm-2', 'm-3'].map((id) =>
      watched(transport.send(aMessage('a', { id }))),
    );
    await come();
    second?.leave();
    first?.leave();
    await come();
    broker.last.lose();
    await come(100);

    expect(broker.told().filter((told) => told.startsWith('SEND'))).toEqual([
      'SEND a m-1',
      'SEND a m-3',
      'SEND a m-3',
    ]);
  });

  it('has an outbox of a bound, by number and by size', async () => {
    const { transport, page, come, broker } = stompWorld({ maxOutbox: 2, maxOutboxBytes: 300 });
    page.goOffline();
    const large = watched(transport.send(aMessage('a', { payload: 'x'.repeat(300) })));
    const sends = [1, 2, 3].map(() => watched(transport.send(aMessage('a'))));

    expect(large.heard).toEqual([new QueueFullError('stomp', 2)]);
    expect(sends.map(({ heard }) => heard)).toEqual([[], [], [new QueueFullError('stomp', 2)]]);

    page.goOnline();
    await come(100);
    await come();

    expect(sends.map(({ heard }) => heard[0])).toEqual([
      'completed',
      'completed',
      expect.any(QueueFullError),
    ]);
    expect(broker.open).toBe(0);
  });

  it('keeps the bytes under way within a bound, but never stops at one large message', async () => {
    const { broker, transport, come } = stompWorld({ maxMessageSize: 500_000, ...PATIENT });
    broker.acknowledges = false;
    for (let n = 0; n < 4; n++) {
      watched(transport.send(aMessage('a', { payload: 'x'.repeat(n === 0 ? 400_000 : 100_000) })));
    }
    await come();

    expect(broker.frames.filter(({ command }) => command === 'SEND')).toHaveLength(1);

    const receipt = broker.frames[1]?.headers.get('receipt') ?? '';
    broker.last.receive(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
    await come();

    expect(broker.frames.filter(({ command }) => command === 'SEND')).toHaveLength(3);
  });

  it('refuses what cannot be sent, and opens nothing for it', async () => {
    const { broker, transport, come } = stompWorld({ maxMessageSize: 1000 });
    const circle: unknown[] = [];
    circle.push(circle);
    const sends = [
      aMessage('a', { payload: circle }),
      aMessage('a', { payload: 'x'.repeat(1000) }),
      aMessage('x'.repeat(256)),
      aMessage('a.*'),
      aMessage('a..b'),
    ].map((message) => watched(transport.send(message)).heard[0]);
    await come();

    expect(sends).toEqual([
      expect.any(InvalidMessageError),
      expect.any(MessageTooLargeError),
      expect.any(InvalidTopicError),
      expect.any(InvalidTopicError),
      expect.any(InvalidTopicError),
    ]);
    expect(broker.all).toHaveLength(0);
  });

  it('sends more from within the end of another one', async () => {
    const { broker, transport, come } = stompWorld({ linger: 500 });
    const order: string[] = [];
    concat(
      ...['m-1', 'm-2'].map((id) =>
        transport.send(aMessage('a', { id })).pipe(tap({ complete: () => order.push(id) })),
      ),
    ).subscribe();
    await come();

    expect([order, broker.all.length]).toEqual([['m-1', 'm-2'], 1]);
  });

  it('tells those who wait when the application ends: what was sent is uncertain, the rest was not', async () => {
    const { broker, transport, come, states, clock } = stompWorld({ maxInFlight: 1 });
    broker.acknowledges = false;
    const received = watched(transport.receive('a'));
    const sends = [1, 2].map(() => watched(transport.send(aMessage('b', { id: 'm' }))));
    await come();
    TestBed.resetTestingModule();
    await come();

    expect(received.heard).toEqual(['completed']);
    expect(sends.map(({ heard }) => heard[0])).toEqual([
      new StompOutcomeUnknownError('m', 'b', 'closed'),
      expect.any(SocketSendError),
    ]);
    expect([broker.open, clock.pending, states.at(-1)]).toEqual([0, 0, 'closed']);
    expect(broker.told().at(-1)).toBe('DISCONNECT');

    const [late, lateReceiver] = [
      watched(transport.send(aMessage('b'))),
      watched(transport.receive('b')),
    ];

    expect([late.heard, lateReceiver.heard]).toEqual([
      [expect.any(SocketSendError)],
      ['completed'],
    ]);
    expect(broker.all).toHaveLength(1);
  });
});

describe(`${StompTransport.name} that receives`, () => {
  it('subscribes once for all who want the same, and leaves after the last one', async () => {
    const { broker, transport, come } = stompWorld();
    watched(transport.receive('z'));
    const all = ['a.>', 'a.#', 'a.>'].map((pattern) => watched(transport.receive(pattern)));
    await come();
    for (const { leave } of all) leave();
    await come();

    expect(broker.told()).toEqual(['CONNECT', 'SUBSCRIBE z', 'SUBSCRIBE a.*.#', 'UNSUBSCRIBE s2']);
  });

  it('acknowledges what a durable queue keeps, and gets the rest on the next connection', async () => {
    const { broker, transport, peer, come } = stompWorld({ queue: (pattern) => `own ${pattern}` });
    const first = watched(transport.receive('a'));
    await come();
    const { headers } = broker.frames.at(-1) ?? { headers: new Map<string, string>() };

    expect(Object.fromEntries(headers)).toMatchObject({
      ack: 'client-individual',
      'prefetch-count': '100',
      'x-queue-name': 'own a',
      durable: 'true',
      'auto-delete': 'false',
      exclusive: 'false',
    });

    first.leave();
    await come();
    watched(peer().send(aMessage('a', { payload: 'kept' })));
    await come();
    const got: unknown[] = [];
    const leaving = transport.receive('a').subscribe(({ payload }) => got.push(payload));
    await come();
    leaving.unsubscribe();
    await come();

    expect(got).toEqual(['kept']);
    expect(broker.told().filter((told) => told.startsWith('ACK'))).toHaveLength(1);
  });

  it('opens anew when a message of a durable queue comes that was left, so that it is not kept back', async () => {
    const { broker, transport, come, diagnostics } = stompWorld({
      queue: (pattern) => (pattern === 'a' ? 'q' : undefined),
    });
    const { leave } = watched(transport.receive('a'));
    watched(transport.receive('b'));
    await come();
    leave();
    broker.last.receive('MESSAGE\nsubscription:s1\nmessage-id:1\nack:1\n\n{}\0');
    await come();

    expect([broker.all.length, broker.open, broker.told(2)]).toEqual([
      2,
      1,
      ['CONNECT', 'SUBSCRIBE b'],
    ]);
    expect(diagnostics.codes).toEqual([]);
  });

  it.each(['', 'x'.repeat(256), 5 as never])('takes no queue called %p', (name) => {
    const { broker, transport } = stompWorld({ queue: () => name });

    expect(watched(transport.receive('a')).heard).toEqual([expect.any(TypeError)]);
    expect(broker.all).toHaveLength(0);
  });

  it('errors for a pattern that AMQP cannot carry', () => {
    const { transport } = stompWorld();

    expect(watched(transport.receive('é'.repeat(100))).heard).toEqual([
      expect.any(InvalidTopicError),
    ]);
  });
});
