import { type Signal, signal } from '@angular/core';
import { EMPTY, Observable, defer, filter, of, throwError } from 'rxjs';
import { encodeJson } from './open-socket';
import type { ReconnectingSocket } from './reconnecting-socket';
import { SocketSendError, SocketUnavailableError } from './socket-errors';
import type { SocketData } from './socket-like';
import type { SocketSendOptions, SocketState } from './socket-plan';

/** The messages of one type; all of them where the type of messages is not known. */
export type SocketMessageOf<T, K extends string> = unknown extends T
  ? unknown
  : Extract<T, { readonly type: K }>;

/**
 * A connection to a server that comes back by itself. It is a stream of the messages that come, and can send.
 *
 * All subscribers share one socket. It is opened by the first one of the stream or of a `send`, and closed when the last
 * one has been gone for `linger` milliseconds.
 *
 * As a stream it errors with a {@link SocketClosedError} when the server closed it for good, a {@link SocketUrlError} or a
 * {@link SocketUnavailableError}; whoever subscribes then tries anew. It completes at once on a server, else with the
 * application.
 *
 * @usageNotes
 * ```ts
 * const events = inject(WebSocketService).connect<OrderEvent>('/events/orders');
 * events.on('placed').subscribe((event) => show(event));
 * events.send({ type: 'seen', id: 7 }).subscribe({ error: (error) => tell(error) });
 * ```
 */
export interface SocketConnection<T = unknown> extends Observable<T> {
  /** Where to, without the query. */
  readonly url: string;
  /** What comes, decoded and validated: the same as the connection itself. */
  readonly messages$: Observable<T>;
  /** How it is doing: on subscribe, and after each change. To look opens nothing. Never errors. */
  readonly state$: Observable<SocketState>;
  /** How it is doing, as a signal. */
  readonly state: Signal<SocketState>;
  /** How many messages wait to be sent now, and how many bytes they have. */
  waiting(): { readonly count: number; readonly bytes: number };
  /** The messages whose field `type` is this one. */
  on<K extends string>(type: K): Observable<SocketMessageOf<T, K>>;
  /**
   * Sends on subscribe, as JSON, once for each subscription. Emits nothing, and completes when it was handed to the socket,
   * which is no proof that it arrived. Until then it waits in the outbox, in order; unsubscribing takes it back.
   *
   * Errors with a {@link SocketSendError} when it will not be sent, or with what ends the connection.
   */
  send(message: unknown, options?: SocketSendOptions): Observable<void>;
  /** Sends text or bytes as they are; in all else the same as `send`. Do not change the bytes meanwhile. */
  sendFrame(data: SocketData, options?: SocketSendOptions): Observable<void>;
}

/** The connection of a socket. */
export function connectionOf<T>(label: string, socket: ReconnectingSocket<T>): SocketConnection<T> {
  return connection(label, socket.messages$, {
    state$: socket.state$,
    state: socket.state,
    waiting: () => socket.waiting,
    sendFrame: (data, options) => socket.send(data, options),
  });
}

/**
 * A connection that cannot be.
 *
 * @param error Why. Without one it completes.
 */
export function noConnection<T>(label: string, error?: Error): SocketConnection<T> {
  const messages$ = error ? throwError(() => error) : EMPTY;
  return connection<T>(label, messages$, {
    state$: of('closed'),
    state: signal<SocketState>('closed').asReadonly(),
    waiting: () => ({ count: 0, bytes: 0 }),
    sendFrame: () => throwError(() => error ?? new SocketUnavailableError(label)),
  });
}

type Core<T> = Pick<SocketConnection<T>, 'state$' | 'state' | 'waiting' | 'sendFrame'>;

function connection<T>(url: string, messages$: Observable<T>, core: Core<T>): SocketConnection<T> {
  const parts: Omit<SocketConnection<T>, keyof Observable<T>> = {
    ...core,
    url,
    messages$,
    on: <K extends string>(type: K) =>
      messages$.pipe(
        filter(
          (message): message is T & SocketMessageOf<T, K> =>
            (message as { readonly type?: unknown } | null)?.type === type,
        ),
      ),
    send: (message, options) => defer(() => core.sendFrame(written(url, message), options)),
  };
  // An observable of its own: to put members on the one that is shared inside would change that.
  return Object.assign(new Observable<T>((subscriber) => messages$.subscribe(subscriber)), parts);
}

function written(url: string, message: unknown): string {
  try {
    return encodeJson(message);
  } catch (error) {
    throw new SocketSendError(url, 'unsendable', error);
  }
}
