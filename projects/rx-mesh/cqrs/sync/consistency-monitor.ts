import { Injectable, inject } from '@angular/core';
import { EVENT_LOG, type LogHead, READ_MODEL_STORAGE } from 'rx-mesh/event-sourcing';
import { CLOCK, PAGE_STATE, RANDOM, isServer, shareLatest } from 'rx-mesh/kernel';
import { type Observable, type ObservableInput, catchError, defer, exhaustMap, filter, forkJoin, from, map, mergeMap, of, take, tap, throwError, throwIfEmpty, timeout, timer, toArray } from 'rxjs'; // prettier-ignore
import { refreshed } from '../read-models/refreshed';
import { type ConsistencyPorts, type WatchedModel, lagOfProbe, lagsOf, positionOf, watchedModels } from './consistency-check'; // prettier-ignore
import { type ConsistencyFailure, type ConsistencyOptions, type ConsistencyReport, type ConsistencyValues, type ReadModelLag, type WaitForConsistencyOptions, checkPosition, consistencyValues } from './consistency-options'; // prettier-ignore
import { ConsistencyTimeoutError, type ReadModelPosition } from './sync-errors';

const AT_ONCE = 4;
const POLL = 1000; // ms
const THROTTLE = 20; // ms

/** What was found of one read model. */
type Finding = { readonly lags: readonly ReadModelLag[] } | ConsistencyFailure;

/**
 * Says whether read models have all events, and how far they are behind: in events and in milliseconds, for each read model
 * and each service. It compares the log with the checkpoints that are stored, so it does not matter which tab makes them,
 * or whether any does.
 *
 * @usageNotes
 * ```ts
 * inject(ConsistencyMonitor)
 *   .monitor({ period: 1000, toleratedMs: 500 })
 *   .subscribe(({ isConsistent, lagTime }) => show(isConsistent ? 'up to date' : `${lagTime} ms behind`));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ConsistencyMonitor {
  private readonly page = inject(PAGE_STATE);
  private readonly random = inject(RANDOM);
  private readonly ports: ConsistencyPorts = {
    log: inject(EVENT_LOG),
    storage: inject(READ_MODEL_STORAGE),
    clock: inject(CLOCK),
  };

  /**
   * Looks at once, and then again each period for as long as somebody is subscribed; a look that takes longer is waited for,
   * so looks never pile up. Subscribers of one call share it, and late ones get the newest report. What could not be looked
   * at is a failure of the report, which is not consistent then. Errors only with an `InvalidOptionError`. Completes only on
   * a server, after the first report.
   */
  monitor(options: ConsistencyOptions = {}): Observable<ConsistencyReport> {
    return defer(() => {
      const values = consistencyValues(options);
      const { scheduler } = this.ports.clock;
      const looks$ = isServer() ? of(0) : timer(0, values.period, scheduler);
      return looks$.pipe(exhaustMap(() => this.look(values)));
    }).pipe(shareLatest());
  }

  /** Looks once. Emits a report and completes. Errors only with an `InvalidOptionError`. */
  check(options: ConsistencyOptions = {}): Observable<ConsistencyReport> {
    return defer(() => this.look(consistencyValues(options)));
  }

  /**
   * Waits until read models have the events up to a position, such as that of an append: what was just written is then there
   * when it is read. Emits the position of the one that is the least far, and completes. An event that was parked counts as
   * handled. Fails with a `ConsistencyTimeoutError`, also when no read model is known.
   */
  waitForConsistency(
    position: number,
    { timeout: limit, ...rest }: WaitForConsistencyOptions = {},
  ): Observable<number> {
    return defer(() => {
      checkPosition(position);
      const { models, synchronizations, timeout: wait } = consistencyValues({ ...rest, timeout: limit }); // prettier-ignore
      const { storage, clock } = this.ports;
      let [behind, cause]: [readonly ReadModelPosition[], unknown] = [[], undefined];
      const look = () =>
        defer(async () => {
          const watched = await watchedModels(storage, models, synchronizations);
          return Promise.all(watched.map(async (model) => this.place(model)));
        });
      const late = (): ConsistencyTimeoutError =>
        new ConsistencyTimeoutError(position, behind, wait, cause === undefined ? {} : { cause });
      return refreshed(
        { clock, page: this.page, random: this.random },
        {
          look,
          wake$: storage.changes$,
          throttle: THROTTLE,
          every: POLL,
          onFailure: (error) => {
            [behind, cause] = [[], error];
            return 'again';
          },
        },
      ).pipe(
        tap((places) => {
          behind = places.filter((place) => place.position < position);
          cause = undefined;
        }),
        filter(({ length }) => length > 0 && behind.length === 0),
        map((places) => Math.min(...places.map((place) => place.position))),
        take(1),
        timeout({ first: wait, scheduler: clock.scheduler, with: () => throwError(() => late()) }),
        throwIfEmpty(late),
      );
    });
  }

  private async place(model: WatchedModel): Promise<ReadModelPosition> {
    const { readModel } = model;
    return { readModel, position: await positionOf(this.ports.storage, model) };
  }

  private look(values: ConsistencyValues): Observable<ConsistencyReport> {
    const { log, storage, clock } = this.ports;
    const { models, synchronizations } = values;
    const begun$ = forkJoin({
      head: defer(async () => log.head()),
      watched: defer(async () => watchedModels(storage, models, synchronizations)),
    });
    return begun$.pipe(
      timeout({ first: values.timeout, scheduler: clock.scheduler }),
      mergeMap(({ head, watched }) =>
        this.findings(values, head, watched).pipe(
          map((findings) => this.report(values, head.position, findings)),
        ),
      ),
      catchError((error: unknown) => of(this.report(values, 0, [{ error }]))),
    );
  }

  private findings(
    values: ConsistencyValues,
    head: LogHead,
    watched: readonly WatchedModel[],
  ): Observable<readonly Finding[]> {
    const { maxScan, probes } = values;
    const own = watched.map((model) =>
      this.finding({ readModel: model.readModel }, values, async () =>
        lagsOf(this.ports, model, head, maxScan),
      ),
    );
    const others = probes.map((probe) =>
      this.finding({ service: probe.service, readModel: probe.readModel }, values, () =>
        from(probe.check()).pipe(
          take(1),
          throwIfEmpty(),
          map((facts) => lagOfProbe(probe, facts)),
        ),
      ),
    );
    return from([...own, ...others]).pipe(
      mergeMap((finding, at) => finding.pipe(map((found) => ({ at, found }))), AT_ONCE),
      toArray(),
      map((all) => all.sort((a, b) => a.at - b.at).map(({ found }) => found)),
    );
  }

  private finding(
    who: Omit<ConsistencyFailure, 'error'>,
    { timeout: first }: ConsistencyValues,
    look: () => ObservableInput<readonly ReadModelLag[]>,
  ): Observable<Finding> {
    return defer(look).pipe(
      timeout({ first, scheduler: this.ports.clock.scheduler }),
      map((lags): Finding => ({ lags })),
      catchError((error: unknown) => of<Finding>({ ...who, error })),
    );
  }

  private report(
    { toleratedEvents, toleratedMs }: ConsistencyValues,
    head: number,
    findings: readonly Finding[],
  ): ConsistencyReport {
    const lags = findings.flatMap((finding) => ('lags' in finding ? finding.lags : []));
    const failures = findings.filter((finding) => 'error' in finding);
    const isTolerated = ({ lagEvents, lagMs, parked, isAtLeast }: ReadModelLag): boolean =>
      parked === 0 &&
      ((lagEvents <= toleratedEvents && !isAtLeast) || (toleratedMs > 0 && lagMs <= toleratedMs));
    const inconsistencies = lags.filter((lag) => !isTolerated(lag));
    const byModel = new Map<string, number>();
    for (const { readModel, lagEvents } of lags) {
      byModel.set(readModel, (byModel.get(readModel) ?? 0) + lagEvents);
    }
    return {
      timestamp: new Date(this.ports.clock.now()),
      isConsistent: inconsistencies.length === 0 && failures.length === 0,
      inconsistencies,
      lagTime: lags.reduce((most, { lagMs }) => Math.max(most, lagMs), 0),
      lagEvents: [...byModel.values()].reduce((most, events) => Math.max(most, events), 0),
      lags,
      failures,
      head,
    };
  }
}
