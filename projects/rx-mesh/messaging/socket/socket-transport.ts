import type { RxMeshErrorCode } from 'rx-mesh/kernel';
import {
  BehaviorSubject,
  EMPTY,
  Observable,
  catchError,
  combineLatest,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  of,
  share,
  tap,
  throwError,
} from 'rxjs';
import type { Message } from '../message';
import { encodeMessage } from '../message-codec';
import type { MessageTransport, TransportCapabilities, TransportState } from '../message-transport';
import { NoResponderError, QueueFullError } from '../messaging-errors';
import { topicPattern } from '../topic-pattern';
import { TopicRouter } from '../topic-router';
import { makeSocket } from './open-socket';
import type { ReconnectingSocket } from './reconnecting-socket';
import { SocketSendError, SocketUnavailableError } from './socket-errors';
import type { SocketFactory } from './socket-like';
import type { SocketValues } from './socket-options';
import type { SocketPorts, SocketState } from './socket-plan';
import { type SocketTarget, shownUrl } from './socket-url';
import { readFrame, stateOf } from './transport-frames';

/** What a transport over a socket needs. */
export interface TransportNeeds {
  readonly ports: SocketPorts;
  readonly values: SocketValues;
  readonly acknowledge: boolean;
  /** The most bytes of a message. */
  readonly limit: number;
}

interface Unconfirmed {
  readonly frame: string;
  /** Whether a socket had it already, so that the next one has to have it again. */
  handed: boolean;
  confirmed(receivers: number | undefined): void;
}

/** The transport of messages over a WebSocket. It is made by {@link webSocketTransport}. */
export class WebSocketTransport implements MessageTransport {
  readonly #needs: TransportNeeds;
  readonly #socket: ReconnectingSocket<Message> | undefined;
  readonly #label: string;
  readonly #router = new TopicRouter('web-socket');
  readonly #patterns = new Map<string, number>();
  readonly #unconfirmed = new Map<number, Unconfirmed>();
  readonly #failed = new BehaviorSubject(false);
  readonly #hearing$: Observable<never>;
  #told = false;
  #seq = 0;

  /** What diagnostics call it. */
  readonly name = 'web-socket';
  /** It reaches whom the server reaches. */
  readonly capabilities: TransportCapabilities;
  /**
   * `disconnected` without a network, and while nobody needs it; `closed` when the server closed it for good: then the next
   * subscriber tries anew.
   */
  readonly state$: Observable<TransportState>;

  /** For {@link webSocketTransport}. Without `open` it has no connection, and never will. */
  constructor(needs: TransportNeeds, open: SocketFactory, target: SocketTarget);
  constructor(needs: TransportNeeds, open: undefined, target: string);
  constructor(
    needs: TransportNeeds,
    open: SocketFactory | undefined,
    target: SocketTarget | string,
  ) {
    this.#needs = needs;
    this.capabilities = { crossTab: true, crossClient: true, acknowledges: needs.acknowledge };
    this.#label = typeof target === 'string' ? shownUrl(target) : target.label;
    this.#socket =
      open && typeof target !== 'string'
        ? makeSocket(needs.ports, open, target, needs.values, {
            greet: () => this.#greet(),
            read: (data) => this.#read(data),
          })
        : undefined;
    const states$ = this.#socket?.state$ ?? of<SocketState>('closed');
    this.state$ = combineLatest([states$, this.#failed]).pipe(
      map(([state, failed]) => stateOf(state, failed)),
      distinctUntilChanged(),
    );
    this.#hearing$ = this.#hear(this.#socket?.messages$ ?? EMPTY);
  }

  /**
   * Sends on subscribe. It waits for a connection, and keeps one open meanwhile; unsubscribing takes back what has not left.
   * Errors with a `MessageTooLargeError`, an `InvalidMessageError`, a `QueueFullError` when the outbox is full, or a
   * {@link SocketSendError}; with a {@link SocketClosedError} when the server closes the connection for good.
   */
  send(message: Message): Observable<void> {
    const { acknowledge, limit, values } = this.#needs;
    const socket = this.#socket;
    if (!socket) return throwError(() => new SocketUnavailableError(this.#label));
    return defer(() => {
      const text = encodeMessage(message, limit);
      return acknowledge
        ? this.#sendConfirmed(socket, message, text)
        : socket.send(`{"op":"pub","message":${text}}`);
    }).pipe(
      catchError((error: unknown) => {
        const full = error instanceof SocketSendError && error.failure === 'full';
        throw full ? new QueueFullError(this.name, values.maxOutbox) : error;
      }),
    );
  }

  /**
   * The messages of all topics that match, own ones too, from now on: as far as a connection is there. Completes when the
   * server closes it for good, which is told by RXM410, when the application ends, and at once on a server.
   */
  receive(pattern: string): Observable<Message> {
    return new Observable((subscriber) => {
      this.#router.receive(pattern).subscribe(subscriber);
      if (subscriber.closed) return;
      const canonical = topicPattern(pattern).pattern;
      this.#want(canonical);
      subscriber.add(() => this.#leave(canonical));
      subscriber.add(
        this.#hearing$.pipe(tap({ complete: () => subscriber.complete() })).subscribe(),
      );
    });
  }

  #want(pattern: string): void {
    const count = this.#patterns.get(pattern) ?? 0;
    this.#patterns.set(pattern, count + 1);
    if (count === 0) this.#socket?.sendNow(JSON.stringify({ op: 'sub', pattern }));
  }

  #leave(pattern: string): void {
    const count = this.#patterns.get(pattern) ?? 0;
    if (count > 1) {
      this.#patterns.set(pattern, count - 1);
      return;
    }
    this.#patterns.delete(pattern);
    this.#socket?.sendNow(JSON.stringify({ op: 'unsub', pattern }));
  }

  // On each new connection: first what is to be heard, then what has no answer from the one before.
  #greet(): readonly string[] {
    this.#failed.next(false);
    const again = [...this.#unconfirmed.values()].filter(({ handed }) => handed);
    return [
      ...[...this.#patterns.keys()].map((pattern) => JSON.stringify({ op: 'sub', pattern })),
      ...again.map(({ frame }) => frame),
    ];
  }

  #sendConfirmed(
    socket: ReconnectingSocket<Message>,
    { replyTo, topic }: Message,
    text: string,
  ): Observable<void> {
    const { maxOutbox } = this.#needs.values;
    return new Observable((subscriber) => {
      if (this.#unconfirmed.size >= maxOutbox) throw new QueueFullError(this.name, maxOutbox);
      const seq = ++this.#seq;
      const sent: Unconfirmed = {
        frame: `{"op":"pub","seq":${seq},"message":${text}}`,
        handed: false,
        confirmed: (receivers) => {
          if (receivers === 0 && replyTo !== undefined) {
            subscriber.error(new NoResponderError(topic));
          } else subscriber.complete();
        },
      };
      // First, for the answer may come at once.
      this.#unconfirmed.set(seq, sent);
      subscriber.add(() => this.#unconfirmed.delete(seq));
      const handing$ = socket.send(sent.frame).pipe(tap({ complete: () => (sent.handed = true) }));
      const holding$ = socket.messages$.pipe(ignoreElements());
      subscriber.add(
        merge(handing$, holding$).subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.error(new SocketSendError(this.#label, 'closed')),
        }),
      );
    });
  }

  #read(data: unknown): Message | undefined {
    try {
      const frame = readFrame(data, this.#needs.limit);
      this.#told = false;
      if (frame.op === 'msg') return frame.message;
      if (frame.op === 'ack') this.#unconfirmed.get(frame.seq)?.confirmed(frame.receivers);
    } catch (cause) {
      this.#tellOnce(cause);
    }
    return undefined;
  }

  #hear(messages$: Observable<Message>): Observable<never> {
    return messages$.pipe(
      tap((message) => {
        try {
          this.#router.deliver(message);
        } catch (cause) {
          this.#tell('RXM405', `A message of ${this.#label} was dropped: too many at once.`, cause);
        }
      }),
      ignoreElements(),
      catchError((error: unknown) => {
        this.#failed.next(true);
        this.#tell('RXM410', `The connection to ${this.#label} ended for good.`, error);
        return EMPTY;
      }),
      share(),
    );
  }

  #tellOnce(cause: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const what = `Something came from ${this.#label} that is no message, and was left out. Mend the server.`;
    this.#tell('RXM401', what, cause, 'warning');
  }

  #tell(
    code: RxMeshErrorCode,
    message: string,
    cause: unknown,
    severity: 'error' | 'warning' = 'error',
  ): void {
    const source = 'WebSocketTransport';
    this.#needs.ports.diagnostics.report({ code, severity, source, message, cause });
  }
}
