import { type Clock, type PageState, StateStore } from 'rx-mesh/kernel';
import {
  type SocketPageEvent,
  SocketUnavailableError,
  type TransportState,
} from 'rx-mesh/messaging';
import {
  Observable,
  type Subscriber,
  Subscription,
  merge,
  share,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { StompDesk } from './stomp-desk';
import type { StompLoginError } from './stomp-errors';
import type { StompValues } from './stomp-options';
import type { StompRetries } from './stomp-retries';
import type { SessionEvent, SessionLoss } from './stomp-session';

/** What a line needs. */
export interface LineNeeds {
  readonly clock: Clock;
  readonly page: PageState;
  /** The comings and goings of the page. */
  readonly events$: Observable<SocketPageEvent>;
  /** Emits when the application ends, also to those who come later. */
  readonly ended$: Observable<unknown>;
  readonly desk: StompDesk;
  readonly retries: StompRetries;
  /** Where to, for people. */
  readonly label: string;
  readonly values: Pick<StompValues, 'linger' | 'stableAfter'>;
  /** One connection, up to its loss. */
  readonly session$: Observable<SessionEvent>;
}

/**
 * Connections to a broker, one at a time, while somebody needs one: from the first subscriber of `run$` until `linger` after the
 * last one. Without a network nothing is tried, and a page in the back/forward cache holds none.
 */
export class StompLine {
  readonly #needs: LineNeeds;
  readonly #states = new StateStore<TransportState>('disconnected');
  #run: Subscriber<never> | undefined;
  #session = Subscription.EMPTY;
  #waiting = Subscription.EMPTY;
  #ready = false;
  // Whether the page has given up a connection since the last one that lasted.
  #hasLeft = false;
  #readyAt = 0;
  #away = false;
  #over = false;

  /** How it is doing: on subscribe, and after each change. */
  readonly state$: Observable<TransportState> = this.#states.changes$;
  /** Keeps a connection. Emits nothing; errors when there will be none; completes when the application ends. */
  readonly run$: Observable<never>;

  constructor(needs: LineNeeds) {
    this.#needs = needs;
    const { clock, ended$, values } = needs;
    const { linger } = values;
    this.run$ = new Observable<never>((run) => this.#begin(run)).pipe(
      takeUntil(ended$),
      share({ resetOnRefCountZero: linger === 0 || (() => timer(linger, clock.scheduler)) }),
    );
  }

  /** The application ends: nothing is sent any more, also by those who hear of that one after the other. */
  end(): void {
    this.#over = true;
    this.#drop('closed');
  }

  #begin(run: Subscriber<never>): () => void {
    const { events$, page, retries } = this.#needs;
    this.#run = run;
    this.#away = false;
    retries.reset();
    let first = true;
    const watch = merge(
      page.online$.pipe(
        tap((online) => {
          if (!online) this.#drop('disconnected');
          // A network that comes back brings everybody back at once: they spread.
          else if (first) this.#open();
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
      if (this.#run !== run) return;
      this.#run = undefined;
      this.#drop('disconnected');
    };
  }

  #open(): void {
    const run = this.#run;
    this.#become('connecting');
    // Whoever heard of it may have left.
    if (!run || run !== this.#run) return;
    this.#session = this.#needs.session$.pipe(tap((event) => this.#hear(event))).subscribe();
  }

  #hear(event: SessionEvent): void {
    const { clock, desk, retries } = this.#needs;
    switch (event.type) {
      case 'ready':
        this.#ready = true;
        this.#readyAt = clock.monotonic();
        retries.admitted();
        this.#become('connected');
        // Whoever heard of it may have left.
        if (this.#isReady()) desk.start(event.wire);
        break;
      case 'receipt':
        desk.confirm(event.id);
        break;
      case 'lost':
        this.#lose(event);
        break;
    }
  }

  #lose(loss: SessionLoss): void {
    const { clock, label, retries, values } = this.#needs;
    const lasted = clock.monotonic() - this.#readyAt;
    const wasStable = this.#ready && lasted >= values.stableAfter;
    if (wasStable) {
      retries.reset();
      this.#hasLeft = false;
    }
    this.#drop(undefined, loss);
    // Whoever heard that something is refused may have been the last one.
    if (!this.#run) return;
    if (loss.by === 'platform') {
      this.#fail(new SocketUnavailableError(label, loss.cause));
    } else if (loss.by === 'page') {
      // At once, unless a broker makes the page give up one connection after the other.
      if (wasStable || !this.#hasLeft) this.#open();
      else this.#retry();
      this.#hasLeft = true;
    } else {
      const last = retries.note(loss);
      if (last) this.#fail(last);
      else this.#retry();
    }
  }

  #isReady(): boolean {
    return this.#ready;
  }

  #retry(afresh = false): void {
    if (this.#away) return;
    const { clock, retries } = this.#needs;
    if (afresh) retries.restart();
    const run = this.#run;
    this.#become('connecting');
    if (!run || run !== this.#run) return;
    this.#waiting.unsubscribe();
    this.#waiting = clock.scheduler.schedule(() => this.#open(), retries.next());
  }

  #goAway(): void {
    this.#away = true;
    this.#drop('disconnected');
  }

  #comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    if (this.#needs.page.online) this.#open();
  }

  #fail(error: StompLoginError | SocketUnavailableError): void {
    const run = this.#run;
    this.#run = undefined;
    this.#become('closed');
    run?.error(error);
  }

  // Ends the present connection and every wait.
  #drop(state?: TransportState, loss?: SessionLoss): void {
    this.#ready = false;
    this.#waiting.unsubscribe();
    this.#session.unsubscribe();
    this.#needs.desk.disconnect();
    if (state) this.#become(state);
    this.#needs.desk.stop(loss);
  }

  #become(state: TransportState): void {
    this.#states.update(() => (this.#over ? 'closed' : state));
  }
}
