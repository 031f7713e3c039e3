import { Injectable, inject } from '@angular/core';
import { isInvalidMessageError, isInvalidTopicError, isMessageTooLargeError } from 'rx-mesh/messaging'; // prettier-ignore
import {
  type Backoff,
  CLOCK,
  DIAGNOSTICS,
  LEADERSHIP,
  PAGE_STATE,
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
  filter,
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
import { EVENT_SOURCING } from '../event-sourcing-options';
import { EVENT_LOG } from '../log/event-log-token';
import { isCheckpointMovedError } from '../projections/projection-errors';
import type { Checkpoint } from '../projections/read-model-storage';
import { READ_MODEL_STORAGE } from '../projections/read-model-storage-token';
import { tolerantSource } from '../projections/tolerant-source';
import { type EventBatch, type FeedPorts, eventFeed } from '../store/event-feed';
import { EventStoreService } from '../store/event-store-service';
import { flowOf } from '../store/flow';
import { UPCASTERS } from '../upcasters';
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
  private readonly log = inject(EVENT_LOG);
  private readonly values = inject(EVENT_SOURCING.token);
  private readonly source = tolerantSource({
    log: this.log,
    upcasters: inject(UPCASTERS),
    pageSize: this.values.pageSize,
  });
  private readonly ports: FeedPorts = {
    hints$: this.log.hints$,
    clock: this.clock,
    page: inject(PAGE_STATE),
    random: this.random,
    diagnostics: this.diagnostics,
    pollInterval: this.values.pollInterval,
  };

  /** Publishes while it is subscribed, and emits the position up to which everything is out. Never errors. */
  run(): Observable<number> {
    return flowOf<number>(async (flow) => {
      // Asked at once: what is recorded from now on is none of the past, however long it takes to lead.
      const began = this.head().catch(() => Infinity);
      const grown = new BehaviorSubject(0);
      // Not the feed of the store, which one event that cannot be read would end.
      const new$ = eventFeed(this.source, 'end', this.ports).pipe(
        filter(({ type }) => type === 'event'),
      );
      flow.keep(new$.pipe(tap(() => grown.next(grown.value + 1))));
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
        return eventFeed(this.source, at.position, this.ports, publish).pipe(
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
      from(own).pipe(
        concatMap((event) => {
          const fault = this.source.faultOf(event);
          return fault === undefined ? this.tell(event) : this.leaveOut(event, fault);
        }),
      ),
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
        return this.leaveOut(event, error);
      }),
      retry({ delay: this.patience('publish an event') }),
      concatMap(() => EMPTY),
    );
  }

  // Whatever is wrong with one event, those behind it are not held up.
  private leaveOut({ id, stream }: EventEnvelope, cause: unknown): Observable<never> {
    const message = `The event ${JSON.stringify(id)} of stream ${JSON.stringify(stream)} cannot be published, now or later. It stays in the log.`;
    this.report('RXM521', message, cause);
    return EMPTY;
  }

  /** Waits longer each time, and tells the first failure of a row. */
  private patience(what: string): (error: unknown, attempt: number) => ObservableInput<unknown> {
    let delays: Generator<number, never> | undefined;
    return (error, attempt) => {
      if (attempt === 1) delays = undefined;
      // Another tab was faster: where it is now is known at once. That is no failure, so it hides none.
      if (isCheckpointMovedError(error)) return of(undefined);
      if (!delays) {
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
