import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  defaultIfEmpty,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  share,
  switchMap,
  take,
  timer,
} from 'rxjs';
import type { ConsumerValues } from './consumer-options';
import type { ConsumerEvent, DeliveryFailure } from './delivery';
import { answerOf } from './handler-result';
import type { Message } from './message';
import { MessageConsumers } from './message-consumers';
import { MessageMaker, type PublishOptions } from './message-maker';
import { MESSAGE_TRANSPORT } from './message-transport';
import { RequestFailedError, RequestTimeoutError } from './messaging-errors';

/** Answers one request: with a value, a promise, or the first value of a stream. What goes wrong is told to who asked. */
export type Responder<T = unknown, R = unknown> = (
  request: Message<T>,
) => R | PromiseLike<R> | Observable<R>;

// The header of an answer that is none: what went wrong, in words.
const FAILURE = 'rx-mesh-failure';
const LONGEST_FAILURE = 1024;

/** Questions that are messages, and their answers. */
@Injectable({ providedIn: 'root' })
export class MessageRequests {
  private readonly transport = inject(MESSAGE_TRANSPORT);
  private readonly maker = inject(MessageMaker);
  private readonly consumers = inject(MessageConsumers);
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);

  private get inbox(): string {
    return `_inbox.${this.maker.source}`;
  }

  // One subscription for all requests that are under way.
  private readonly answers$ = defer(() => this.transport.receive(this.inbox)).pipe(share());

  /** Asks on subscribe, anew for each subscriber. */
  ask(
    topic: string,
    payload: unknown,
    options: PublishOptions,
    timeout: number,
  ): Observable<unknown> {
    return defer(() => {
      const { inbox: replyTo } = this;
      const request = this.maker.make(topic, payload, options, { replyTo });
      const late$ = timer(timeout, this.clock.scheduler).pipe(
        map((): Message => {
          throw new RequestTimeoutError(topic, timeout);
        }),
      );
      // Heard before it is sent: an answer may come at once.
      return merge(
        this.answers$.pipe(filter(({ correlationId }) => correlationId === request.id)),
        late$,
        this.transport.send(request).pipe(ignoreElements()),
      ).pipe(
        take(1),
        map(({ headers, payload: answer }) => {
          if (!Object.hasOwn(headers, FAILURE)) return answer;
          throw new RequestFailedError(topic, headers[FAILURE] ?? '');
        }),
      );
    });
  }

  /** Answers the requests to all topics that match. */
  respond(
    pattern: string,
    responder: Responder,
    options: ConsumerValues,
  ): Observable<ConsumerEvent> {
    const answer = (message: Message) =>
      // Whoever wants no answer gets none.
      message.replyTo === undefined
        ? EMPTY
        : answerOf(responder(message)).pipe(
            take(1),
            defaultIfEmpty(null),
            switchMap((payload) => this.reply(message, payload)),
          );
    // Asking again is up to who asked: a request is never delivered twice, and never a dead letter.
    const once: ConsumerValues = { ...options, maxDeliver: 1 };
    return this.consumers.handle(pattern, answer, once, (message, reason) => {
      if (message.replyTo === undefined) return;
      this.reply(message, null, { [FAILURE]: describe(reason, once.ackWait) })
        .pipe(
          catchError((cause: unknown) => {
            this.lost(message, cause);
            return EMPTY;
          }),
        )
        .subscribe();
    });
  }

  private reply(
    { replyTo = '', id, key }: Message,
    payload: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Observable<void> {
    return defer(() =>
      this.transport.send(
        this.maker.make(replyTo, payload, { key, headers }, { correlationId: id }),
      ),
    );
  }

  private lost({ topic }: Message, cause: unknown): void {
    const message = `An answer to ${JSON.stringify(topic)} could not be sent; who asked waits in vain.`;
    const source = 'MessageBrokerService';
    this.diagnostics.report({ code: 'RXM409', severity: 'warning', source, message, cause });
  }
}

function describe({ kind, cause }: DeliveryFailure, limit: number): string {
  if (kind === 'timeout') return `no answer within ${limit} ms`;
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.slice(0, LONGEST_FAILURE);
}
