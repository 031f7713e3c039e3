/** What a fake socket was made to send. */
export type FakeSocketData = string | ArrayBuffer | ArrayBufferView | Blob;

/**
 * One side of a connection without a network: what the code under test holds, with the server's hands on it.
 *
 * Everything happens at once, in the call that causes it, except for an opening that {@link FakeSockets} accepts by itself.
 */
export class FakeSocket extends EventTarget {
  readonly #world: FakeSockets;
  readonly #sent: FakeSocketData[] = [];
  #readyState: 0 | 1 | 2 | 3 = 0;
  #buffered = 0;

  /** What binary frames are to be read as. */
  binaryType: BinaryType = 'blob';

  /** For {@link FakeSockets}, which makes them. */
  constructor(
    world: FakeSockets,
    /** Where to. */
    readonly url: string,
    /** The subprotocols that were offered. */
    readonly protocols: readonly string[],
  ) {
    super();
    this.#world = world;
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** The bytes that have not left: none, unless {@link FakeSockets.stalled}. Text counts a byte for each character. */
  get bufferedAmount(): number {
    return this.#buffered;
  }

  /** What was sent while it was open, in order. */
  get sent(): readonly FakeSocketData[] {
    return this.#sent;
  }

  /** With which code the code under test closed it; `undefined` while it did not. */
  closedBy: number | undefined;

  /** Sends. Dropped in silence once it is closing, as a browser does. */
  send(data: FakeSocketData): void {
    if (this.#readyState === 0) throw new DOMException('Still connecting.', 'InvalidStateError');
    if (this.#readyState !== 1) return;
    this.#sent.push(data);
    if (this.#world.stalled) this.#buffered += sizeOf(data);
    this.#world.onMessage(this, data);
  }

  /** Closes it from the side of the code under test. The end comes with {@link FakeSocket.finish}, by default at once. */
  close(code = 1000): void {
    if (code !== 1000 && !(code >= 3000 && code < 5000)) {
      throw new DOMException(`A page must not close with ${code}.`, 'InvalidAccessError');
    }
    if (this.#readyState >= 2) return;
    this.closedBy = code;
    this.#readyState = 2;
    if (this.#world.prompt) this.finish();
  }

  /** The server accepts the connection. */
  accept(): void {
    if (this.#readyState !== 0) return;
    this.#readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  /** The server sends something; an object goes as JSON. It arrives as long as the socket is not closed, even while it closes. */
  receive(data: unknown): void {
    if (this.#readyState === 0 || this.#readyState === 3) return;
    const plain = typeof data === 'object' && data !== null && !('byteLength' in data);
    this.dispatchEvent(new MessageEvent('message', { data: plain ? JSON.stringify(data) : data }));
  }

  /** The server, or the network, ends it. @param code 1006 is a loss without a word. */
  lose(code = 1006, reason = ''): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    if (code === 1006) this.dispatchEvent(new Event('error'));
    const closed = Object.assign(new Event('close'), { code, reason, wasClean: code !== 1006 });
    this.dispatchEvent(closed);
  }

  /** The other side agrees to a close that is under way. */
  finish(): void {
    if (this.#readyState === 2) this.lose(this.closedBy);
  }

  /** So many bytes leave. @default all */
  drain(bytes = Infinity): void {
    this.#buffered = Math.max(0, this.#buffered - bytes);
  }
}

/**
 * A world of fake sockets, for whatever opens its own with `SOCKET_FACTORY`. A test is the server.
 *
 * @usageNotes
 * ```ts
 * const sockets = new FakeSockets();
 * TestBed.configureTestingModule({ providers: [{ provide: SOCKET_FACTORY, useValue: sockets.factory }] });
 * inject(WebSocketService).connect('/events').subscribe();
 * sockets.last.accept();
 * sockets.last.receive({ type: 'placed' });
 * ```
 */
export class FakeSockets {
  readonly #all: FakeSocket[] = [];

  /** Whether each socket is accepted by itself, in a microtask. @default false: a test calls `accept` */
  accepting = false;
  /** Whether nothing leaves the buffers of sockets until they are drained. @default false */
  stalled = false;
  /** Whether a close is answered at once. @default true */
  prompt = true;
  /** What the server does with what comes. @default nothing */
  onMessage: (socket: FakeSocket, data: FakeSocketData) => void = () => undefined;

  /** Opens a socket, as `SOCKET_FACTORY` does. */
  readonly factory = (url: string, protocols: readonly string[] = []): FakeSocket => {
    const socket = new FakeSocket(this, url, protocols);
    this.#all.push(socket);
    if (this.accepting) void Promise.resolve().then(() => socket.accept());
    return socket;
  };

  /** All sockets that were ever opened, oldest first. */
  get all(): readonly FakeSocket[] {
    return this.#all;
  }

  /** The newest one. Throws when there is none. */
  get last(): FakeSocket {
    const socket = this.#all.at(-1);
    if (!socket) throw new Error('No socket was opened.');
    return socket;
  }

  /** How many are not closed and not closing. */
  get open(): number {
    return this.#all.filter(({ readyState }) => readyState < 2).length;
  }
}

function sizeOf(data: FakeSocketData): number {
  if (typeof data === 'string') return data.length;
  return 'size' in data ? data.size : data.byteLength;
}
