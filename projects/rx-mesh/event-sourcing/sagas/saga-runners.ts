import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, LEADERSHIP, RANDOM, StateStore, shareLatest } from 'rx-mesh/kernel'; // prettier-ignore
import { EMPTY, NEVER, type Observable, concat, defer, finalize, map, of, switchMap, takeWhile, tap } from 'rxjs'; // prettier-ignore
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

// Whether this tab leads, then what was recorded.
type Turn = SagaExecution | typeof IDLE | typeof LEADS;
const IDLE = 'idle';
const LEADS = 'leads';

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
  // Those that somebody of this tab wants to be run, by stream.
  private readonly turns = new Map<string, Observable<Turn>>();
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
   * Runs a saga once no other tab does, until it has ended or is paused, and completes. Emits what was recorded. All who
   * want that in this tab share one run, so that it ends when the last of them leaves.
   *
   * @param gone$ Tells that it has ended or is paused: then there is nothing to wait for.
   */
  run(stream: string, gone$: Observable<unknown> = NEVER): Observable<SagaExecution> {
    const end = undefined;
    return defer(() => {
      const known = this.turns.get(stream);
      const executions$ = (known ?? this.newTurn(stream)).pipe(
        switchMap((turn) => {
          if (turn === IDLE) return gone$.pipe(map(() => end));
          return turn === LEADS ? EMPTY : of(turn);
        }),
      );
      // One that was there already may have been on its way to a safe point, from which it has to go on.
      return known ? concat(executions$, this.run(stream, gone$)) : executions$;
    }).pipe(takeWhile((execution) => execution !== end));
  }

  private newTurn(stream: string): Observable<Turn> {
    const lead$ = this.leadership.lead(`saga ${stream}`);
    const over = () => this.turns.delete(stream);
    const turn$ = this.owner$.pipe(
      switchMap((owner) =>
        lead$.pipe(
          switchMap((leads) =>
            leads
              ? concat(of<Turn>(LEADS), this.work(stream, owner), of(undefined))
              : of<Turn>(IDLE),
          ),
        ),
      ),
      takeWhile((turn) => turn !== undefined),
      tap({ complete: over, error: over, unsubscribe: over }),
      shareLatest(),
    );
    this.turns.set(stream, turn$);
    return turn$;
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
