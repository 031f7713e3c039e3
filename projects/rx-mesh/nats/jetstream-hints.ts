import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { LogHint } from 'rx-mesh/event-sourcing';
import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import { Observable, defer, endWith, ignoreElements, map, merge, retry, share, switchMap, takeUntil, tap, timer } from 'rxjs'; // prettier-ignore
import type { JetStreamAccess, JetStreamCalls } from './jetstream-calls';
import { COUNT_HEADER, MOST_EVENTS, positionOf } from './jetstream-commit';
import type { JetStreamValues } from './jetstream-options';
import { allSubjects } from './jetstream-subject';
import type { NatsJetStream } from './nats-connection';

/** What hints need. */
export interface JetStreamHintPorts {
  readonly access: JetStreamAccess;
  readonly calls: JetStreamCalls;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
}

/**
 * What others append, by an ordered consumer of new messages without their bodies. After an outage there is a hint as well,
 * for something may have been missed. Never errors; completes with the application.
 */
export function jetStreamHints(
  values: JetStreamValues,
  { access, calls, clock, random, diagnostics }: JetStreamHintPorts,
): Observable<LogHint> {
  const heard$ = defer(() => {
    let failures: Generator<number, never> | undefined;
    return access.jetstream$.pipe(
      switchMap(async (jetstream) => {
        await calls.ready(jetstream);
        return jetstream;
      }),
      switchMap((jetstream) => consumed(jetstream, values)),
      tap(() => (failures = undefined)),
      retry({
        delay: (cause: unknown) => {
          if (!failures) {
            failures = backoffDelays(BACKOFF(), random);
            diagnostics.report({
              code: 'RXM438',
              severity: 'warning',
              source: 'nats',
              message: `JetStream does not tell what is new in the stream ${JSON.stringify(values.stream)}. It is asked again; until then subscriptions find it when they look by themselves.`,
              cause,
            });
          }
          return timer(failures.next().value, clock.scheduler);
        },
      }),
    );
  });
  const back$ = access.connected$.pipe(map((): LogHint => ({})));
  // The connection ends with the application; the consumer that hangs on it does not by itself.
  const ended$ = access.connected$.pipe(ignoreElements(), endWith(null));
  return merge(heard$, back$).pipe(takeUntil(ended$), share());
}

function consumed({ js }: NatsJetStream, values: JetStreamValues): Observable<LogHint> {
  return new Observable((subscriber) => {
    let messages: ConsumerMessages | undefined;
    subscriber.add(() => messages?.stop());
    const isGone = (): boolean => subscriber.closed;
    const start = async (): Promise<void> => {
      const consumer = await js.consumers.get(values.stream, {
        filter_subjects: allSubjects(values.subject),
        deliver_policy: 'new',
        headers_only: true,
      });
      // The server removes by itself what is left behind by a page that crashes.
      subscriber.add(() => {
        consumer.delete().catch(() => undefined);
      });
      if (isGone()) return;
      messages = await consumer.consume({
        expires: 5000,
        // With the defaults of the client it stands still for 44 s after a restart of the server.
        idle_heartbeat: 1000,
        callback: (message) => subscriber.next(hintOf(message)),
      });
      // Left while it began.
      if (isGone()) messages.stop();
      // What was appended while it began.
      subscriber.next({});
      const why = await messages.closed();
      throw why instanceof Error ? why : new Error('The consumer was closed.');
    };
    start().catch((error: unknown) => subscriber.error(error));
  });
}

function hintOf({ seq, headers }: JsMsg): LogHint {
  const count = Number(headers?.get(COUNT_HEADER));
  const isCount = Number.isInteger(count) && count > 0 && count <= MOST_EVENTS;
  return isCount ? { position: positionOf(seq, count - 1) } : {};
}

const BACKOFF = () => exponentialBackoff({ initial: 500, max: 30_000, jitter: 'equal' });
