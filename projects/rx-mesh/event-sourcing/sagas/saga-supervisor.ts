import { Injectable, inject } from '@angular/core';
import { LEADERSHIP, isServer, shareLatest } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  combineLatest,
  concatMap,
  defer,
  distinctUntilChanged,
  filter,
  from,
  map,
  merge,
  mergeMap,
  of,
  switchMap,
  take,
} from 'rxjs';
import { type OpenSaga, type OpenSagaList, OpenSagas } from './open-sagas';
import { SagaMismatchError, isUnknownSagaError } from './saga-errors';
import type { SagaExecution } from './saga-execution';
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
  private readonly maxOpen = inject(SAGAS.token).maxOpen;

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
        mergeMap((saga) => this.run(saga, mine$), this.maxOpen),
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
    let known: OpenSagaList = new Map();
    return mine$.pipe(
      concatMap((list) => {
        const added = [...list.values()].filter(({ stream }) => !known.has(stream));
        known = list;
        return added;
      }),
      mergeMap((saga) => this.run(saga, mine$), this.maxOpen),
    );
  }

  private run(saga: OpenSaga, mine$: Observable<OpenSagaList>): Observable<SagaExecution> {
    const gone$ = mine$.pipe(filter((list) => !list.has(saga.stream)));
    return this.runners.run(saga.stream, gone$).pipe(
      catchError((error: unknown) => {
        this.tell(saga, error);
        return EMPTY;
      }),
    );
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
