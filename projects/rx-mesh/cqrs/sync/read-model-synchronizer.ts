import { Injectable, inject } from '@angular/core';
import { EVENT_LOG, EventStoreService, type ParkedEvent, READ_MODEL_STORAGE, isCheckpointMovedError } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { CLOCK, RANDOM, backoffDelays, exponentialBackoff, isServer } from 'rx-mesh/kernel';
import { NEVER, type Observable, Subject, defer, finalize, merge, retry, share, switchMap, tap, timer } from 'rxjs'; // prettier-ignore
import { leadershipFor } from '../leadership-for';
import { type SyncOptions, type SyncPlan, type SyncResult, syncCheckpoint, syncPlan } from './sync-options'; // prettier-ignore
import { SyncAhead } from './sync-ahead';
import { isSyncBlockedError } from './sync-errors';
import { type SyncPorts, SyncRun } from './sync-run';
import { allWaiting, messageOf } from './waiting-events';

/**
 * Brings read models up to date by handlers that do it themselves, such as by writing to a server, in batches.
 *
 * Batches are made by time and by size of all events of the log, from a checkpoint on that is stored. The events of an
 * aggregate are handed over in their order, one batch after the other; different aggregates at the same time. Events of an
 * aggregate that could not be handled are kept with the checkpoint, and later ones of it wait behind them; they are tried
 * again after longer and longer times, while the rest goes on. So an event is handed over at least once, and none is lost.
 * What can be made of events in the page itself is a `createProjection`, which has each event exactly once.
 *
 * @usageNotes
 * ```ts
 * inject(ReadModelSynchronizer)
 *   .synchronize({ handlers: { order: ({ events }) => http.post('/orders/events', events) } })
 *   .subscribe(({ success, error }) => success || warn(error));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ReadModelSynchronizer {
  private readonly random = inject(RANDOM);
  private readonly ports: SyncPorts = {
    store: inject(EventStoreService),
    log: inject(EVENT_LOG),
    storage: inject(READ_MODEL_STORAGE),
    clock: inject(CLOCK),
  };
  private readonly leadership = leadershipFor(this.ports.storage, this.ports.log);

  /**
   * Synchronizes for as long as somebody is subscribed, and tells of each batch in which there was something to do. Of all
   * who use the same name, in any tab, one works; where tabs do not share the log and the storage, one in each. Subscribers of
   * one call share it.
   *
   * A batch that fails is told, and does not end it; neither does a storage or a log that cannot be used, or an event that no
   * upcaster can read: it tells, and begins again from its checkpoint. Errors only with an `InvalidOptionError`. Completes
   * only on a server, once it has caught up.
   */
  synchronize(options: SyncOptions): Observable<SyncResult> {
    return defer(() => {
      const plan = syncPlan(options);
      const work$ = this.persistent(plan);
      if (isServer()) return work$;
      const lead$ = this.leadership.lead(`synchronization ${plan.name}`);
      return lead$.pipe(switchMap((leads) => (leads ? work$ : NEVER)));
    }).pipe(share());
  }

  /** The events that could not be handled, and those that wait behind them, by position. Emits once and completes. */
  parked(name = 'read-models'): Observable<readonly ParkedEvent[]> {
    return defer(async () => allWaiting(this.ports.storage, syncCheckpoint(name)));
  }

  /**
   * Gives up events that wait: all, or those of some positions. Whoever synchronizes begins again from its checkpoint. Emits
   * how many, and completes. Fails when the storage does, or with a `CheckpointMovedError` when a batch was stored meanwhile.
   */
  discardParked(name = 'read-models', positions?: readonly number[]): Observable<number> {
    return defer(async () => {
      const { storage, clock } = this.ports;
      const checkpoint = syncCheckpoint(name);
      const known = await storage.checkpoint(checkpoint);
      const wanted = positions && new Set(positions);
      const unpark = (await allWaiting(storage, checkpoint))
        .map(({ position }) => position)
        .filter((position) => wanted?.has(position) ?? true);
      if (!known || unpark.length === 0) return 0;
      const { position, version: expected } = known;
      await storage.commit({ checkpoint, expected, position, timestamp: clock.now(), unpark });
      return unpark.length;
    });
  }

  private persistent(plan: SyncPlan): Observable<SyncResult> {
    return defer(() => {
      const { clock } = this.ports;
      const failures = new Subject<SyncResult>();
      let [waits, position] = [this.waits(), 0];
      const ahead = new SyncAhead();
      const work$ = defer(() => new SyncRun(plan, this.ports, ahead).run()).pipe(
        tap((result) => {
          if (!isSyncBlockedError(result.cause)) waits = this.waits();
          ({ position } = result);
        }),
        retry({
          delay: (error: unknown) => {
            // Then somebody else has got on, or has discarded what waits, or the batch itself has told of it.
            const isTold = isCheckpointMovedError(error) || isSyncBlockedError(error);
            if (!isTold) failures.next(this.failure(error, position));
            return timer(waits.next().value, clock.scheduler);
          },
        }),
        finalize(() => failures.complete()),
      );
      return merge(failures, work$);
    });
  }

  private waits(): Generator<number, never> {
    const backoff = exponentialBackoff({ initial: 1000, max: 30_000, jitter: 'equal' });
    return backoffDelays(backoff, this.random);
  }

  private failure(cause: unknown, position: number): SyncResult {
    const timestamp = new Date(this.ports.clock.now());
    const [updatedModels, events] = [0, 0];
    return { timestamp, updatedModels, success: false, error: messageOf(cause), cause, events, position, leftOut: [] }; // prettier-ignore
  }
}
