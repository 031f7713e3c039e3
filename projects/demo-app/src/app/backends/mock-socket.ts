import { Injectable, inject } from '@angular/core';
import { CLOCK } from 'rx-mesh/kernel';
import { type TopicPattern, topicPattern } from 'rx-mesh/messaging';
import { fields } from './json-api';

/**
 * What becomes of frames. `calm`: they arrive; `acks-lost`: what the broker has handed on it does not say,
 * and falls over at the end of it; `silent`: nothing
 * arrives on either side, though nothing is closed; connections of that time stay so.
 */
export type SocketWeather = 'calm' | 'acks-lost' | 'silent';

/** The page at the other end of a connection. */
export interface SocketClient {
  readonly send: (frame: string) => void;
  readonly close: (code: number) => void;
}

/** What happens to a connection. */
export interface SocketPeer {
  /** The page has sent something. */
  readonly receive: (frame: unknown) => void;
  /** The connection is over. */
  readonly end: () => void;
}

interface Connection {
  readonly client: SocketClient;
  readonly patterns: Map<string, TopicPattern>;
  /** Nothing goes through it any more, and nobody has closed it: TCP loses all that comes or nothing. */
  isDead: boolean;
}

const WAY = 25; // milliseconds, in each direction
const LOST = 1006; // what a page is told of a network that is gone

/**
 * A broker of messages behind a WebSocket, as `webSocketTransport` of rx-mesh speaks to it. It hands on whatever comes, also
 * what comes again, and says then that it has; so who has the acknowledgement has had the message.
 */
@Injectable({ providedIn: 'root' })
export class MockSocket {
  readonly #clock = inject(CLOCK);
  readonly #connections = new Set<Connection>();
  #weather: SocketWeather = 'calm';

  /** How many connections there are. */
  get open(): number {
    return this.#connections.size;
  }

  /** What becomes of frames from now on, those under way included. */
  setWeather(weather: SocketWeather): void {
    const before = this.#weather;
    this.#weather = weather;
    // Who has not said so has fallen over before: nobody is told later.
    if (before === 'acks-lost' && weather !== before) this.cut();
    if (weather !== 'silent') return;
    for (const connection of this.#connections) connection.isDead = true;
  }

  /** Ends all connections, without a word. What is under way is lost. */
  cut(): void {
    for (const connection of [...this.#connections]) {
      this.#connections.delete(connection);
      connection.client.close(LOST);
    }
  }

  /** Somebody has connected. */
  readonly connect = (client: SocketClient): SocketPeer => {
    const isDead = this.#weather === 'silent';
    const connection = { client, patterns: new Map<string, TopicPattern>(), isDead };
    this.#connections.add(connection);
    return {
      receive: (frame) => this.#later(connection, () => this.#take(connection, frame)),
      end: () => this.#connections.delete(connection),
    };
  };

  #take(connection: Connection, frame: unknown): void {
    const read = fields(parsed(frame));
    const [op, pattern, seq] = [read.get('op'), read.get('pattern'), read.get('seq')];
    if (op === 'ping') this.#send(connection, { op: 'pong' });
    if (op === 'sub' && typeof pattern === 'string') {
      connection.patterns.set(pattern, topicPattern(pattern));
    }
    if (op === 'unsub' && typeof pattern === 'string') connection.patterns.delete(pattern);
    if (op === 'pub') this.#publish(connection, read.get('message'), seq);
  }

  #publish(from: Connection, message: unknown, seq: unknown): void {
    const topic = fields(message).get('topic');
    if (typeof topic !== 'string') return;
    const interested = [...this.#connections].filter(({ patterns }) =>
      [...patterns.values()].some((pattern) => pattern.matches(topic)),
    );
    for (const connection of interested) this.#send(connection, { op: 'msg', message });
    if (seq === undefined || this.#weather === 'acks-lost') return;
    this.#send(from, { op: 'ack', seq, receivers: interested.length });
  }

  #send(connection: Connection, frame: unknown): void {
    this.#later(connection, () => connection.client.send(JSON.stringify(frame)));
  }

  #later(connection: Connection, arrive: () => void): void {
    this.#clock.scheduler.schedule(() => {
      if (this.#connections.has(connection) && !connection.isDead) arrive();
    }, WAY);
  }
}

function parsed(frame: unknown): unknown {
  try {
    return typeof frame === 'string' ? JSON.parse(frame) : undefined;
  } catch {
    return undefined;
  }
}
