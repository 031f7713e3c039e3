import { TestBed } from '@angular/core/testing';
import { type RxMeshFeature, constantBackoff } from 'rx-mesh/kernel';
import {
  MESSAGE_TRANSPORT,
  SOCKET_FACTORY,
  SOCKET_PAGE,
  type TransportState,
} from 'rx-mesh/messaging';
import { type StompTransportOptions, stompTransport, withStompTransport } from 'rx-mesh/stomp';
import {
  type FakeSocket,
  FakeSockets,
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { settled } from './settled';
import type { PageEvent } from './socket-world';

/** A frame of STOMP 1.2. */
export interface StompFrameText {
  readonly command: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface FakeSubscription {
  readonly socket: FakeSocket;
  readonly id: string;
  readonly key: RegExp;
  readonly queue: string | undefined;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  [String.raw`\c`, ':'],
  [String.raw`\n`, '\n'],
  [String.raw`\r`, '\r'],
  [String.raw`\\`, '\\'],
]);

/** Writes a frame as a broker does. */
export function stompFrame(command: string, headers: object, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => {
    const text = String(value).replace(/[\\\n\r:]/g, (char) => {
      return [...ESCAPES].find(([, plain]) => plain === char)?.[0] ?? char;
    });
    return `${name}:${text}`;
  });
  return `${[command, ...lines].join('\n')}\n\n${body}\0`;
}

/** A broker that knows as much of STOMP and of topic exchanges as RabbitMQ does. It answers in a microtask. */
export class FakeStompBroker extends FakeSockets {
  readonly #subscriptions: FakeSubscription[] = [];
  readonly #queues = new Map<string, { readonly key: RegExp; readonly bodies: string[] }>();
  readonly #unacked = new Map<string, { readonly queue: string; readonly body: string }>();
  readonly #deaf = new Set<FakeSocket>();
  #count = 0;

  /** What came, in order, with the number of the connection. */
  readonly frames: (StompFrameText & { readonly connection: number })[] = [];
  /** How often it heard a sign of life. */
  beats = 0;
  /** What it says to whoever connects; `undefined`: welcome. */
  refuses: string | undefined;
  /** What was sent to it, by id, as often as it took it. */
  readonly stored: string[] = [];
  /** Whether it gives receipts. */
  acknowledges = true;
  /** How it can send, and wants to have, signs of life. */
  heartbeat = '15000,60000';
  /** The destinations over which it dies. */
  readonly poison = new Set<string>();

  override accepting = true;
  override onMessage = (socket: FakeSocket, data: unknown): void => {
    if (data === '\n') this.beats++;
    else {
      const frame = read(String(data));
      this.frames.push({ ...frame, connection: this.all.indexOf(socket) + 1 });
      if (!this.#deaf.has(socket)) void Promise.resolve().then(() => this.#answer(socket, frame));
    }
  };

  /** The frames that came, shortened: the command and what it is about. @param connection Counted from 1; all without it. */
  told(connection?: number): readonly string[] {
    return this.frames
      .filter((frame) => connection === undefined || frame.connection === connection)
      .map(({ body, command, headers }) => {
        const about = headers.get('destination')?.split('/').at(-1) ?? headers.get('id') ?? '';
        const number = command === 'SEND' ? ` ${idOf(body)}` : '';
        return `${command} ${about}${number}`.trim();
      });
  }

  /** From now on nothing arrives over the last connection. */
  deafen(): void {
    const socket = this.all.at(-1);
    if (socket) this.#deaf.add(socket);
  }

  /** Sends a text to a topic, as another client would. */
  publish(key: string, body: string): void {
    for (const queue of this.#queues.values()) if (queue.key.test(key)) queue.bodies.push(body);
    for (const each of this.#subscriptions) {
      if (each.queue === undefined && each.key.test(key)) this.#deliver(each, key, body, false);
    }
    this.#flush();
  }

  #answer(socket: FakeSocket, frame: StompFrameText): void {
    const { body, command, headers } = frame;
    const header = (name: string): string => headers.get(name) ?? '';
    const destination = header('destination');
    if (this.poison.has(destination)) {
      this.#die(socket);
      return;
    }
    if (command === 'CONNECT') {
      const version = '1.2';
      const welcome = { version, 'heart-beat': this.heartbeat, server: 'fake' };
      const error = { message: 'Bad CONNECT', 'content-type': 'text/plain' };
      if (this.refuses === undefined) socket.receive(stompFrame('CONNECTED', welcome));
      else socket.receive(stompFrame('ERROR', error, this.refuses));
    }
    if (command === 'SUBSCRIBE' && socket.readyState === 1) this.#subscribe(socket, header);
    if (command === 'UNSUBSCRIBE') this.#leave((each) => each.id === header('id'), socket);
    if (command === 'ACK') this.#unacked.delete(`${this.all.indexOf(socket)} ${header('id')}`);
    if (command === 'SEND') this.stored.push(idOf(body));
    if (command === 'SEND') this.publish(decodeURI(destination.split('/').at(-1) ?? ''), body);
    if (command === 'DISCONNECT') this.#die(socket);
    else if (headers.has('receipt') && this.acknowledges) {
      socket.receive(stompFrame('RECEIPT', { 'receipt-id': header('receipt') }));
    }
  }

  #subscribe(socket: FakeSocket, header: (name: string) => string): void {
    const queue = header('x-queue-name') || undefined;
    const key = binding(header('destination').split('/').at(-1) ?? '');
    if (queue !== undefined && !this.#queues.has(queue))
      this.#queues.set(queue, { key, bodies: [] });
    this.#subscriptions.push({ socket, id: header('id'), key, queue });
    socket.addEventListener('close', () => this.#leave(() => true, socket));
    this.#flush();
  }

  #leave(isIt: (each: FakeSubscription) => boolean, socket: FakeSocket): void {
    for (const each of this.#subscriptions.filter((one) => one.socket === socket && isIt(one))) {
      this.#subscriptions.splice(this.#subscriptions.indexOf(each), 1);
    }
    if (socket.readyState !== 3) return;
    const own = `${this.all.indexOf(socket)} `;
    for (const [ack, { body, queue }] of [...this.#unacked].reverse()) {
      if (!ack.startsWith(own)) continue;
      this.#unacked.delete(ack);
      this.#queues.get(queue)?.bodies.unshift(body);
    }
  }

  #flush(): void {
    for (const [queue, { bodies }] of this.#queues) {
      const consumer = this.#subscriptions.find((each) => each.queue === queue);
      if (consumer) for (const body of bodies.splice(0)) this.#deliver(consumer, 'q', body, true);
    }
  }

  #deliver(to: FakeSubscription, key: string, body: string, keeps: boolean): void {
    const ack = `a${++this.#count}`;
    const connection = this.all.indexOf(to.socket);
    if (keeps) this.#unacked.set(`${connection} ${ack}`, { queue: to.queue ?? '', body });
    const headers = { subscription: to.id, destination: `/topic/${key}`, 'message-id': ack };
    to.socket.receive(stompFrame('MESSAGE', keeps ? { ...headers, ack } : headers, body));
  }

  #die(socket: FakeSocket): void {
    socket.lose(1000, 'STOMP died');
  }
}

/** A transport with a broker, in virtual time. */
export function stompWorld(
  options: Partial<StompTransportOptions> = {},
  features: readonly RxMeshFeature[] = [],
) {
  const broker = new FakeStompBroker();
  const events = new Subject<PageEvent>();
  const all = {
    url: 'wss://broker.test/ws?secret=1',
    linger: 0,
    backoff: constantBackoff(100),
    heartbeat: false as const,
    ...options,
  };
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: SOCKET_FACTORY, useValue: broker.factory },
      { provide: SOCKET_PAGE, useValue: events },
      ...withStompTransport(all).ɵproviders,
      ...features.map((feature) => feature.ɵproviders),
    ],
  });
  const transport = TestBed.inject(MESSAGE_TRANSPORT);
  const clock = TestBed.inject(ManualClock);
  const states: TransportState[] = [];
  transport.state$.subscribe((state) => states.push(state));
  return {
    broker,
    clock,
    events,
    states,
    transport,
    /** Another transport to the same broker. */
    peer: (more: Partial<StompTransportOptions> = {}) =>
      TestBed.runInInjectionContext(() => stompTransport({ ...all, ...more })),
    page: TestBed.inject(ManualPage),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Lets what is under way arrive, then lets time pass. */
    come: async (ms = 0) => {
      await settled();
      clock.advance(ms);
      await settled();
    },
  };
}

function idOf(body: string): string {
  return /"id":"([^"]*)"/.exec(body)?.[1] ?? '';
}

function read(text: string): StompFrameText {
  const [head = '', body = ''] = text.split(/\n\n(.*)\0$/s);
  const [command = '', ...lines] = head.split('\n');
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    const value = line.slice(at + 1);
    const plain = value.replace(/\\[cnr\\]/g, (escape) => ESCAPES.get(escape) ?? escape);
    return [line.slice(0, at), command === 'CONNECT' ? value : plain];
  });
  return { command, headers: new Map(pairs), body };
}

/** The test of a binding key as AMQP has it: `*` is one word, `#` none or more. */
export function binding(key: string): RegExp {
  const words = key.split('.').map((word) => {
    if (word === '#') return String.raw`(?:\.[^.]+)*`;
    return word === '*' ? String.raw`\.[^.]+` : `\\.${word.replace(/[$()+?[\]^{|}]/g, '\\$&')}`;
  });
  const expression = new RegExp(`^${words.join('')}$`);
  return { test: (text: string) => expression.test(`.${text}`) } as RegExp;
}
