import type { Clock, PageState } from 'rx-mesh/kernel';
import type { SocketLike } from 'rx-mesh/messaging';
import {
  Observable,
  Subject,
  catchError,
  defaultIfEmpty,
  defer,
  forkJoin,
  from,
  isObservable,
  map,
  merge,
  of,
  switchMap,
  take,
  tap,
} from 'rxjs';
import { agreedBeats, beats } from './stomp-beats';
import { LONGEST_WORD } from './stomp-errors';
import {
  STOMP_HEARTBEAT,
  type StompHeaders,
  type StompValues,
  checkedHeaders,
} from './stomp-options';
import type { StompDelivery, StompFrame, StompPackages } from './stomp-packages';
import { StompSocket } from './stomp-socket';

/** What can be done with a connection that is ready. */
export interface StompWire {
  /** The messages of a destination, until it is unsubscribed. */
  watch(destination: string, headers: StompHeaders): Observable<StompDelivery>;
  /** Sends a text. */
  send(destination: string, headers: StompHeaders, body: string): void;
}

/** One connection is over. */
export interface SessionLoss {
  readonly type: 'lost';
  /**
   * Whose doing it was. `login`: the broker did not let it in; `broker`: it ended the connection over something that it was
   * sent; `page`: it has to be opened anew, and nothing is wrong; `platform`: no socket can be opened; `network`: the rest.
   */
  readonly by: 'login' | 'broker' | 'page' | 'platform' | 'network';
  /** What was said, or seen. It may come from outside. */
  readonly reason: string;
  /** What was caught, if anything was. */
  readonly cause?: unknown;
}

/** What happens in one connection. */
export type SessionEvent =
  | { readonly type: 'ready'; readonly wire: StompWire }
  /** The broker has what was sent with this receipt. */
  | { readonly type: 'receipt'; readonly id: string }
  | SessionLoss;

/** What a connection needs. */
export interface SessionNeeds {
  readonly clock: Clock;
  readonly page: PageState;
  readonly seen$: Observable<unknown>;
  readonly load: () => Promise<StompPackages>;
  /** Opens a socket. May throw. */
  readonly open: (protocols: readonly string[]) => SocketLike;
  /** Where to, for people. */
  readonly label: string;
  readonly values: StompValues;
}

const HEAD = 65_536; // bytes beside the body of a frame
// The server goes away, the network does, or a server that restarts says so: nothing that was sent is to blame.
const INNOCENT: ReadonlySet<number> = /* @__PURE__ */ new Set([1001, 1005, 1006, 1012, 1013]);

/**
 * The life of one connection, up to its loss, with which it completes. Unsubscribing says goodbye and closes the socket. All
 * comes about in order: the packages and the headers, the socket, the login.
 */
export function runSession(needs: SessionNeeds): Observable<SessionEvent> {
  const { clock, load, values } = needs;
  return new Observable((subscriber) => {
    const lose = (reason: string): void => {
      subscriber.next({ type: 'lost', by: 'network', reason });
      subscriber.complete();
    };
    const late = clock.scheduler.schedule(
      () => lose(`it was not ready within ${values.connectTimeout} ms`),
      values.connectTimeout,
    );
    subscriber.add(late);
    subscriber.add(
      forkJoin([defer(load), connectHeaders(values)])
        .pipe(
          switchMap(([packages, headers]) => converse(needs, packages, headers)),
          catchError((cause: unknown) =>
            of<SessionLoss>({ type: 'lost', by: 'network', reason: 'what opens it failed', cause }),
          ),
          tap((event) => {
            if (event.type === 'ready') late.unsubscribe();
            subscriber.next(event);
            if (event.type === 'lost') subscriber.complete();
          }),
        )
        .subscribe(),
    );
  });
}

function connectHeaders(values: StompValues): Observable<StompHeaders> {
  const { login, passcode, vhost } = values;
  const fixed = {
    host: vhost,
    ...(login === undefined ? {} : { login }),
    ...(passcode === undefined ? {} : { passcode }),
  };
  return defer((): Observable<StompHeaders> => {
    const given = values.connectHeaders?.() ?? {};
    if (isObservable(given)) return given;
    return 'then' in given && typeof given.then === 'function'
      ? from(given as PromiseLike<StompHeaders>)
      : of(given as StompHeaders);
  }).pipe(
    take(1),
    defaultIfEmpty({}),
    map((headers) => ({ ...fixed, ...checkedHeaders(headers) })),
  );
}

function converse(
  needs: SessionNeeds,
  { RxStomp, Versions }: StompPackages,
  connectHeaders: StompHeaders,
): Observable<SessionEvent> {
  const { clock, label, page, seen$, values } = needs;
  return new Observable((subscriber) => {
    let ready = false;
    const lose = (by: SessionLoss['by'], reason: string, cause?: unknown): void =>
      subscriber.next({ type: 'lost', by, reason: reason.slice(0, LONGEST_WORD), cause });
    let raw: SocketLike;
    try {
      raw = needs.open(['v12.stomp']);
    } catch (cause) {
      lose('platform', 'no socket can be opened', cause);
      return;
    }
    const own =
      values.heartbeat === false
        ? { outgoing: 0, incoming: 0 }
        : STOMP_HEARTBEAT.resolve(values.heartbeat);
    const [heard, sent] = [new Subject<void>(), new Subject<void>()];
    const socket = new StompSocket(raw, label, {
      heartbeat: `${own.outgoing},${own.incoming}`,
      limit: values.maxMessageSize + HEAD,
      heard: () => heard.next(),
      sent: () => sent.next(),
      lost: (code, reason) => {
        const blame = ready && code > 0 && !INNOCENT.has(code);
        const said = reason === '' ? '' : ` ${JSON.stringify(reason)}`;
        lose(blame ? 'broker' : 'network', code > 0 ? `closed with ${code}${said}` : reason);
      },
    });
    const stomp = new RxStomp();
    stomp.configure({
      webSocketFactory: () => socket,
      connectHeaders: { ...connectHeaders },
      stompVersions: new Versions(['1.2']),
      // All of that is done here, by the clock of the application.
      reconnectDelay: 0,
      heartbeatIncoming: 0,
      heartbeatOutgoing: 0,
    });
    const wire: StompWire = {
      watch: (destination, subHeaders) =>
        stomp
          .watch({ destination, subHeaders: { ...subHeaders }, subscribeOnlyOnce: true })
          .pipe(tap(() => socket.settle())),
      send: (destination, headers, body) =>
        stomp.publish({
          destination,
          headers: { ...headers },
          body,
          retryIfDisconnected: false,
        }),
    };
    const begin = (headers: Readonly<Record<string, unknown>>): void => {
      socket.settle();
      if (headers['version'] !== '1.2') {
        lose('login', 'it does not speak STOMP 1.2');
        return;
      }
      ready = true;
      const times = agreedBeats(own, String(headers['heart-beat']));
      const beat = (): void => socket.send('\n');
      subscriber.add(
        beats({ ...times, clock, page, heard$: heard, sent$: sent, seen$, beat })
          .pipe(tap(() => lose('network', 'it no longer answers')))
          .subscribe(),
      );
      subscriber.next({ type: 'ready', wire });
    };
    const frames$ = merge(
      stomp.connected$.pipe(
        take(1),
        switchMap(() => stomp.serverHeaders$.pipe(take(1))),
        tap((headers) => begin(headers)),
      ),
      stomp.stompErrors$.pipe(tap((frame) => lose(ready ? 'broker' : 'login', wordsOf(frame)))),
      stomp.unhandledReceipts$.pipe(
        tap(({ headers }) => {
          subscriber.next({ type: 'receipt', id: String(headers['receipt-id']) });
        }),
      ),
      stomp.unhandledMessage$.pipe(
        tap(({ headers }) => {
          // It came when its queue was left already. The broker keeps it for this connection as long as that lasts.
          if (headers['ack'] !== undefined) lose('page', 'a message came too late');
        }),
      ),
      stomp.unhandledFrame$,
    );
    subscriber.add(frames$.pipe(tap(() => socket.settle())).subscribe());
    subscriber.add(() => {
      // Says goodbye, if it can; the answer is not waited for, because RabbitMQ closes without one.
      void stomp.deactivate();
      socket.end();
    });
    socket.listen();
    stomp.activate();
  });
}

function wordsOf({ headers, body }: StompFrame): string {
  const detail = body.trim();
  return detail === '' ? String(headers['message']) : `${String(headers['message'])}: ${detail}`;
}
