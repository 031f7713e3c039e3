import { HttpClient, HttpContext } from '@angular/common/http';
import { Injectable, type Signal, inject, signal } from '@angular/core';
import {
  CLOCK,
  PAGE_STATE,
  type PolicyEvent,
  RANDOM,
  RESILIENCE_POLICY,
  SKIP_METRICS,
  SKIP_TRACING,
  chaosPolicy,
  composePolicies,
  isRxMeshError,
  isCallTimeoutError,
  isRetriesExhaustedError,
  resilient,
} from 'rx-mesh';
import {
  EMPTY,
  type Observable,
  catchError,
  defer,
  finalize,
  mergeMap,
  take,
  tap,
  timer,
} from 'rxjs';
import { INSTANCES } from '../backends/catalog';
import type { Experiment } from './experiments';

/** How one call ended for whoever made it. */
export type Mark = 'answered' | 'stood-in' | 'refused' | 'failed';

/** What an experiment has shown up to now. */
export interface Findings {
  /** Each call in the order in which they ended. */
  readonly marks: readonly Mark[];
  /** How many calls were made, and how many requests went out for them. */
  readonly calls: number;
  readonly requests: number;
  readonly running: boolean;
  /** What the policy told besides: retries, waits, hedges. */
  readonly told: Readonly<Partial<Record<PolicyEvent['type'], number>>>;
}

const NOTHING: Findings = { marks: [], calls: 0, requests: 0, running: false, told: {} };

/** Runs experiments against an instance of the orders service. */
@Injectable({ providedIn: 'root' })
export class ExperimentRuns {
  private readonly http = inject(HttpClient);
  private readonly ports = {
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
  };
  private readonly url = INSTANCES.find(({ service }) => service === 'orders')?.url ?? '';

  /** Prepares an experiment: its policy keeps its state from one run to the next. */
  prepare(experiment: Experiment): ExperimentRun {
    const { faults, id, key, policy } = experiment;
    const guarded = composePolicies(policy(this.ports, id), chaosPolicy(this.ports, faults));
    const findings = signal(NOTHING);
    const change = (next: (before: Findings) => Partial<Findings>): void => {
      findings.update((before) => ({ ...before, ...next(before) }));
    };
    const request$ = defer(() => {
      change(({ requests }) => ({ requests: requests + 1 }));
      // The policies of the page alone are to be seen.
      const context = new HttpContext()
        .set(RESILIENCE_POLICY, null)
        .set(SKIP_TRACING, true)
        .set(SKIP_METRICS, true);
      return this.http.get(`${this.url}/orders`, { context });
    });
    const call = (): Observable<unknown> =>
      defer(() => {
        let stoodIn = false;
        change(({ calls }) => ({ calls: calls + 1 }));
        const end = (mark: Mark): void => change(({ marks }) => ({ marks: [...marks, mark] }));
        const observe = (event: PolicyEvent): void => {
          if (event.type === 'fallback') stoodIn = true;
          change(({ told }) => ({ told: { ...told, [event.type]: (told[event.type] ?? 0) + 1 } }));
        };
        return request$.pipe(
          resilient(guarded, { name: id, key, observe }),
          tap({
            complete: () => end(stoodIn ? 'stood-in' : 'answered'),
            error: (error: unknown) => end(isRefusal(error) ? 'refused' : 'failed'),
          }),
          catchError(() => EMPTY),
        );
      });
    const run$ = defer(() => {
      findings.set({ ...NOTHING, running: true });
      return timer(0, experiment.gap, this.ports.clock.scheduler).pipe(
        take(experiment.calls),
        mergeMap(call),
        finalize(() => change(() => ({ running: false }))),
      );
    });
    return { experiment, findings: findings.asReadonly(), run$ };
  }
}

/** An experiment that is ready to run, again and again. */
export interface ExperimentRun {
  readonly experiment: Experiment;
  readonly findings: Signal<Findings>;
  readonly run$: Observable<unknown>;
}

// What rx-mesh turns away has not been sent; what timed out or was tried in vain has.
function isRefusal(error: unknown): boolean {
  return isRxMeshError(error) && !isCallTimeoutError(error) && !isRetriesExhaustedError(error);
}
