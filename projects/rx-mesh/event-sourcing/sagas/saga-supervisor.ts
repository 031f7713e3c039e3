import { Injectable, inject } from '@angular/core';
import { LEADERSHIP, isServer, shareLatest } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  combineLatest,
  concatMap,
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  switchMap,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { type OpenSaga, type OpenSagaList, OpenSagas } from './open-sagas';
import { SagaMismatchError, isUnknownSagaError } from './saga-errors';
import type { SagaExecution } from './saga-execution';
import { standsStill } from './saga-idle';
import { SAGAS } from './saga-options';
import { reportIdle } from './saga-reports';
import { SagaRunners } from './saga-runners';
import { SagaTriggers } from './saga-triggers';

/** Sees to it that sagas that have not ended are run by one of the tabs that supervise. */
@Injectable({ providedIn: 'root' })
export class SagaSupervisor {
  private readonly runners = inject(SagaRunners);
  private readonly open = inject(OpenSagas);
  private readonly triggers = inject(SagaTriggers);
  private readonly leadership = inject(LEADERSHIP);
  private readonly limits = inject(SAGAS.token);

  /** Works while it is subscribed. Emits what was recorded of the sagas that run here. */
  supervise(): Observable<SagaExecution> {
    // What is rendered on a server is for one page; it is no place for work that takes its time.
    if (isServer()) return EMPTY;
    return merge(this.triggers.work$, this.runWhatIsOpen());
  }

  /** Runs the sagas that are open now, and completes once each has ended or is paused. */
  resumeAll(): Observable<SagaExecution> {
    return defer(() => {
      const mine$ = this.mine().pipe(shareLatest());
      return mine$.pipe(
        take(1),
        mergeMap((list) => from(list.values())),
        mergeMap((saga) => this.run(saga, mine$), this.limits.maxOpen),
      );
    });
  }

  private runWhatIsOpen(): Observable<SagaExecution> {
    return defer(() => {
      const mine$ = this.mine().pipe(shareLatest());
      return combineLatest([mine$, this.runners.running$]).pipe(
        // One that was just paused still has to come to its safe point.
        map(([mine, running]) => mine.size > 0 || running.size > 0),
        distinctUntilChanged(),
        switchMap((hasWork) => (hasWork ? this.leadership.lead('sagas') : of(false))),
        distinctUntilChanged(),
        switchMap((leads) => (leads ? this.runAll(mine$) : EMPTY)),
      );
    });
  }

  private runAll(mine$: Observable<OpenSagaList>): Observable<SagaExecution> {
    return defer(() => {
      let known: OpenSagaList = new Map();
      const active = new Set<string>();
      const rounds = new Map<string, number>();
      const added$ = mine$.pipe(
        concatMap((list) => {
          const added = [...list.values()].filter(({ stream }) => !known.has(stream));
          known = list;
          for (const stream of rounds.keys()) if (!list.has(stream)) rounds.delete(stream);
          return added;
        }),
      );
      const [left, again] = [new Subject<OpenSaga>(), new Subject<OpenSaga>()];
      // Outside of the turns, so that what others run keeps none of ours from its own.
      const idle$ = left.pipe(
        mergeMap((saga) => this.standsStill(saga, mine$, rounds)),
        tap((saga) => {
          if (!active.has(saga.stream)) again.next(saga);
        }),
        ignoreElements(),
      );
      const runs$ = merge(added$, again).pipe(
        mergeMap((saga) => {
          active.add(saga.stream);
          const isOver = () => active.delete(saga.stream);
          return this.run(saga, mine$, () => left.next(saga)).pipe(finalize(isOver));
        }, this.limits.maxOpen),
      );
      return merge(idle$, runs$);
    });
  }

  /** Runs a saga, unless that is not possible here: then it is told. */
  private run(
    saga: OpenSaga,
    mine$: Observable<OpenSagaList>,
    complete: () => void = () => undefined,
  ): Observable<SagaExecution> {
    return this.runners.run(saga.stream, goneFrom(mine$, saga)).pipe(
      tap({ complete }),
      catchError((error: unknown) => this.leave(saga, error)),
    );
  }

  /** Emits a saga that is still open once whoever has taken it away does nothing more for it. */
  private standsStill(
    saga: OpenSaga,
    mine$: Observable<OpenSagaList>,
    rounds: Map<string, number>,
  ): Observable<OpenSaga> {
    const { ports, registry } = this.runners;
    return defer(() => {
      const round = rounds.get(saga.stream) ?? 0;
      // Two who both are there must not take it from each other all the time.
      const idleAfter = this.limits.idleAfter * 2 ** Math.min(round, 3);
      return standsStill(saga.stream, idleAfter, { ...ports, registry }).pipe(
        tap(() => rounds.set(saga.stream, round + 1)),
        map(() => saga),
        catchError((error: unknown) => this.leave(saga, error)),
        takeUntil(goneFrom(mine$, saga)),
      );
    });
  }

  private leave(saga: OpenSaga, error: unknown): Observable<never> {
    this.tell(saga, error);
    return EMPTY;
  }

  /** The sagas that may be run here. */
  private mine(): Observable<OpenSagaList> {
    const told = new Set<string>();
    const { registry, owner$ } = this.runners;
    return combineLatest([this.open.changes$, owner$, registry.changes$]).pipe(
      map(([open, owner]) => {
        const mine = [...open].filter(([stream, saga]) => {
          const error = this.obstacle(saga, owner);
          // A type that is not known may be that of another part of the application.
          if (error && !isUnknownSagaError(error) && !told.has(stream)) {
            told.add(stream);
            this.tell(saga, error);
          }
          return !error && !saga.isPaused;
        });
        return new Map(mine);
      }),
    );
  }

  private obstacle(saga: OpenSaga, owner: string): Error | undefined {
    try {
      this.runners.registry.of(saga);
      return saga.owner === owner ? undefined : new SagaMismatchError(saga.id, 'owner');
    } catch (error) {
      return error as Error;
    }
  }

  private tell({ type, id }: OpenSaga, cause: unknown): void {
    const message = `Saga ${type} ${JSON.stringify(id)} is open, but not run here. It stays as it is.`;
    reportIdle(this.runners.ports.diagnostics, message, cause);
  }
}

/** Emits when a saga is no longer one to run here: it has ended, or is paused. */
function goneFrom(mine$: Observable<OpenSagaList>, { stream }: OpenSaga): Observable<unknown> {
  return mine$.pipe(filter((list) => !list.has(stream)));
}
