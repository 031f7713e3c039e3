import {
  DestroyRef,
  Injectable,
  Injector,
  inject,
  runInInjectionContext,
  signal,
} from '@angular/core';
import { CLOCK, ID_GENERATOR } from 'rx-mesh/kernel';
import { type Message, type MessageTransport, webSocketTransport } from 'rx-mesh/messaging';
import {
  EMPTY,
  Observable,
  Subject,
  Subscription,
  catchError,
  defer,
  filter,
  finalize,
  ignoreElements,
  interval,
  merge,
  mergeMap,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { fields } from '../backends/json-api';
import { MockConnection } from '../backends/mock-connection';
import { MockSocket } from '../backends/mock-socket';
import { PageSockets } from '../backends/page-sockets';

/** How the feed of prices is doing. */
export interface FeedCounts {
  /** `draining`: no more is sent, and what is under way is waited for. */
  readonly phase: 'none' | 'publishing' | 'draining' | 'over';
  readonly connected: boolean;
  readonly sent: number;
  /** Of how many the broker has said that it has handed them on. */
  readonly acknowledged: number;
  /** How many have come, each counted once. */
  readonly received: number;
  /** How often one came that had come before. */
  readonly again: number;
  /** How often one came with another one missing before it. */
  readonly gaps: number;
  readonly reconnects: number;
}

const NONE: FeedCounts = {
  phase: 'none',
  connected: false,
  sent: 0,
  acknowledged: 0,
  received: 0,
  again: 0,
  gaps: 0,
  reconnects: 0,
};
const PATH = 'price-feed';
const PERIOD = 400; // milliseconds between two prices
const LOOK = 100; // milliseconds
const MOST_DRAIN = 20_000; // milliseconds
const FIRST_WAIT = 300; // milliseconds
const LONGEST_WAIT = 1500; // milliseconds

/**
 * Tells prices to a broker over a WebSocket, and hears them from it: what a shop shows on all its pages. Who sends numbers
 * them, so that whoever hears them can tell what is missing and what has come before.
 */
@Injectable({ providedIn: 'root' })
export class PriceFeed {
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(ID_GENERATOR);
  private readonly broker = inject(MockSocket);
  private readonly sockets = inject(PageSockets);
  private readonly injector = inject(Injector);
  private readonly destroyRef = inject(DestroyRef);
  readonly #counts = signal(NONE);
  readonly #finish = new Subject<void>();
  #transport: MessageTransport | undefined;
  #run = Subscription.EMPTY;

  /** How it is doing. */
  readonly counts = this.#counts.asReadonly();

  /** Tells prices while it is subscribed, from number 1 on. After that it waits for those that are under way. */
  readonly publishing$ = new Observable<never>(() => {
    this.begin();
    return () => {
      this.change(({ phase }) => ({ phase: phase === 'publishing' ? 'draining' : phase }));
      this.#finish.next();
    };
  });

  private begin(): void {
    this.#run.unsubscribe();
    this.#counts.set({ ...NONE, phase: 'publishing' });
    const run = defer(() => this.session((this.#transport ??= this.transport())))
      .pipe(
        catchError(() => EMPTY),
        // Nothing more to wait for, or no more patience.
        takeUntil(this.drained()),
        finalize(() => this.change(() => ({ phase: 'over', connected: false }))),
      )
      .subscribe();
    run.add(this.destroyRef.onDestroy(() => run.unsubscribe()));
    this.#run = run;
  }

  private session(transport: MessageTransport): Observable<unknown> {
    let opened = 0;
    const ticks$ = interval(PERIOD, this.clock.scheduler).pipe(takeUntil(this.#finish));
    return merge(
      transport.receive('prices.>').pipe(tap((message) => this.take(message))),
      transport.state$.pipe(
        tap((state) => {
          const connected = state === 'connected';
          if (connected) opened++;
          this.change(() => ({ connected, reconnects: Math.max(0, opened - 1) }));
        }),
      ),
      // What is under way when no more is sent goes on.
      ticks$.pipe(mergeMap(() => this.tell(transport))),
    ).pipe(ignoreElements());
  }

  private tell(transport: MessageTransport): Observable<void> {
    const number = this.#counts().sent + 1;
    this.change(() => ({ sent: number }));
    return transport
      .send({
        id: this.ids.uuid(),
        topic: 'prices.mug',
        headers: {},
        payload: { number, cents: 1500 + ((number * 37) % 400) },
        timestamp: this.clock.now(),
      })
      .pipe(
        tap({
          complete: () => this.change(({ acknowledged }) => ({ acknowledged: acknowledged + 1 })),
        }),
        // It is missing then, and the numbers show it.
        catchError(() => EMPTY),
      );
  }

  private take({ payload }: Message): void {
    const number = fields(payload).get('number');
    if (typeof number !== 'number') return;
    this.change(({ again, gaps, received }) => {
      const next = received + gaps + 1;
      if (number < next) return { again: again + 1 };
      return { received: received + 1, gaps: gaps + number - next };
    });
  }

  private drained(): Observable<unknown> {
    const { scheduler } = this.clock;
    const isThere = () => {
      const { acknowledged, received, sent } = this.#counts();
      return acknowledged === sent && received === sent;
    };
    return this.#finish.pipe(
      switchMap(() =>
        merge(interval(LOOK, scheduler).pipe(filter(isThere)), timer(MOST_DRAIN, scheduler)),
      ),
    );
  }

  private change(of: (counts: FeedCounts) => Partial<FeedCounts>): void {
    this.#counts.update((counts) => ({ ...counts, ...of(counts) }));
  }

  private transport(): MessageTransport {
    this.sockets.open = () => new MockConnection(this.broker, this.clock);
    return runInInjectionContext(this.injector, () =>
      webSocketTransport({
        url: PATH,
        acknowledge: true,
        // As long as somebody watches: a real one asks twice a minute.
        heartbeat: { period: 1000, timeout: 1000 },
        // Without chance of its own: the weather has enough.
        backoff: (attempt) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt),
        stableAfter: 1000,
        linger: 0,
      }),
    );
  }
}
