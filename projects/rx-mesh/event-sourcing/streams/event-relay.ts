import { Injectable, inject } from '@angular/core';
import { isInvalidMessageError, isInvalidTopicError, isMessageTooLargeError } from 'rx-mesh/messaging'; // prettier-ignore
import {
  type Backoff,
  CLOCK,
  DIAGNOSTICS,
  LEADERSHIP,
  RANDOM,
  backoffDelays,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import {
  BehaviorSubject,
  EMPTY,
  type Observable,
  type ObservableInput,
  catchError,
  concat,
  concatMap,
  defer,
  firstValueFrom,
  from,
  map,
  of,
  retry,
  skip,
  switchMap,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { isCheckpointMovedError } from '../projections/projection-errors';
import type { Checkpoint } from '../projections/read-model-storage';
import { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
import type { EventBatch } from '../store/event-feed';
import { EventStoreService } from '../store/event-store-service';
import { flowOf } from '../store/flow';
import { EVENT_SHARING } from './event-sharing-options';
import { EventStreams } from './event-streams';
import { isRemote } from './remote-event';

const NAME = '$event-relay';
const BACKOFF = (): Backoff => exponentialBackoff({ initial: 500, max: 30_000, jitter: 'full' });

/**
 * Publishes what is recorded here, in the order of the log, and remembers how far it has got: the log is the outbox (the
 * pattern of that name by Chris Richardson), so neither a broker that is away nor a page that is closed loses a message. One
 * tab does it, and leads only while there is something to do. A message may be published twice, with the same id.
 */
@Injectable({ providedIn: 'root' })
export class EventRelay {
  private readonly store = inject(EventStoreService);
  private readonly streams = inject(EventStreams);
  private readonly storage = inject(READ_MODEL_STORAGE);
  private readonly leadership = inject(LEADERSHIP);
  private readonly sharing = inject(EVENT_SHARING.token);
  private readonly clock = inject(CLOCK);
  private readonly random = inject(RANDOM);
  private readonly diagnostics = inject(DIAGNOSTICS);

  /** Publishes while it is subscribed, and emits the position up to which everything is out. Never errors. */
  run(): Observable<number> {
    return flowOf<number>(async (flow) => {
      // Asked at once: what is recorded from now on is none of the past, however long it takes to lead.
      const began = this.head().catch(() => Infinity);
      const grown = new BehaviorSubject(0);
      flow.keep(this.store.all$.pipe(tap(() => grown.next(grown.value + 1))));
      while (!flow.ended()) {
        const seen = grown.value;
        await flow.finish(this.turn(began).pipe(tap((position) => flow.next(position))));
        if (grown.value === seen) await flow.until(grown.pipe(skip(1)));
      }
    });
  }

  /** Leads until everything is out, and completes. */
  private turn(began: Promise<number>): Observable<number> {
    return this.leadership.lead(NAME).pipe(
      switchMap((leads) => (leads ? concat(this.drain(began), of(undefined)) : EMPTY)),
      takeWhile((position) => position !== undefined),
    );
  }

  private drain(began: Promise<number>): Observable<number> {
    return defer(async () => this.begin(began)).pipe(
      switchMap((begun) => {
        let at = begun;
        const publish = (batch: EventBatch): Observable<Checkpoint> =>
          this.publish(batch, at).pipe(tap((next) => (at = next)));
        return this.store.consumeAll({ after: at.position }, publish).pipe(
          takeWhile(({ type }) => type !== 'caught-up', true),
          map(() => at.position),
        );
      }),
      retry({ delay: this.patience('go on from its checkpoint'), resetOnSuccess: true }),
    );
  }

  // A log that is relayed for the first time has told its past to nobody, which is what most want.
  private async begin(began: Promise<number>): Promise<Checkpoint> {
    const known = await this.storage.checkpoint(NAME);
    const head = await this.head();
    // Behind the end means that the log is another one, such as after it was cleared.
    if (known && known.position <= head) return known;
    const isNew = !known && this.sharing.relayFrom === 'start';
    const past = known ? head : Math.min(head, await began);
    return this.moved(known?.version ?? 0, isNew ? 0 : past);
  }

  private async head(): Promise<number> {
    const nothing = { defaultValue: { position: 0 } };
    return (await firstValueFrom(this.store.head(), nothing)).position;
  }

  private async moved(expected: number, position: number): Promise<Checkpoint> {
    const timestamp = this.clock.now();
    return this.storage.commit({ checkpoint: NAME, expected, position, timestamp });
  }

  private publish({ events, after }: EventBatch, at: Checkpoint): Observable<Checkpoint> {
    const own = events.filter((event) => this.sharing.streams(event.stream) && !isRemote(event));
    return concat(
      from(own).pipe(concatMap((event) => this.tell(event))),
      defer(async () => this.moved(at.version, after)),
    );
  }

  private tell(event: EventEnvelope): Observable<never> {
    return this.streams.tell(event).pipe(
      catchError((error: unknown) => {
        const isHopeless =
          isInvalidMessageError(error) ||
          isInvalidTopicError(error) ||
          isMessageTooLargeError(error);
        if (!isHopeless) throw error;
        this.report(
          'RXM521',
          `The event ${JSON.stringify(event.id)} of stream ${JSON.stringify(event.stream)} cannot be published, now or later. It stays in the log.`,
          error,
        );
        return EMPTY;
      }),
      retry({ delay: this.patience('publish an event') }),
      concatMap(() => EMPTY),
    );
  }

  /** Waits longer each time, and tells the first failure of a row. */
  private patience(what: string): (error: unknown, attempt: number) => ObservableInput<unknown> {
    let delays = backoffDelays(BACKOFF(), this.random);
    return (error, attempt) => {
      // Another tab was faster: where it is now is known at once.
      if (isCheckpointMovedError(error)) return of(undefined);
      if (attempt === 1) {
        delays = backoffDelays(BACKOFF(), this.random);
        this.report('RXM520', `The relay of events could not ${what}. It tries again; no event is lost.`, error); // prettier-ignore
      }
      return timer(delays.next().value, this.clock.scheduler);
    };
  }

  private report(code: 'RXM520' | 'RXM521', message: string, cause: unknown): void {
    this.diagnostics.report({ code, severity: 'warning', source: 'event-relay', message, cause });
  }
}
