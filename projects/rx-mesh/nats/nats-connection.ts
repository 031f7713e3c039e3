import { DestroyRef, Injectable, inject } from '@angular/core';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { KV, KvOptions } from '@nats-io/kv';
import type { NatsConnection as NatsClient, Status } from '@nats-io/nats-core';
import {
  CLOCK,
  DIAGNOSTICS,
  PAGE_STATE,
  RANDOM,
  type RxMeshFeature,
  isServer,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import {
  BehaviorSubject,
  type Observable,
  ReplaySubject,
  Subject,
  combineLatest,
  defer,
  distinctUntilChanged,
  endWith,
  filter,
  finalize,
  from,
  ignoreElements,
  share,
  switchMap,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { NatsConnectionError } from './nats-errors';
import { NATS_MODULES } from './nats-modules';
import { NATS, type NatsOptions } from './nats-options';
import { type NatsState, natsSession } from './nats-session';

export type { NatsState } from './nats-session';

/** JetStream over the connection of the application. */
export interface NatsJetStream {
  /** The connection under it. */
  readonly client: NatsClient;
  /** Publishes and consumes. */
  readonly js: JetStreamClient;
  /** Asks for streams and consumers, and changes them, as far as the permissions of the user go. */
  readonly manager: JetStreamManager;
}

/**
 * The one connection of an application to NATS. It is opened at the first use, shared by all users, and closed a little after
 * the last one has left. It comes back by itself, without end and with jitter; while it is away the client keeps its
 * subscriptions, and sends nothing.
 *
 * What the client publishes while it is away is lost without an error (it drops what it has buffered when it dials): anything
 * that matters needs an answer of the server. {@link natsTransport} and the adapters of this room take care of it; who uses the
 * client directly has to do it by himself.
 *
 * @usageNotes
 * ```ts
 * const nats = inject(NatsConnection);
 * nats.run((client) => client.request('time')).subscribe((answer) => show(answer.string()));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class NatsConnection {
  private readonly values = inject(NATS.token);
  private readonly modules = inject(NATS_MODULES);
  private readonly clock = inject(CLOCK);
  private readonly ports = {
    clock: this.clock,
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
    diagnostics: inject(DIAGNOSTICS),
    modules: this.modules,
  };
  private readonly states = new BehaviorSubject<NatsState>('idle');
  private readonly statuses = new Subject<Status>();
  private readonly ended = new Subject<void>();
  private destroyed = false;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.destroyed = true;
      this.ended.next();
      this.states.next('closed');
      this.states.complete();
    });
  }

  /** How it is doing: on subscribe, and after each change. It opens nothing. Completes with the application. */
  readonly state$: Observable<NatsState> = this.states.pipe(distinctUntilChanged());

  /**
   * Emits once it is connected, and completes: a request to a server that is away would be dropped, and wait until its time is
   * over. It opens nothing.
   */
  readonly whenConnected$: Observable<NatsState> = this.state$.pipe(
    filter((state) => state === 'connected'),
    take(1),
  );

  /**
   * Emits when the application ends, and completes. A lease completes then, and not what was made of its client: end that by
   * `takeUntil(nats.ended$)`.
   */
  readonly ended$: Observable<unknown> = this.state$.pipe(ignoreElements(), endWith(null));

  /** What the client tells of itself, as it does: also several times for one reconnection. It opens nothing. */
  readonly status$: Observable<Status> = this.statuses.asObservable();

  /**
   * The lease of the connection: emits the client once it is connected for the first time, and keeps it open until it is
   * unsubscribed. Never completes by itself. Errors with a {@link NatsConnectionError} when the client is closed for good, and
   * with a {@link NatsServerTooOldError}; then the next subscriber opens a new one.
   */
  readonly client$: Observable<NatsClient> = this.shared();

  /** {@link NatsConnection.client$} with JetStream on it: the same lease. */
  readonly jetstream$: Observable<NatsJetStream> = this.client$.pipe(
    switchMap((client) =>
      from(this.modules.jetstream()).pipe(
        switchMap(async ({ jetstream, jetstreamManager }) => {
          const { domain, requestTimeout: timeout } = this.values;
          const options = { timeout, ...(domain === undefined ? {} : { domain }) };
          // Without the question for the account, which needs a permission of its own.
          const manager = await jetstreamManager(client, { ...options, checkAPI: false });
          return { client, js: jetstream(client, options), manager };
        }),
      ),
    ),
  );

  /**
   * A bucket of keys and values: the same lease. It creates one that is not there, unless `bindOnly` is set.
   *
   * @param bucket Its name: letters, digits, `_` and `-`.
   * @param options As `Kvm.create` takes them.
   */
  kv(bucket: string, options: Partial<KvOptions> = {}): Observable<KV> {
    return this.jetstream$.pipe(
      switchMap(({ js }) =>
        combineLatest([this.modules.kv(), this.whenConnected$]).pipe(
          switchMap(([{ Kvm }]) => {
            const kvm = new Kvm(js);
            return options.bindOnly === true
              ? kvm.open(bucket, options)
              : kvm.create(bucket, options);
          }),
        ),
      ),
    );
  }

  /**
   * Does one piece of work with the client as soon as it is connected, and lets it go: emits what came of it, and completes. Work
   * that is under way when the connection is lost is not done again.
   */
  run<T>(work: (client: NatsClient) => Promise<T>): Observable<T> {
    return this.client$.pipe(
      switchMap((client) => this.whenConnected$.pipe(switchMap(() => work(client)))),
      take(1),
    );
  }

  private shared(): Observable<NatsClient> {
    const { linger } = this.values;
    const session$ = natsSession(this.ports, this.values, {
      state: (state) => this.states.next(state),
      status: (status) => this.statuses.next(status),
    }).pipe(
      takeUntil(this.ended),
      finalize(() => {
        if (this.states.value !== 'closed') this.states.next('idle');
      }),
    );
    return defer(() => {
      if (isServer()) return throwError(() => new NatsConnectionError('server'));
      if (this.destroyed) return throwError(() => new NatsConnectionError('closed'));
      return session$;
    }).pipe(
      share({
        connector: () => new ReplaySubject<NatsClient>(1),
        resetOnRefCountZero:
          linger === 0
            ? true
            : () => timer(linger, this.clock.scheduler).pipe(takeUntil(this.ended$)),
      }),
    );
  }
}

/**
 * Connects the application to NATS: what stands on it (`natsTransport`, the event log, read models, discovery) shares one
 * connection.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withNats({ servers: ['wss://nats.example.com'], token }));
 * ```
 */
export function withNats(options: NatsOptions): RxMeshFeature<'nats'> {
  return ɵmakeFeature('nats', [NATS.provide(options)]);
}
