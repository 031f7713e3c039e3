import { Injectable, type Signal, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, InvalidOptionError, KeyedStore, LEADERSHIP, PAGE_STATE, RANDOM, nonNegativeInteger, shareLatest, waitable } from 'rx-mesh/kernel'; // prettier-ignore
import { NEVER, type Observable, defer, filter, finalize, map, take, tap, throwError, throwIfEmpty, timeout } from 'rxjs'; // prettier-ignore
import { EVENT_SOURCING } from '../event-sourcing-options';
import { EVENT_LOG } from '../log/event-log-token';
import { UPCASTERS } from '../upcasters';
import { LiveStates, idIn } from './live-projection';
import { type ParkedReplay, allParked, discardParkedEvents, replayParkedEvents } from './parked-events'; // prettier-ignore
import type { Projection } from './projection';
import { rebuildProjection } from './projection-build';
import { ProjectionTimeoutError, isBrokenReadModelError } from './projection-errors';
import { isOfProjection, readPlace } from './projection-places';
import { type ProjectionPorts, followed } from './projection-ports';
import { ledBy, runProjection } from './projection-run';
import { type ProjectionStatus, storedStatus } from './projection-status';
import type { PageRange, ParkedEvent, ReadModelRecord } from './read-model-storage';
import { READ_MODEL_STORAGE } from './read-model-storage-token';

const BROKEN = { code: 'RXM514', severity: 'error', source: 'event-sourcing' } as const;

/** How to wait for a projection. */
export interface WaitForOptions {
  /** How long, in milliseconds, above 0. @default 10000 */
  readonly timeout?: number | undefined;
}

/**
 * States that are made of events, and kept beside them.
 *
 * Of all tabs that subscribe to {@link ProjectionService.run}, one works. State and checkpoint are stored in one
 * transaction, so each event is in the state exactly once, whatever crashes. Every method gives a cold stream; what goes
 * wrong is an error of it, never thrown.
 *
 * @usageNotes
 * ```ts
 * const projections = inject(ProjectionService);
 * projections.run(totals).pipe(takeUntilDestroyed()).subscribe();
 * projections.state(totals, 'order-7').subscribe((total) => show(total ?? 0));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ProjectionService {
  private readonly ports: ProjectionPorts = portsOf();
  private readonly live$ = new LiveStates(this.ports);
  private readonly runs = new WeakMap<object, Observable<ProjectionStatus>>();
  private readonly board = new KeyedStore<string, ProjectionStatus>();

  /** The newest status of each projection that this page runs, by name; of one that has stopped as well. */
  readonly statuses: Signal<ReadonlyMap<string, ProjectionStatus>> = this.board.signal;
  /** The same as a stream: as it is, then after each change. */
  readonly statuses$: Observable<ReadonlyMap<string, ProjectionStatus>> = this.board.changes$;

  /**
   * Keeps a projection up to date for as long as somebody is subscribed, and tells where it is; late subscribers get the
   * newest status. It is shared by all subscribers of the page. Fails only with a `ProjectionFailedError`: a storage that
   * fails is told once as RXM509, and tried again. Completes only on a server, once it has caught up.
   */
  run<S>(projection: Projection<S>): Observable<ProjectionStatus> {
    return defer(() => {
      const run$ = this.runs.get(projection) ?? this.newRun(projection);
      this.runs.set(projection, run$);
      return run$;
    });
  }

  /**
   * Folds all events in memory, and keeps nothing: for a state of which only some are looked at. Emits when it has caught
   * up, then whenever the state changes; late subscribers get the newest. `undefined` as long as there is no such record.
   * As there is nowhere to park an event, it fails with a `ProjectionFailedError` where `onError` is not `'skip'`.
   */
  live<S>(
    projection: Projection<S>,
    { id }: { readonly id?: string | undefined } = {},
  ): Observable<S | undefined> {
    return defer(() => this.live$.of(projection, idIn(projection, id)));
  }

  /**
   * The stored state of a record, as it is and as it changes, by whichever tab; `undefined` as long as there is none. Never
   * that of a generation that is still built. A record that is broken is told as RXM514, and is as if there were none.
   */
  state<S>(projection: Projection<S>, id?: string): Observable<S | undefined> {
    return defer(() => {
      const { storage, diagnostics } = this.ports;
      const [wanted, { name }] = [idIn(projection, id), projection];
      return this.followActive(
        projection,
        async (active) => {
          try {
            return active === undefined ? undefined : await storage.read(active, wanted);
          } catch (error) {
            if (!isBrokenReadModelError(error)) throw error;
            const message = `A state of projection ${JSON.stringify(name)} is left out. ${error.message}`;
            diagnostics.report({ ...BROKEN, message, cause: error });
            return undefined;
          }
        },
        isSameRecord,
      ).pipe(map((record) => record?.value as S | undefined));
    });
  }

  /** A page of the stored records by id, at most 500 unless `max` says otherwise; as they are and as they change. */
  records<S>(
    projection: Projection<S>,
    range: PageRange<string> = {},
  ): Observable<readonly ReadModelRecord<S>[]> {
    const isSame = (a: readonly ReadModelRecord[], b: readonly ReadModelRecord[]): boolean =>
      a.length === b.length && a.every((record, at) => isSameRecord(record, b[at]));
    const read = async (active: string | undefined): Promise<readonly ReadModelRecord[]> =>
      active === undefined ? [] : this.ports.storage.list(active, range);
    return this.followActive(projection, read, isSame) as Observable<readonly ReadModelRecord<S>[]>;
  }

  /**
   * Waits until a projection has handled the events up to a position, such as that of an append, in whichever tab. Emits
   * the position where it is, and completes. Fails with a `ProjectionTimeoutError`. An event that was parked counts as
   * handled.
   */
  waitFor<S>(
    projection: Projection<S>,
    position: number,
    { timeout: wait = 10_000 }: WaitForOptions = {},
  ): Observable<number> {
    return defer(() => {
      checked('position', position, nonNegativeInteger(position));
      checked('WaitForOptions.timeout', wait, waitable(wait));
      let actual = 0;
      const late = (): ProjectionTimeoutError =>
        new ProjectionTimeoutError(projection.name, position, actual, wait);
      const read = async (active: string | undefined): Promise<number> =>
        active === undefined ? 0 : ((await this.ports.storage.checkpoint(active))?.position ?? 0);
      return this.followActive(projection, read, (a, b) => a === b).pipe(
        tap((reached) => (actual = reached)),
        filter((reached) => reached >= position),
        take(1),
        timeout({
          first: wait,
          scheduler: this.ports.clock.scheduler,
          with: () => throwError(() => late()),
        }),
        throwIfEmpty(late),
      );
    });
  }

  /** Where a projection is and how far behind, whoever runs it, without running it. */
  status<S>(projection: Projection<S>): Observable<ProjectionStatus> {
    return storedStatus(this.ports, projection);
  }

  /**
   * Builds a projection anew from all events, beside what readers see, and switches when it is where the old one was. One
   * tab at a time. Completes then. Handlers are told that all of it `isReplay`. Fails with a `ProjectionFailedError`, or
   * with an `InvalidOptionError` when a newer version is live; the old state stays then.
   */
  rebuild<S>(projection: Projection<S>): Observable<ProjectionStatus> {
    const { name, version } = projection;
    const lead$ = defer(() => this.ports.leadership.lead(`projection ${name}@${version} rebuild`));
    return ledBy(lead$, rebuildProjection(this.ports, projection), NEVER);
  }

  /** The events that are parked by position, as they are and as that changes. */
  parked<S>(projection: Projection<S>): Observable<readonly ParkedEvent[]> {
    const isSame = (a: readonly ParkedEvent[], b: readonly ParkedEvent[]): boolean =>
      a.length === b.length &&
      a.every((one, at) => one.position === b[at]?.position && one.attempts === b[at].attempts);
    const read = async (active: string | undefined): Promise<readonly ParkedEvent[]> =>
      active === undefined ? [] : allParked(this.ports, active);
    return this.followActive(projection, read, isSame);
  }

  /**
   * Handles parked events again, those of a record in their order: behind one that fails again, the others go on waiting.
   * Emits what has become of them, and completes. Fails when the storage does; then nothing has happened, or all of it.
   */
  replayParked<S>(projection: Projection<S>): Observable<ParkedReplay> {
    return replayParkedEvents(this.ports, projection);
  }

  /**
   * Gives parked events up: all, or those of some positions. Their records go on without them. Emits what has become of
   * them, and completes. Fails when the storage does.
   */
  discardParked<S>(
    projection: Projection<S>,
    positions?: readonly number[],
  ): Observable<ParkedReplay> {
    return discardParkedEvents(this.ports, projection, positions);
  }

  private newRun<S>(projection: Projection<S>): Observable<ProjectionStatus> {
    const { name } = projection;
    return runProjection(this.ports, projection).pipe(
      tap((status) => this.board.set(name, status)),
      finalize(() => {
        if (this.board.get(name)?.state !== 'stopped') this.board.delete(name);
      }),
      shareLatest(),
    );
  }

  private followActive<S, T>(
    { name }: Projection<S>,
    read: (active: string | undefined) => Promise<T>,
    isSame: (before: T, now: T) => boolean,
  ): Observable<T> {
    const { storage } = this.ports;
    const changes$ = storage.changes$.pipe(filter((change) => isOfProjection(change, name)));
    const readActive = async (): Promise<T> => read((await readPlace(storage, name))?.place.active);
    return followed(this.ports, name, changes$, readActive, isSame);
  }
}

function portsOf(): ProjectionPorts {
  const log = inject(EVENT_LOG);
  const { pageSize, pollInterval } = inject(EVENT_SOURCING.token);
  return {
    log,
    hints$: log.hints$,
    storage: inject(READ_MODEL_STORAGE),
    upcasters: inject(UPCASTERS),
    leadership: inject(LEADERSHIP),
    clock: inject(CLOCK),
    page: inject(PAGE_STATE),
    random: inject(RANDOM),
    diagnostics: inject(DIAGNOSTICS),
    pageSize,
    pollInterval,
  };
}

function checked(name: string, value: unknown, expected: string | undefined): void {
  if (expected) throw new InvalidOptionError(name, value, expected);
}

function isSameRecord(a: ReadModelRecord | undefined, b: ReadModelRecord | undefined): boolean {
  return (
    a?.model === b?.model &&
    a?.id === b?.id &&
    a?.version === b?.version &&
    a?.position === b?.position
  );
}
