import type { KV } from '@nats-io/kv';
import {
  type ConnectionOptions,
  type Msg,
  type MsgHdrs,
  type NatsConnection as NatsClient,
  type Status,
  headers as makeHeaders,
} from '@nats-io/nats-core';
import type { NatsModules } from 'rx-mesh/nats';

interface Published {
  readonly subject: string;
  readonly data: string;
  readonly headers: MsgHdrs | undefined;
  readonly reply: string | undefined;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function deferred<T>(): Deferred<T> {
  const ends: Partial<Pick<Deferred<T>, 'resolve' | 'reject'>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return { promise, ...ends } as Deferred<T>;
}

/** An error as the client names it. */
export function natsFailure(name: string, message = name, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

/**
 * NATS with the traps of its client: it buffers what is published while it is away, and drops all of it when it dials; it tells
 * one reconnection several times; and it says aside that something was denied.
 */
export class FakeNats implements NatsModules {
  /** All clients that were ever connected. */
  readonly clients: FakeNatsClient[] = [];
  /** The options of each try to connect. */
  readonly dials: ConnectionOptions[] = [];
  /** What tries to connect fail with, one after the other. */
  readonly failures: Error[] = [];
  /** All that has reached the server. */
  readonly published: Published[] = [];
  /** Subjects to which nobody may publish, or that nobody may hear. */
  readonly denied = new Set<string>();
  /** The version of the server. */
  version = '2.9.10';
  /** Makes JetStream for a client. */
  makeJetStream: (client: NatsClient) => object = () => ({});
  /** What `jetstreamManager` gives. */
  manager: object = {};
  /** The bucket that `Kvm` opens. */
  bucket: Partial<KV> = {};
  /** How buckets were opened. */
  readonly opened: { readonly name: string; readonly options: object }[] = [];

  /** How many clients are open. */
  get open(): number {
    return this.clients.filter((client) => !client.isClosed()).length;
  }

  async core(): ReturnType<NatsModules['core']> {
    await Promise.resolve();
    return {
      headers: makeHeaders,
      wsconnect: async (options = {}) => {
        await Promise.resolve();
        this.dials.push(options);
        options.reconnectToServer?.([], null);
        const failure = this.failures.shift();
        if (failure) throw failure;
        const client = new FakeNatsClient(this);
        this.clients.push(client);
        return client as unknown as NatsClient;
      },
    };
  }

  async jetstream(): ReturnType<NatsModules['jetstream']> {
    await Promise.resolve();
    return {
      jetstream: (client: NatsClient) => this.makeJetStream(client),
      jetstreamManager: async () => Promise.resolve(this.manager),
    } as unknown as Awaited<ReturnType<NatsModules['jetstream']>>;
  }

  async kv(): ReturnType<NatsModules['kv']> {
    await Promise.resolve();
    const open = async (name: string, options: object): Promise<Partial<KV>> => {
      this.opened.push({ name, options });
      return Promise.resolve(this.bucket);
    };
    const Kvm = class {
      readonly create = open;
      readonly open = open;
    };
    return { Kvm } as unknown as Awaited<ReturnType<NatsModules['kv']>>;
  }

  /** Brings something to all who hear its subject. */
  deliver(message: Published): void {
    this.published.push(message);
    const heard = this.clients.map((client) => client.hear(message));
    if (message.reply === undefined || heard.some(Boolean)) return;
    const status = makeHeaders(503, 'No Responders');
    for (const client of this.clients) {
      client.hear({ subject: message.reply, data: '', headers: status, reply: undefined });
    }
  }

  /** Takes the server away. */
  drop(): void {
    for (const client of this.clients) client.drop();
  }

  /** Brings it back, after some tries that fail. */
  restore(tries = 3): void {
    for (const client of this.clients) client.restore(tries);
  }
}

/** One connection of {@link FakeNats}. */
export class FakeNatsClient {
  readonly #nats: FakeNats;
  readonly #heard = new Map<
    object,
    { subject: string; callback: (e: Error | null, m: Msg) => void }
  >();
  readonly #statuses: Status[] = [];
  #outbound: Published[] = [];
  #pongs: Deferred<undefined>[] = [];
  #wake: (() => void) | undefined;
  #connected = true;
  #isClosed = false;
  readonly #closed = deferred<Error | undefined>();
  /** How often it was told to reconnect. */
  reconnects = 0;
  readonly info: { version: string; max_payload: number };

  constructor(nats: FakeNats) {
    this.#nats = nats;
    this.info = { version: nats.version, max_payload: 10_000 };
  }

  /** How many subjects it hears. */
  get subscriptions(): number {
    return this.#heard.size;
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  async closed(): Promise<Error | undefined> {
    return this.#closed.promise;
  }

  async close(reason?: Error): Promise<void> {
    this.#isClosed = true;
    this.tell({ type: 'close' });
    this.#closed.resolve(reason);
    return Promise.resolve();
  }

  async reconnect(): Promise<void> {
    this.reconnects++;
    return Promise.resolve();
  }

  async *status(): AsyncIterable<Status> {
    while (!this.#isClosed || this.#statuses.length > 0) {
      const status = this.#statuses.shift();
      if (status) yield status;
      else await new Promise<void>((wake) => (this.#wake = wake));
    }
  }

  /** Tells something of itself. */
  tell(status: Status): void {
    this.#statuses.push(status);
    this.#wake?.();
  }

  publish(
    subject: string,
    data = '',
    { headers, reply }: { headers?: MsgHdrs; reply?: string } = {},
  ): void {
    this.#outbound.push({ subject, data, headers, reply });
    if (this.#connected) queueMicrotask(() => this.#send());
  }

  async flush(): Promise<void> {
    const pong = deferred<undefined>();
    this.#pongs.push(pong);
    if (this.#connected) this.#send();
    return pong.promise;
  }

  subscribe(
    subject: string,
    { callback }: { callback: (error: Error | null, msg: Msg) => void },
  ): { unsubscribe: () => void } {
    const key = {};
    this.#heard.set(key, { subject, callback });
    if (this.#nats.denied.has(subject)) {
      queueMicrotask(() => callback(natsFailure('PermissionViolationError'), {} as Msg));
    }
    return { unsubscribe: () => this.#heard.delete(key) };
  }

  /** Hears something, if it is there; says whether it does. */
  hear({ subject, data, headers, reply }: Published): boolean {
    const found = [...this.#heard.values()].filter((each) => matches(each.subject, subject));
    if (!this.#connected || this.#isClosed) return false;
    const msg = {
      subject,
      data: new TextEncoder().encode(data),
      headers,
      string: () => data,
      respond: (answer: string) => {
        if (reply !== undefined) this.publish(reply, answer);
      },
    } as unknown as Msg;
    for (const { callback } of found) callback(null, msg);
    return found.length > 0;
  }

  drop(): void {
    this.#connected = false;
    this.tell({ type: 'disconnect', server: 's' });
  }

  restore(tries: number): void {
    for (let i = 0; i < tries; i++) {
      this.tell({ type: 'reconnecting' });
      this.#dial();
      if (i < tries - 1) this.tell({ type: 'disconnect', server: 's' });
    }
    this.#connected = true;
    for (let i = 0; i < tries; i++) this.tell({ type: 'reconnect', server: 's' });
    this.#send();
  }

  #dial(): void {
    this.#outbound = [];
    const lost = this.#pongs;
    this.#pongs = [];
    for (const pong of lost) pong.reject(natsFailure('RequestError', 'connection disconnected'));
  }

  #send(): void {
    if (!this.#connected || this.#isClosed) return;
    const [sent, pongs] = [this.#outbound, this.#pongs];
    this.#outbound = [];
    this.#pongs = [];
    for (const message of sent) {
      if (this.#nats.denied.has(message.subject)) {
        const error = natsFailure('PermissionViolationError', 'denied', {
          operation: 'publish',
          subject: message.subject,
        });
        this.tell({ type: 'error', error });
      } else this.#nats.deliver(message);
    }
    for (const pong of pongs) pong.resolve(undefined);
  }
}

function matches(pattern: string, subject: string): boolean {
  const [wanted, tokens] = [pattern.split('.'), subject.split('.')];
  return (
    wanted.every((token, at) =>
      token === '>'
        ? tokens.length > at
        : token === '*'
          ? at < tokens.length
          : token === tokens[at],
    ) &&
    (wanted.at(-1) === '>' || wanted.length === tokens.length)
  );
}
