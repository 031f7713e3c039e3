import type { SocketLike } from 'rx-mesh/messaging';
import { Subscription, fromEvent, tap } from 'rxjs';

/** What a socket is told about. */
export interface StompSocketNeeds {
  /** The heartbeat that is asked for, as the header of CONNECT has it. */
  readonly heartbeat: string;
  /** The most bytes, or characters, that may come without ending a frame. */
  readonly limit: number;
  /** Something came. */
  readonly heard: () => void;
  /** Something was sent. */
  readonly sent: () => void;
  /** It is over: the close code, 0 where it was given up here, and why. Not after {@link StompSocket.end}. */
  readonly lost: (code: number, reason: string) => void;
}

const NO_HEARTBEAT = '\nheart-beat:0,0\n';

/**
 * A socket of `SOCKET_FACTORY` as `@stomp/stompjs` wants one. What the package does with timers of the platform is done
 * elsewhere: it is told that there is no heartbeat, and what it says of that to the broker is corrected here. It collects what
 * comes until a frame is whole; how much that may be is bounded here.
 */
export class StompSocket {
  readonly #socket: SocketLike;
  readonly #needs: StompSocketNeeds;
  readonly #listening = new Subscription();
  #collected = 0;
  #ended = false;

  /** What the package wants to hear: set by it. */
  onopen: ((event: unknown) => void) | null | undefined;
  onmessage: ((event: { readonly data: unknown }) => void) | null | undefined;
  onclose: ((event: object) => void) | null | undefined;
  onerror: ((event: unknown) => void) | null | undefined;

  constructor(
    socket: SocketLike,
    /** Where to, for people. */
    readonly url: string,
    needs: StompSocketNeeds,
  ) {
    this.#socket = socket;
    this.#needs = needs;
  }

  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): number {
    return this.#ended ? 3 : this.#socket.readyState;
  }

  /** What binary frames are read as. */
  set binaryType(type: string) {
    this.#socket.binaryType = type as BinaryType;
  }

  /** Hears the socket, until its end. */
  listen(): void {
    const socket = this.#socket;
    this.#listening.add(
      fromEvent(socket, 'open')
        .pipe(tap((event) => this.onopen?.(event)))
        .subscribe(),
    );
    this.#listening.add(
      fromEvent<MessageEvent<unknown>>(socket, 'message')
        .pipe(tap(({ data }) => this.#hear(data)))
        .subscribe(),
    );
    this.#listening.add(
      fromEvent<CloseEvent>(socket, 'close')
        .pipe(tap(({ code, reason }) => this.#lose(code, reason)))
        .subscribe(),
    );
  }

  /** A frame was whole: what comes next begins a new one. */
  settle(): void {
    this.#collected = 0;
  }

  /** Sends, unless it is over. */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.#ended) return;
    const text = data as string; // the package sends texts only, unless it is told to send bytes
    this.#socket.send(
      text.startsWith('CONNECT\n')
        ? text.replace(NO_HEARTBEAT, () => `\nheart-beat:${this.#needs.heartbeat}\n`)
        : text,
    );
    this.#needs.sent();
  }

  /** What the package calls when it has said goodbye. */
  close(): void {
    this.end();
  }

  /** Closes the socket, and tells the package that it is closed: what a closed one still brings belongs to nobody. */
  end(code = 1000): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listening.unsubscribe();
    if (this.#socket.readyState < 2) this.#socket.close(code);
    this.onclose?.({ code, reason: '', wasClean: true });
  }

  #hear(data: unknown): void {
    this.#needs.heard();
    const { byteLength, length } = Object(data) as { byteLength?: unknown; length?: unknown };
    this.#collected += Number(typeof data === 'string' ? length : byteLength);
    if (this.#collected <= this.#needs.limit) this.onmessage?.({ data });
    // Not a number where it is neither text nor bytes.
    else this.#lose(0, 'what came is no frame, or one that is too large');
  }

  #lose(code: number, reason: string): void {
    this.end();
    this.#needs.lost(code, reason);
  }
}
