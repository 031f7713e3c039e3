import { Injectable, type Signal, computed, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import {
  type Observable,
  concat,
  concatMap,
  connect,
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  switchMap,
  takeWhile,
} from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { flowOf } from '../store/flow';
import type { EventCause } from '../store/prepare-events';
import { SagaBeginnings, checked, idFrom } from './saga-begin';
import type { SagaDefinition } from './saga-definition';
import type { SagaEnd, SagaFact } from './saga-events';
import { type SagaExecution, executionOf, isEnd } from './saga-execution';
import { SagaLog } from './saga-log';
import { type SagaRecord, foldSaga } from './saga-record';
import { SagaRunners } from './saga-runners';
import { SagaSupervisor } from './saga-supervisor';

/** Options of `SagaOrchestratorService.start`. */
export interface StartSagaOptions {
  /** The id, at most 128 characters: one id is one saga, whatever its type. @default a random UUID */
  readonly id?: string | undefined;
  /** What all events of the flow share. @default that of `causedBy`, else the id */
  readonly correlationId?: string | undefined;
  /** The event or message that led to it. @default nothing */
  readonly causedBy?: EventCause | undefined;
}

/**
 * Runs sagas, and keeps all that happens to them in the event log, so that they go on after a reload or a crash.
 *
 * Every method gives a cold stream, and what goes wrong is an error of it. A saga is run by one tab at a time.
 *
 * @usageNotes
 * ```ts
 * const sagas = inject(SagaOrchestratorService);
 * sagas.register(placeOrder);
 * sagas.supervise().pipe(takeUntilDestroyed()).subscribe();
 * sagas.start(placeOrder, { sku: 'a' }, { id: 'order-7' }).subscribe((saga) => show(saga.state));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class SagaOrchestratorService {
  private readonly runners = inject(SagaRunners);
  private readonly beginnings = inject(SagaBeginnings);
  private readonly supervisor = inject(SagaSupervisor);

  /** The sagas that run in this tab at present: at once, and whenever that changes. */
  readonly running$: Observable<readonly SagaExecution[]> = this.runners.running$.pipe(
    map((running) => [...running.values()]),
  );
  /** The same as a signal. */
  readonly running: Signal<readonly SagaExecution[]> = computed(() => [
    ...this.runners.runningSignal().values(),
  ]);

  /**
   * Makes a definition known, so that its sagas can be started by type, and go on after a reload. Register an older version
   * as well, as long as sagas of it may be open.
   *
   * @throws SagaMismatchError when one of the same type and version has other steps.
   */
  register(definition: SagaDefinition): void {
    this.runners.registry.add(definition);
  }

  /**
   * Starts a saga and follows it to its end: emits how it stands whenever that changes, the end included, and completes. An
   * end that is a failure is no error of the stream. It runs here as long as somebody subscribes, unless another tab runs
   * it; what is under way when the last one leaves is in doubt, as after a crash. A call is one saga, however often it is
   * subscribed, and an id that is known is followed, not started. Fails with an `UnknownSagaError`, a `SagaMismatchError`,
   * or an error of an append.
   */
  start<I, R>(
    definition: SagaDefinition<I, R>,
    input: I,
    options?: StartSagaOptions,
  ): Observable<SagaExecution<R>>;
  start(type: string, input: unknown, options?: StartSagaOptions): Observable<SagaExecution>;
  start(
    what: SagaDefinition | string,
    input: unknown,
    options: StartSagaOptions = {},
  ): Observable<SagaExecution> {
    const { registry, ports } = this.runners;
    const { id = ports.ids.uuid(), ...origin } = options;
    return defer(async () => {
      if (typeof what !== 'string') registry.add(what);
      const definition = typeof what === 'string' ? registry.newest(what) : what;
      return this.beginnings.begin(definition, id, { input, ...origin });
    }).pipe(switchMap((stream) => this.runAndFollow(stream, id)));
  }

  /**
   * Starts a saga of a registered type from an event, as `startsOn` says, else with the event as its input: one saga of a
   * type for an event. Follows it, and fails, as {@link SagaOrchestratorService.start} does.
   */
  startFrom(type: string, event: EventEnvelope): Observable<SagaExecution> {
    return defer(() => {
      const definition = this.runners.registry.newest(type);
      const { startsOn } = definition;
      const input = startsOn ? startsOn.input(event) : event;
      return this.start(type, input, { id: idFrom(definition, event), causedBy: event });
    });
  }

  /**
   * How a saga stands, and how that changes, read from the log, whichever tab runs it: the newest at once, the end included;
   * then it completes. Runs nothing. Fails with an `UnknownSagaError`.
   */
  watch(id: string): Observable<SagaExecution> {
    return defer(async () => this.beginnings.locate(id)).pipe(
      switchMap((stream) => this.follow(stream, id)),
    );
  }

  /** How a saga stands now. Emits once, and completes. Fails with an `UnknownSagaError`. */
  execution(id: string): Observable<SagaExecution> {
    return this.change(id, () => []);
  }

  /** Lets a saga stop at the next safe point: what is under way comes to its end first. Emits how it stands. */
  pause(id: string): Observable<SagaExecution> {
    return this.change(id, ({ isPaused }) => (isPaused ? [] : [{ type: 'SagaPaused' }]));
  }

  /** Lets a saga that is paused go on, in whatever tab started it or supervises. Emits how it stands. */
  resume(id: string): Observable<SagaExecution> {
    return this.change(id, ({ isPaused }) => (isPaused ? [{ type: 'SagaResumed' }] : []));
  }

  /**
   * Lets a saga stop, and undo what was done. What is under way comes to its end first, so give steps a timeout. Nothing
   * happens to one that is being undone already. Emits how it stands.
   */
  cancel(id: string): Observable<SagaExecution> {
    return this.change(id, ({ isPaused, isCancelled, error, undo }) =>
      isCancelled || error || undo
        ? []
        : [{ type: 'SagaCancelRequested' }, ...(isPaused ? [{ type: 'SagaResumed' }] : [])],
    );
  }

  /** Tries compensations once more that failed for good, and those behind them. Emits how it stands. */
  retryCompensation(id: string): Observable<SagaExecution> {
    const retry = ({ type, definitionVersion, shape, owner }: SagaRecord): readonly SagaFact[] => {
      const data = { id, type, definitionVersion, shape, owner };
      return [{ type: 'SagaCompensationRetried', data }];
    };
    return this.change(id, retry, 'compensation-failed');
  }

  /** Takes a saga over that was imported or started by another application, which must not run it any more. Emits how it stands. */
  adopt(id: string): Observable<SagaExecution> {
    return this.runners.owner$.pipe(
      switchMap((owner) =>
        this.change(id, (record) =>
          record.owner === owner ? [] : [{ type: 'SagaAdopted', data: { owner } }],
        ),
      ),
    );
  }

  /**
   * Runs the sagas of registered types that have not ended, and starts those that events start, as long as it is subscribed.
   * Subscribe it once in the application, in as many tabs as there are: one of them does the work, and another one follows
   * when it is closed. Emits what was recorded of the sagas that run here. Completes only on a server, where it does nothing.
   * Fails only with an `UpcasterError`: while the log cannot be used, that is told as RXM518, and it waits.
   */
  supervise(): Observable<SagaExecution> {
    return this.supervisor.supervise();
  }

  /** Runs the sagas that have not ended now, and completes once each has ended or is paused. */
  resumeAll(): Observable<SagaExecution> {
    return this.supervisor.resumeAll();
  }

  private runAndFollow(stream: string, id: string): Observable<SagaExecution> {
    const run$ = this.runners.run(stream);
    // The log does not grow on a server once it has been read.
    if (isServer()) return concat(run$.pipe(ignoreElements()), this.follow(stream, id));
    return this.follow(stream, id).pipe(
      connect((seen$) =>
        merge(
          seen$,
          seen$.pipe(
            map(({ state }) => !isEnd(state) && state !== 'paused'),
            distinctUntilChanged(),
            filter(Boolean),
            // One after the other: the one before may still be on its way to a safe point.
            concatMap(() => run$),
            ignoreElements(),
          ),
        ),
      ),
    );
  }

  private follow(stream: string, id: string): Observable<SagaExecution> {
    return defer(() => {
      let [record, isLive]: [SagaRecord | undefined, boolean] = [undefined, false];
      return this.runners.ports.store.subscribeToStream(stream).pipe(
        map((item) => {
          if (item.type === 'event') record = foldSaga([item.event], record);
          else isLive = item.type === 'caught-up';
          return isLive ? checked(record, id) : undefined;
        }),
        filter((known) => known !== undefined),
        distinctUntilChanged(),
        map((known) => executionOf(known)),
        takeWhile(({ state }) => !isEnd(state), true),
      );
    });
  }

  /** Records what a saga is told, on what it is now. */
  private change(
    id: string,
    decide: (record: SagaRecord) => readonly SagaFact[],
    whenItIs: SagaEnd | 'open' = 'open',
  ): Observable<SagaExecution> {
    return flowOf(async (flow) => {
      const stream = await this.beginnings.locate(id);
      const log = new SagaLog(stream, this.runners.ports, flow);
      await log.catchUp();
      for (;;) {
        if (flow.ended()) return;
        const record = checked(log.record, id);
        const facts = (record.end ?? 'open') === whenItIs ? decide(record) : [];
        if (facts.length === 0 || (await log.write(facts))) break;
      }
      flow.next(executionOf(checked(log.record, id)));
    });
  }
}
