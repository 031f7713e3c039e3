import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, LEADERSHIP, RANDOM, StateStore } from 'rx-mesh/kernel';
import { NEVER, type Observable, endWith, finalize, map, switchMap, takeWhile, tap } from 'rxjs';
import { EVENT_SOURCING } from '../event-sourcing-options';
import { EventStoreService } from '../store/event-store-service';
import { flowOf } from '../store/flow';
import { SagaMismatchError } from './saga-errors';
import { type SagaExecution, executionOf } from './saga-execution';
import { persist } from './saga-log';
import { SAGAS } from './saga-options';
import { SagaOwner } from './saga-owner';
import { SagaRegistry } from './saga-registry';
import { type SagaPorts, runSaga } from './saga-runner';

/** Runs sagas in this tab, each only while no other tab does. */
@Injectable({ providedIn: 'root' })
export class SagaRunners {
  private readonly leadership = inject(LEADERSHIP);
  private readonly owner = inject(SagaOwner);
  private readonly running = new StateStore<ReadonlyMap<string, SagaExecution>>(new Map());
  private readonly sources = {
    store: inject(EventStoreService),
    clock: inject(CLOCK),
    random: inject(RANDOM),
    diagnostics: inject(DIAGNOSTICS),
    ids: inject(ID_GENERATOR),
  };
  private readonly limits = limitsOf(inject(EVENT_SOURCING.token), inject(SAGAS.token));

  /** The definitions. */
  readonly registry = new SagaRegistry();
  /** The sagas that run in this tab at present, by stream. */
  readonly running$ = this.running.changes$;
  /** The same as a signal. */
  readonly runningSignal = this.running.signal;
  /** What everything here stands on. */
  readonly ports: Omit<SagaPorts, 'definitionOf' | keyof typeof this.limits> = this.sources;

  /** Whose sagas are run here. Emits once; waits while that cannot be found out. */
  readonly owner$: Observable<string> = flowOf(async (flow) => {
    const name = await persist(async () => this.owner.name(), this.ports, flow);
    if (name !== undefined) flow.next(name);
  });

  /**
   * Runs a saga once no other tab does, until it has ended or is paused, and completes. Emits what was recorded.
   *
   * @param gone$ Tells that it has ended or is paused: then there is nothing to wait for.
   */
  run(stream: string, gone$: Observable<unknown> = NEVER): Observable<SagaExecution> {
    const end = undefined;
    return this.owner$.pipe(
      switchMap((owner) =>
        this.leadership.lead(`saga ${stream}`).pipe(
          switchMap((leads) =>
            leads ? this.work(stream, owner).pipe(endWith(end)) : gone$.pipe(map(() => end)),
          ),
          takeWhile((execution) => execution !== end),
        ),
      ),
    );
  }

  private work(stream: string, owner: string): Observable<SagaExecution> {
    const ports: SagaPorts = {
      ...this.ports,
      ...this.limits,
      definitionOf: (record) => {
        if (record.owner !== owner) throw new SagaMismatchError(record.id, 'owner');
        return this.registry.of(record);
      },
    };
    return runSaga(stream, ports).pipe(
      map((record) => executionOf(record)),
      tap((execution) => this.running.update((all) => new Map(all).set(stream, execution))),
      finalize(() =>
        this.running.update((all) => new Map([...all].filter(([name]) => name !== stream))),
      ),
    );
  }
}

function limitsOf(
  { maxCommitEvents, maxEventBytes }: { maxCommitEvents: number; maxEventBytes: number },
  sagas: { maxResultBytes: number },
) {
  // Around the result there is the name of the step.
  const maxResultBytes = Math.min(sagas.maxResultBytes, maxEventBytes - 200);
  return { maxCommitEvents, maxResultBytes };
}
