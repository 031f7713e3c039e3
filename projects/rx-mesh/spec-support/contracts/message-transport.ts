import { TestBed } from '@angular/core/testing';
import {
  InvalidTopicError,
  type Message,
  type MessageTransport,
  type TransportState,
} from 'rx-mesh/messaging';
import { RecordingDiagnostics } from 'rx-mesh/testing';

/** A message transport with the world behind it. It takes its diagnostics from the `TestBed`. */
export interface MessageTransportHarness {
  readonly transport: MessageTransport;
  /** Lets what is under way arrive. @default nothing is under way */
  readonly settle?: () => void | Promise<void>;
}

/** A message transport that reaches beyond the page. */
export interface SharedMessageTransportHarness extends MessageTransportHarness {
  /** The transport of somebody else in the same world. */
  readonly peer: MessageTransport;
  /** How many connections to the world are open, of both together. */
  readonly open: () => number;
  /** Lets something arrive at `transport` that is no message. */
  readonly malformed: () => void;
}

const numbers = counter();

/** A message with all that it needs, and an id of its own. */
export function aMessage<T = unknown>(topic: string, parts: Partial<Message<T>> = {}): Message {
  const id = `m${numbers.next().value}`;
  return { id, topic, headers: {}, payload: null, timestamp: 1000, ...parts };
}

function* counter(): Generator<number, never> {
  for (let number = 0; ; number++) yield number;
}

/** What every message transport keeps to. */
export function describeMessageTransport(name: string, make: () => MessageTransportHarness): void {
  const setUp = () => {
    const { transport, settle } = make();
    const send = (message: Message): string[] => {
      const told: string[] = [];
      transport.send(message).subscribe({
        error: (error: unknown) => told.push(String(error)),
        complete: () => told.push('done'),
      });
      return told;
    };
    const receive = (pattern: string) => {
      const got: Message[] = [];
      const subscription = transport.receive(pattern).subscribe((message) => got.push(message));
      return { got, stop: () => subscription.unsubscribe() };
    };
    return { transport, send, receive, settle: async () => settle?.() };
  };
  const topics = (messages: readonly Message[]) => messages.map(({ topic }) => topic);
  const payloads = (messages: readonly Message[]) => messages.map(({ payload }) => payload);

  describe(`${name} as a message transport`, () => {
    it('has a name and says what it can do', () => {
      const { transport } = setUp();

      expect(transport.name).toMatch(/\S/);
      expect(Object.values(transport.capabilities).map((can) => typeof can)).toEqual(
        Array.from({ length: 3 }, () => 'boolean'),
      );
    });

    it.each([
      ['orders.created', ['orders.created']],
      ['orders.*', ['orders.created', 'orders.paid']],
      ['*.created', ['orders.created', 'users.created']],
      ['orders.>', ['orders.created', 'orders.paid', 'orders.eu.created']],
      ['orders.#', ['orders.created', 'orders.paid', 'orders.eu.created']],
      ['>', ['orders', 'orders.created', 'orders.paid', 'orders.eu.created', 'users.created']],
    ])('gives out by the pattern %s what matches', async (pattern, expected) => {
      const { send, receive, settle } = setUp();
      const { got, stop } = receive(pattern);
      await settle();
      const all = ['orders', 'orders.created', 'orders.paid', 'orders.eu.created', 'users.created'];
      for (const topic of all) send(aMessage(topic));
      await settle();
      stop();

      expect(topics(got)).toEqual(expected);
    });

    it('carries every part of a message', async () => {
      const { send, receive, settle } = setUp();
      const message = aMessage('orders.created', {
        key: 'k',
        headers: { traceparent: '00-1-2-01' },
        payload: { list: [1, 'two', null], nested: { yes: true } },
        source: 'me',
        correlationId: 'c',
      });
      const { got, stop } = receive('orders.created');
      await settle();
      send(message);
      await settle();
      stop();

      expect(got).toEqual([message]);
    });

    it('keeps the order of a sender, over all topics', async () => {
      const { send, receive, settle } = setUp();
      const { got, stop } = receive('>');
      await settle();
      for (let i = 0; i < 100; i++) send(aMessage(`t.${i % 3}`, { payload: i }));
      await settle();
      stop();

      expect(payloads(got)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    });

    it('tells all receivers in the same order, also of what one of them sends meanwhile', async () => {
      const { transport, send, receive, settle } = setUp();
      const answering = transport.receive('ask').subscribe(() => send(aMessage('answer')));
      const { got, stop } = receive('>');
      await settle();
      send(aMessage('ask'));
      await settle();
      stop();
      answering.unsubscribe();

      expect(topics(got)).toEqual(['ask', 'answer']);
    });

    it('sends and receives only when it is subscribed', async () => {
      const { transport, send, receive, settle } = setUp();
      const { got, stop } = receive('>');
      transport.receive('>');
      await settle();
      transport.send(aMessage('a'));
      send(aMessage('b'));
      await settle();
      stop();
      send(aMessage('c'));
      await settle();

      expect(topics(got)).toEqual(['b']);
    });

    it('lets one receiver leave without the others', async () => {
      const { send, receive, settle } = setUp();
      const [first, second] = [receive('a'), receive('a')];
      await settle();
      send(aMessage('a', { payload: 1 }));
      await settle();
      first.stop();
      send(aMessage('a', { payload: 2 }));
      await settle();
      second.stop();

      expect(payloads(first.got)).toEqual([1]);
      expect(payloads(second.got)).toEqual([1, 2]);
    });

    it('does not mind that nobody receives', async () => {
      const { send, settle } = setUp();
      const told = send(aMessage('nobody'));
      await settle();

      expect(told).toEqual(['done']);
    });

    it('errors for a pattern that is none', () => {
      const { transport } = setUp();
      const errors: unknown[] = [];
      transport.receive('a..b').subscribe({ error: (error: unknown) => errors.push(error) });

      expect(errors).toEqual([expect.any(InvalidTopicError)]);
    });

    it('says how it is doing', async () => {
      const { transport, receive, settle } = setUp();
      const states: TransportState[] = [];
      const { stop } = receive('a');
      await settle();
      const watching = transport.state$.subscribe((state) => states.push(state));
      stop();
      watching.unsubscribe();

      expect(states[0]).toBe('connected');
    });
  });
}

/** What a message transport keeps to that reaches beyond the page, beside the rest. */
export function describeSharedMessageTransport(
  name: string,
  make: () => SharedMessageTransportHarness,
): void {
  describeMessageTransport(name, make);

  describe(`${name} as a shared message transport`, () => {
    const listen = (transport: MessageTransport, pattern = '>') => {
      const got: unknown[] = [];
      const subscription = transport.receive(pattern).subscribe(({ payload }) => got.push(payload));
      return { got, stop: () => subscription.unsubscribe() };
    };

    it('reaches others, in order, and itself once', async () => {
      const { transport, peer, settle } = make();
      const [own, others] = [listen(transport), listen(peer)];
      await settle?.();
      for (let i = 0; i < 20; i++) transport.send(aMessage('a.b', { payload: i })).subscribe();
      await settle?.();
      own.stop();
      others.stop();

      expect(own.got).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(others.got).toEqual(own.got);
    });

    it('reaches others without receiving anything itself', async () => {
      const { transport, peer, settle, open } = make();
      const others = listen(peer);
      await settle?.();
      transport.send(aMessage('a', { payload: 1 })).subscribe();
      await settle?.();
      others.stop();
      await settle?.();

      expect([others.got, open()]).toEqual([[1], 0]);
    });

    it('opens one connection for all receivers, and nothing without one', async () => {
      const { transport, settle, open } = make();
      transport.receive('a');

      expect(open()).toBe(0);

      const receivers = [listen(transport, 'a'), listen(transport, 'a'), listen(transport, 'b.*')];
      await settle?.();

      expect(open()).toBe(1);

      for (const { stop } of receivers) stop();
      await settle?.();

      expect(open()).toBe(0);
    });

    it('leaves out what is no message, tells it once, and goes on', async () => {
      const { transport, peer, settle, malformed } = make();
      const { got, stop } = listen(transport);
      await settle?.();
      malformed();
      malformed();
      peer.send(aMessage('a', { payload: 'sound' })).subscribe();
      await settle?.();
      stop();

      expect(got).toEqual(['sound']);
      expect(TestBed.inject(RecordingDiagnostics).codes).toEqual(['RXM401']);
    });
  });
}
