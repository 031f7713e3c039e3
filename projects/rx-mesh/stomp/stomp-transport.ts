import type { Clock, Diagnostics, RxMeshErrorCode } from 'rx-mesh/kernel';
import {
  InvalidTopicError,
  type Message,
  type MessageTransport,
  SocketSendError,
  SocketUnavailableError,
  type TransportState,
  encodeMessage,
  topicPattern,
} from 'rx-mesh/messaging';
import {
  EMPTY,
  Observable,
  type Subscriber,
  type Subscription,
  catchError,
  of,
  share,
  tap,
  throwError,
} from 'rxjs';
import type { StompDesk } from './stomp-desk';
import { destinationOf } from './stomp-destination';
import { StompLoginError, StompOutcomeUnknownError, StompRefusedError } from './stomp-errors';
import type { StompLine } from './stomp-line';
import type { StompHeaders, StompValues } from './stomp-options';
import type { OutboxEntry } from './stomp-outbox';
import { type PatternSubscription, patternSubscription } from './stomp-subscriptions';

/** What a transport over STOMP needs. */
export interface StompNeeds {
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
  readonly values: StompValues;
  /** Where to, for people. */
  readonly label: string;
  readonly desk: StompDesk;
  /** The connections; left out: there are none, and never will be. */
  readonly line: StompLine | undefined;
}

/** What errors and diagnostics call the transport. */
export const STOMP_NAME = 'stomp';

/** The transport of messages over STOMP. It is made by {@link stompTransport}. */
export class StompTransport implements MessageTransport {
  readonly #needs: StompNeeds;
  readonly #subscriptions = new Map<string, PatternSubscription>();
  readonly #hearing$: Observable<never>;
  #told = false;
  #count = 0;

  /** What diagnostics call it. */
  readonly name = STOMP_NAME;
  /** It reaches whom the broker reaches, and `send` ends when the broker has the message. */
  readonly capabilities = { crossTab: true, crossClient: true, acknowledges: true };
  /**
   * `connected` when the broker has let it in; `disconnected` without a network, and while nobody needs it; `closed` when the
   * broker refuses the login for good: then the next subscriber tries anew.
   */
  readonly state$: Observable<TransportState>;

  /** For {@link stompTransport}. */
  constructor(needs: StompNeeds) {
    this.#needs = needs;
    this.state$ = needs.line?.state$ ?? of('closed');
    this.#hearing$ = this.#hear(needs.line?.run$ ?? EMPTY);
  }

  /**
   * Sends on subscribe, and completes when the broker has acknowledged the message: it is in all queues that want it; when there
   * is none, it is gone. It waits for a connection, and keeps one open meanwhile; what was not acknowledged when a connection
   * was lost is sent again on the next one, in order and with the same id. Unsubscribing takes back what has not left.
   *
   * Errors with a `MessageTooLargeError`, an `InvalidMessageError`, an `InvalidTopicError`, a `QueueFullError` when the outbox is
   * full, a {@link StompOutcomeUnknownError} when there is no acknowledgement in time, a {@link StompRefusedError}, a
   * {@link StompLoginError}, or a `SocketSendError` when the application has ended.
   */
  send(message: Message): Observable<void> {
    const { desk, label, line, values } = this.#needs;
    if (!line) return throwError(() => new SocketUnavailableError(label));
    return new Observable((subscriber) => {
      const { id, topic } = message;
      const body = encodeMessage(message, values.maxMessageSize);
      if (!topicPattern(topic).exact) throw new InvalidTopicError(topic, 'a topic, not a pattern');
      const destination = destinationOf(values.exchange, topic);
      const entry = this.#entry(message, destination, body, subscriber);
      subscriber.add(() => desk.remove(entry.operation));
      desk.add(entry.operation);
      if (subscriber.closed) return;
      subscriber.add(
        line.run$.subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            subscriber.error(
              entry.left()
                ? new StompOutcomeUnknownError(id, topic, 'closed')
                : new SocketSendError(label, 'closed'),
            );
          },
        }),
      );
    });
  }

  /**
   * The messages of all topics that match, own ones too, from now on: as far as a connection is there, or a durable queue keeps
   * them. Completes when the broker refuses the login for good, which is told by RXM417, when the application ends, and at
   * once on a server. Errors with an `InvalidTopicError`, or with a {@link StompRefusedError} for this pattern.
   */
  receive(pattern: string): Observable<Message> {
    return new Observable((subscriber) => {
      const { pattern: canonical } = topicPattern(pattern);
      const known = this.#subscriptions.get(canonical);
      const subscription = known ?? this.#subscription(canonical);
      this.#subscriptions.set(canonical, subscription);
      subscription.count++;
      // The subscriber itself, not a function around it: a thousand receivers cost what a bare subject does.
      subscription.messages.subscribe(subscriber);
      subscriber.add(() => this.#leave(canonical, subscription));
      if (!known) this.#needs.desk.subscribe(subscription);
      subscriber.add(
        this.#hearing$.pipe(tap({ complete: () => subscriber.complete() })).subscribe(),
      );
    });
  }

  #subscription(pattern: string): PatternSubscription {
    return patternSubscription(`s${++this.#count}`, pattern, {
      values: this.#needs.values,
      odd: (cause) => this.#tellOdd(cause),
      sound: () => (this.#told = false),
      refused: () => this.#subscriptions.delete(pattern),
    });
  }

  #leave(pattern: string, subscription: PatternSubscription): void {
    if (--subscription.count > 0) return;
    // After a refusal another one may have taken its place.
    if (this.#subscriptions.get(pattern) === subscription) this.#subscriptions.delete(pattern);
    this.#needs.desk.unsubscribe(subscription);
  }

  #entry(
    { id, topic }: Message,
    destination: string,
    body: string,
    subscriber: Subscriber<void>,
  ): { readonly operation: OutboxEntry; readonly left: () => boolean } {
    const { clock, values } = this.#needs;
    const receipt = `m${++this.#count}`;
    const headers: StompHeaders = {
      receipt,
      'content-type': 'application/json',
      ...(values.persistent ? { persistent: 'true' } : {}),
    };
    let waiting: Subscription | undefined;
    const operation: OutboxEntry = {
      receipt,
      bytes: new TextEncoder().encode(body).length,
      strikes: 0,
      transmit: (wire) => {
        if (!waiting) {
          waiting = clock.scheduler.schedule(
            () => subscriber.error(new StompOutcomeUnknownError(id, topic, 'timeout')),
            values.receiptTimeout,
          );
          subscriber.add(waiting);
        }
        wire.send(destination, headers, body);
      },
      confirmed: () => subscriber.complete(),
      refused: (answer) => subscriber.error(new StompRefusedError('message', topic, answer)),
    };
    return { operation, left: () => waiting !== undefined };
  }

  #hear(run$: Observable<never>): Observable<never> {
    return run$.pipe(
      catchError((error: unknown) => {
        const code = error instanceof StompLoginError ? 'RXM417' : 'RXM414';
        this.#tell(code, `The connection to ${this.#needs.label} ended for good.`, error, 'error');
        return EMPTY;
      }),
      share(),
    );
  }

  #tellOdd(cause: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const what = `Something came from ${this.#needs.label} that is no message, and was left out. Does something else publish there? Use another exchange.`;
    this.#tell('RXM401', what, cause, 'warning');
  }

  #tell(
    code: RxMeshErrorCode,
    message: string,
    cause: unknown,
    severity: 'error' | 'warning',
  ): void {
    const source = 'StompTransport';
    this.#needs.diagnostics.report({ code, severity, source, message, cause });
  }
}
