import { StateStore, aside } from 'rx-mesh/kernel';
import {
  Observable,
  type Subscriber,
  Subscription,
  filter,
  fromEvent,
  merge,
  share,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { SocketClosedError, SocketUnavailableError } from './socket-errors';
import { heartbeat } from './socket-heartbeat';
import type { SocketData, SocketLike } from './socket-like';
import { type LinkEvent, type LinkLoss, runLink } from './socket-link';
import type { SocketPlan, SocketPorts, SocketSendOptions, SocketState } from './socket-plan';
import { SocketRetries } from './socket-retries';
import { SocketSender } from './socket-sender';

// Protocol and policy errors: the same again would end in the same way.
const FINAL: ReadonlySet<number> = /* @__PURE__ */ new Set([1002, 1003, 1007, 1008, 1009, 1010]);
const LONGEST_REASON = 123; // characters, as many as a close frame has bytes

/**
 * A socket that comes back: one at a time, opened while somebody needs it. It knows no Angular: whoever makes it gives it
 * the world.
 *
 * A run lasts from the first subscriber of `messages$` (or of a `send`) until `linger` after the last one. In a run sockets
 * follow each other, each of them with a life of its own ({@link runLink}); what is sent waits in one outbox for all of
 * them, so its order is that of the calls.
 */
export class ReconnectingSocket<T> {
  readonly #ports: SocketPorts;
  readonly #plan: SocketPlan<T>;
  readonly #states = new StateStore<SocketState>('closed');
  readonly #sender: SocketSender;
  readonly #retries: SocketRetries;
  #run: Subscriber<T> | undefined;
  #socket: SocketLike | undefined;
  #link = Subscription.EMPTY;
  #waiting = Subscription.EMPTY;
  #last: T | undefined;
  #ready = false;
  #readyAt = 0;
  #closing: SocketLike | undefined;
  #away = false;

  /** How it is doing: on subscribe, and after each change. */
  readonly state$: Observable<SocketState> = this.#states.changes$;
  /** How it is doing, as a signal. */
  readonly state = this.#states.signal;
  /** What was read. Errors when it is closed for good; completes when the application ends. */
  readonly messages$: Observable<T>;

  constructor(ports: SocketPorts, plan: SocketPlan<T>) {
    this.#ports = ports;
    this.#plan = plan;
    this.#sender = new SocketSender(ports, plan);
    this.#retries = new SocketRetries(ports, plan);
    const { linger } = plan.values;
    this.messages$ = new Observable<T>((run) => this.#begin(run)).pipe(
      takeUntil(ports.ended$),
      share({ resetOnRefCountZero: linger === 0 || (() => timer(linger, ports.clock.scheduler)) }),
    );
  }

  /** How many messages wait, and how many bytes they have. */
  get waiting(): { readonly count: number; readonly bytes: number } {
    return this.#sender.waiting;
  }

  /**
   * Completes when it was handed to the socket. It waits for a connection, and keeps one open meanwhile; unsubscribing takes
   * back what still waits. Errors when it will not be sent.
   */
  send(data: SocketData, options: SocketSendOptions = {}): Observable<void> {
    return this.#sender.send(data, options, this.messages$);
  }

  /** Sends at once, past all that waits; `false` when there is no connection. */
  sendNow(data: SocketData): boolean {
    if (!this.#ready || this.#socket?.readyState !== 1) return false;
    this.#socket.send(data);
    return true;
  }

  #begin(run: Subscriber<T>): () => void {
    const { events$, page } = this.#ports;
    this.#run = run;
    this.#last = undefined;
    this.#away = false;
    this.#retries.reset();
    let first = true;
    const watch = merge(
      page.online$.pipe(
        tap((online) => {
          if (!online) this.#drop('offline');
          // A network that comes back brings everybody back at once: they spread.
          else if (first) this.#open('connecting');
          else this.#retry(true);
          first = false;
        }),
      ),
      events$.pipe(
        tap((event) => {
          if (event === 'away') this.#goAway();
          if (event === 'back') this.#comeBack();
        }),
      ),
    ).subscribe();
    return () => {
      watch.unsubscribe();
      if (this.#run === run) this.#end();
    };
  }

  #end(): void {
    const socket = this.#socket;
    this.#run = undefined;
    this.#drop();
    if (!socket || socket.readyState === 3) {
      this.#become('closed');
      return;
    }
    this.#closing = socket;
    this.#become('closing');
    // No timer: the platform always tells the end of a socket.
    fromEvent(socket, 'close')
      .pipe(
        take(1),
        tap(() => {
          if (!this.#run && this.#closing === socket) this.#become('closed');
        }),
      )
      .subscribe();
  }

  #open(state: 'connecting' | 'reconnecting'): void {
    const { clock, events$, page } = this.#ports;
    const { authenticate, connect, heartbeat: beat, label, values } = this.#plan;
    const run = this.#run;
    this.#become(state);
    // Whoever heard of it may have left.
    if (!run || run !== this.#run) return;
    try {
      this.#socket = connect();
    } catch (error) {
      this.#fail(new SocketUnavailableError(label, error));
      return;
    }
    const { connectTimeout } = values;
    const socket = this.#socket;
    const seen$ = events$.pipe(filter((event) => event === 'seen'));
    const silence =
      beat &&
      ((heard$: Observable<unknown>) =>
        heartbeat({ ...beat, clock, page, heard$, seen$, ping: () => socket.send(beat.ping()) }));
    this.#link = runLink(socket, { authenticate, clock, connectTimeout, silence })
      .pipe(tap((event) => this.#hear(event)))
      .subscribe();
  }

  #hear(event: LinkEvent): void {
    if (event.type === 'ready') this.#greet();
    if (event.type === 'lost') this.#lose(event);
    if (event.type !== 'frame') return;
    const message = this.#plan.read(event.data);
    if (message === undefined) return;
    this.#last = message;
    this.#run?.next(message);
  }

  #greet(): void {
    try {
      for (const data of this.#plan.greet?.(this.#last) ?? []) this.#socket?.send(data);
    } catch (cause) {
      this.#lose({ type: 'lost', code: 0, reason: 'what greets it failed', cause });
      return;
    }
    this.#ready = true;
    this.#readyAt = this.#ports.clock.monotonic();
    this.#become('open');
    this.#sendOn();
  }

  // Whoever heard that it is open may have left.
  #sendOn(): void {
    if (this.#ready && this.#socket) this.#sender.start(this.#socket);
  }

  #lose(loss: LinkLoss): void {
    const { label, values } = this.#plan;
    const lasted = this.#ports.clock.monotonic() - this.#readyAt;
    if (this.#ready && lasted >= values.stableAfter) this.#retries.reset();
    this.#drop();
    const { code } = loss;
    // What it throws must not leave the machine behind in the middle of a step.
    if (FINAL.has(code) || (code > 0 && aside(() => values.isFinal(code)))) {
      this.#fail(new SocketClosedError(label, code, loss.reason.slice(0, LONGEST_REASON)));
      return;
    }
    this.#retries.tell(loss);
    this.#retry();
  }

  #retry(afresh = false): void {
    if (this.#away) return;
    if (afresh) this.#retries.restart();
    const run = this.#run;
    this.#become('reconnecting');
    if (!run || run !== this.#run) return;
    const { scheduler } = this.#ports.clock;
    this.#waiting = scheduler.schedule(() => this.#open('reconnecting'), this.#retries.next());
  }

  #goAway(): void {
    this.#away = true;
    this.#drop('closed');
  }

  #comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    if (this.#ports.page.online) this.#open('reconnecting');
    else this.#become('offline');
  }

  #fail(error: SocketClosedError | SocketUnavailableError): void {
    const run = this.#run;
    this.#drop('closed');
    run?.error(error);
  }

  // Ends the present socket and every wait.
  #drop(state?: SocketState): void {
    this.#ready = false;
    this.#sender.stop();
    this.#socket = undefined;
    this.#waiting.unsubscribe();
    this.#link.unsubscribe();
    if (state) this.#become(state);
  }

  #become(state: SocketState): void {
    this.#states.update(() => state);
  }
}
