import type { Clock, Diagnostics, IdGenerator } from 'rx-mesh/kernel';
import {
  type Message,
  type MessageTransport,
  type TransportCapabilities,
  type TransportState,
  topicPattern,
} from 'rx-mesh/messaging';
import {
  EMPTY,
  Observable,
  Subject,
  catchError,
  combineLatest,
  debounceTime,
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  share,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs';
import type { NatsConnection } from './nats-connection';
import { DurableHandover, type NatsDurableValues, durableMessages } from './nats-durable';
import { NatsConnectionError } from './nats-errors';
import { natsError } from './nats-failure';
import { CoreHandover, type MakeHeaders, subjectMessages } from './nats-handover';
import { NatsMessageFormat, type WireRead } from './nats-message';
import type { NatsModules } from './nats-modules';
import { NatsOutbox, type Outgoing } from './nats-outbox';

/** What the transport needs. */
export interface NatsTransportNeeds {
  readonly nats: NatsConnection;
  readonly modules: NatsModules;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly diagnostics: Diagnostics;
  readonly values: {
    readonly prefix: string;
    readonly maxOutbox: number;
    readonly maxMessageSize: number;
    readonly plain: boolean;
    readonly durable: NatsDurableValues | undefined;
  };
  readonly inboxPrefix: string;
}

// How long what could not be sent waits where no change of the connection tells that it can.
const LATER = 250;
const BATCH = 256;

/** The transport of messages over NATS. It is made by {@link natsTransport}. */
export class NatsTransport implements MessageTransport {
  readonly #needs: NatsTransportNeeds;
  readonly #format: NatsMessageFormat;
  readonly #outbox: NatsOutbox;
  readonly #core: CoreHandover | undefined;
  readonly #durable: DurableHandover | undefined;
  readonly #later = new Subject<void>();
  readonly #heard = new Map<string, Observable<Message>>();
  readonly #sending$: Observable<never>;
  #makeHeaders: MakeHeaders | undefined;
  #told = false;

  /** What diagnostics call it. */
  readonly name = 'nats';
  /** It reaches all clients of the server; it acknowledges where a stream stores the messages. */
  readonly capabilities: TransportCapabilities;
  /** How the connection is doing: `disconnected` also while nobody needs it. */
  readonly state$: Observable<TransportState>;

  /** For {@link natsTransport}. */
  constructor(needs: NatsTransportNeeds) {
    const { nats, clock, ids, values } = needs;
    this.#needs = needs;
    this.capabilities = {
      crossTab: true,
      crossClient: true,
      acknowledges: values.durable !== undefined,
    };
    this.state$ = nats.state$.pipe(
      map((state) => (state === 'idle' ? 'disconnected' : state)),
      distinctUntilChanged(),
    );
    const plain = () => ({ id: ids.uuid(), timestamp: clock.now() });
    this.#format = new NatsMessageFormat(
      values.prefix,
      values.maxMessageSize,
      values.plain ? plain : undefined,
    );
    const makeHeaders: MakeHeaders = () => {
      if (!this.#makeHeaders) throw new NatsConnectionError('closed');
      return this.#makeHeaders();
    };
    if (values.durable) {
      this.#durable = new DurableHandover(makeHeaders, values.durable, () => clock.monotonic());
    } else {
      const inbox = `${needs.inboxPrefix}.${ids.uuid().replaceAll('-', '')}`;
      this.#core = new CoreHandover(makeHeaders, inbox);
    }
    const handover = this.#durable ?? this.#core;
    this.#outbox = new NatsOutbox(
      this.name,
      values.maxOutbox,
      BATCH,
      async (client, batch) => (await handover?.hand(client, batch)) ?? [],
      () => this.#later.next(),
    );
    this.#sending$ = this.#send().pipe(share());
  }

  /**
   * Sends on subscribe; it waits for a connection, and keeps one open meanwhile. Completes when the server has the message: what
   * a connection that is lost leaves open is sent again with the same id. Unsubscribing takes back what has not left. Errors with
   * a `MessageTooLargeError`, an `InvalidMessageError`, a `QueueFullError` when the outbox is full, a `NoResponderError`, a
   * {@link NatsRequestError} when the user may not send it, and a {@link NatsConnectionError} when there will be no connection.
   */
  send(message: Message): Observable<void> {
    return new Observable((subscriber) => {
      const outgoing: Outgoing = {
        ...this.#format.write(message),
        topic: message.topic,
        id: message.id,
        asks: message.replyTo !== undefined,
        left: false,
        settle: (error) => {
          if (error === undefined) subscriber.complete();
          else subscriber.error(error);
        },
      };
      this.#outbox.push(outgoing);
      subscriber.add(() => this.#outbox.remove(outgoing));
      subscriber.add(
        this.#sending$.subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.error(new NatsConnectionError('closed')),
        }),
      );
    });
  }

  /**
   * The messages of all topics that match, own ones too, from now on. What comes while the connection is away is lost, unless a
   * stream stores the messages. Completes when the application ends, on a server, and when the connection is closed for good or
   * the user may not hear the topic: both are told by diagnostics.
   */
  receive(pattern: string): Observable<Message> {
    return defer(() => {
      const canonical = topicPattern(pattern).pattern;
      const heard$ = this.#heard.get(canonical) ?? this.#hear(canonical);
      this.#heard.set(canonical, heard$);
      return heard$;
    });
  }

  #send(): Observable<never> {
    const { nats, clock, modules } = this.#needs;
    const ready$ = this.#durable
      ? nats.jetstream$.pipe(
          map(({ client, js }) => {
            this.#durable?.use(js);
            return client;
          }),
        )
      : nats.client$;
    const core$ = defer(() => modules.core()).pipe(
      tap(({ headers }) => (this.#makeHeaders = () => headers())),
    );
    return combineLatest([ready$, core$]).pipe(
      switchMap(([client]) => {
        const connected$ = nats.state$.pipe(
          tap((state) => this.#outbox.connect(client, state === 'connected')),
        );
        const statuses$ = nats.status$.pipe(
          tap((status) => (this.#durable ?? this.#core)?.status(status)),
        );
        const later$ = this.#later.pipe(
          debounceTime(LATER, clock.scheduler),
          tap(() => this.#outbox.go()),
        );
        const hears$ = new Observable<never>(() => this.#core?.listen(client));
        const left$ = new Observable<never>(() => () => this.#outbox.connect(undefined, false));
        return merge(left$, hears$, statuses$, later$, connected$).pipe(takeUntil(nats.ended$));
      }),
      ignoreElements(),
    );
  }

  #hear(pattern: string): Observable<Message> {
    const { nats, clock, values } = this.#needs;
    const subject = this.#format.subject(pattern);
    const { durable } = values;
    const wire$: Observable<WireRead> = durable
      ? durableMessages(nats, clock, durable, subject)
      : subjectMessages(nats, subject);
    return wire$.pipe(
      map((msg) => this.#read(msg)),
      filter((message) => message !== undefined),
      catchError((error: unknown) => {
        this.#tellEnd(natsError(error, `receive ${pattern}`));
        return EMPTY;
      }),
      finalize(() => this.#heard.delete(pattern)),
      share(),
    );
  }

  #read(msg: WireRead): Message | undefined {
    try {
      const message = this.#format.read(msg);
      this.#told = false;
      return message;
    } catch (cause) {
      this.#tellOnce(cause);
      return undefined;
    }
  }

  #tellOnce(cause: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#needs.diagnostics.report({
      code: 'RXM401',
      severity: 'warning',
      source: 'NatsTransport',
      message: 'Something came by NATS that is no message, and was left out. Mend its sender.',
      cause,
    });
  }

  #tellEnd(error: Error): void {
    // On a server there is no connection, as everybody knows.
    if (error instanceof NatsConnectionError && error.failure === 'server') return;
    const code = error instanceof NatsConnectionError ? 'RXM420' : 'RXM421';
    this.#needs.diagnostics.report({
      code,
      severity: 'error',
      source: 'NatsTransport',
      message: 'Nothing is received by NATS any more.',
      cause: error,
    });
  }
}
