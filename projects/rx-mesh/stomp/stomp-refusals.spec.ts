import { TestBed } from '@angular/core/testing';
import { MessageBrokerService } from 'rx-mesh/messaging';
import { retry, tap } from 'rxjs';
import { aMessage } from '../spec-support/contracts/message-transport';
import { watched } from '../spec-support/socket-world';
import { stompFrame, stompWorld } from '../spec-support/stomp-world';
import { StompRefusedError } from './stomp-errors';
import { StompTransport } from './stomp-transport';

const DIED = 'closed with 1000 "STOMP died"';

describe(`${StompTransport.name} of which a broker refuses something`, () => {
  it('finds the message over which it dies, and sends all others, in order', async () => {
    const { broker, transport, come, diagnostics, states } = stompWorld();
    broker.poison.add('/exchange/amq.topic/bad');
    const got: string[] = [];
    transport.receive('good').subscribe(({ id }) => got.push(id));
    const sends = ['m-1', 'm-2', 'm-3', 'm-4'].map((id) =>
      watched(transport.send(aMessage(id === 'm-3' ? 'bad' : 'good', { id }))),
    );
    for (let turn = 0; turn < 6; turn++) await come(100);

    expect(sends.map(({ heard }) => heard[0])).toEqual([
      'completed',
      'completed',
      new StompRefusedError('message', 'bad', DIED),
      'completed',
    ]);
    expect([...new Set(got)]).toEqual(['m-1', 'm-2', 'm-4']);
    expect([states.at(-1), broker.open, diagnostics.codes]).toEqual(['connected', 1, ['RXM418']]);
    expect(broker.all.length).toBeLessThanOrEqual(4);
  });

  it('finds the pattern over which it dies, and receives all others', async () => {
    const { broker, transport, come, states } = stompWorld();
    broker.poison.add('/exchange/amq.topic/bad.*.#');
    const [good, bad] = ['good', 'bad.>'].map((pattern) => watched(transport.receive(pattern)));
    const sent = watched(transport.send(aMessage('good', { id: 'm-1' })));
    for (let turn = 0; turn < 6; turn++) await come(100);

    expect(bad?.heard).toEqual([new StompRefusedError('subscription', 'bad.>', DIED)]);
    expect([sent.heard, good?.heard.length, states.at(-1)]).toEqual([
      ['completed'],
      1,
      'connected',
    ]);

    broker.poison.clear();
    const again = watched(transport.receive('bad.>'));
    watched(transport.send(aMessage('bad.a')));
    await come();

    expect(again.heard).toHaveLength(1);
  });

  it('asks anew for whoever comes back at once, though others still hear of it', async () => {
    const { broker, transport, come } = stompWorld();
    broker.poison.add('/exchange/amq.topic/bad');
    const tries = { of: 0 };
    const first = watched(
      transport.receive('bad').pipe(tap({ error: () => tries.of++ }), retry({ count: 1 })),
    );
    const second = watched(transport.receive('bad'));
    for (let turn = 0; turn < 8; turn++) await come(100);

    expect([tries.of, second.heard]).toEqual([2, [expect.any(StompRefusedError)]]);
    expect([first.heard, broker.open]).toEqual([[expect.any(StompRefusedError)], 0]);
    expect(broker.all).toHaveLength(4);
  });

  it('ends the connection by itself at an ERROR, after which RabbitMQ would go on', async () => {
    const { broker, transport, come, diagnostics } = stompWorld();
    broker.acknowledges = false;
    const { heard } = watched(transport.send(aMessage('a')));
    await come();
    const error = stompFrame('ERROR', { message: 'Invalid destination' }, "'/x' is not valid\n");
    broker.last.receive(error);

    expect([broker.open, heard]).toEqual([0, []]);

    await come(100);
    broker.last.receive(error);
    await come();

    expect(heard).toEqual([
      new StompRefusedError('message', 'a', "Invalid destination: '/x' is not valid"),
    ]);
    expect(diagnostics.codes).toEqual(['RXM418']);
  });

  it('blames nothing for what the network does, or a server that restarts', async () => {
    const { broker, transport, come } = stompWorld({ receiptTimeout: 1_000_000 });
    broker.acknowledges = false;
    const { heard } = watched(transport.send(aMessage('a')));
    await come();
    for (const code of [1006, 1001, 1012, 1006, 1001]) {
      broker.last.lose(code);
      await come(100);
    }

    expect(heard).toEqual([]);

    broker.acknowledges = true;
    broker.last.lose();
    await come(100);

    expect(heard).toEqual(['completed']);
  });

  it('leaves nothing behind when whoever hears of a refusal was the last one', async () => {
    const { broker, transport, come, clock, states } = stompWorld();
    broker.poison.add('/exchange/amq.topic/bad');
    const { heard } = watched(transport.send(aMessage('bad')));
    for (let turn = 0; turn < 4; turn++) await come(100);

    expect([heard.length, broker.open, clock.pending, states.at(-1)]).toEqual([
      1,
      0,
      0,
      'disconnected',
    ]);
  });

  it('does not hold up what is asked for while it looks for the culprit', async () => {
    const { broker, transport, come } = stompWorld();
    broker.poison.add('/exchange/amq.topic/bad');
    const bad = watched(transport.send(aMessage('bad')));
    await come(100);
    const late = watched(transport.send(aMessage('good')));
    const received = watched(transport.receive('news'));
    for (let turn = 0; turn < 4; turn++) await come(100);
    broker.publish('news', JSON.stringify({ v: 1, ...aMessage('news') }));

    expect([bad.heard, late.heard, received.heard.length]).toEqual([
      [expect.any(StompRefusedError)],
      ['completed'],
      1,
    ]);
  });
});

describe(`${StompTransport.name} under the broker of the page`, () => {
  it('carries requests and their answers', async () => {
    const { come } = stompWorld();
    const broker = TestBed.inject(MessageBrokerService);
    watched(broker.respond<number, number>('double', ({ payload }) => 2 * payload));
    await come();
    const { heard } = watched(broker.request<number>('double', 21));
    await come();

    expect(heard).toEqual([42, 'completed']);
  });

  it('has copies of a message taken out by its id', async () => {
    const { broker: server, come, transport } = stompWorld({ queue: () => 'q' });
    const got: unknown[] = [];
    const broker = TestBed.inject(MessageBrokerService);
    broker.consume<number>('a', ({ payload }) => void got.push(payload)).subscribe();
    await come();
    server.acknowledges = false;
    const sends = [1, 2, 3].map((payload) => watched(broker.publish('a', payload)));
    await come();
    server.acknowledges = true;
    server.last.lose();
    await come(100);

    expect(server.told().filter((told) => told.startsWith('SEND'))).toHaveLength(6);
    expect([got, sends.map(({ heard }) => heard.at(-1))]).toEqual([
      [1, 2, 3],
      ['completed', 'completed', 'completed'],
    ]);
    expect(transport.capabilities.acknowledges).toBe(true);
  });
});
