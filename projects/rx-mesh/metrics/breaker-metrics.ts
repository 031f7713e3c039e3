import { Injectable, assertInInjectionContext, inject } from '@angular/core';
import {
  type CircuitBreakerPhase,
  CircuitBreakerService,
  type CircuitBreakerState,
} from 'rx-mesh/resilience';
import { type Observable, defer, tap } from 'rxjs';
import type { BoundGauge } from './instruments';
import { MetricsService } from './metrics-service';

/** What is read of a circuit breaker: the state of rx-mesh/resilience has it all, and so may that of any other. */
export interface CircuitBreakerReading {
  /** What it does with calls. */
  readonly state: CircuitBreakerPhase;
  /** How many calls failed in its window. @default nobody knows */
  readonly failureCount?: number | undefined;
  /** How many calls succeeded in its window. @default nobody knows */
  readonly successCount?: number | undefined;
}

type ShownState = CircuitBreakerPhase | 'unknown';

// Each breaker has the first three from the start, the others once it is in them: there is a limit to series.
const ALWAYS: readonly ShownState[] = ['closed', 'open', 'half-open'];
const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...ALWAYS,
  'isolated',
  'metrics-only',
  'disabled',
]);

const MOST_BREAKERS = 500;

/**
 * What circuit breakers do, as metrics with the tag `service`: the gauge `circuit_breaker.state`, which is 1 for the `state`
 * it is in and 0 for the others, the gauges `circuit_breaker.failure_count` and `circuit_breaker.success_count`, and the
 * counter `circuit_breaker.transitions` by `from` and `to`.
 *
 * A breaker that several watch is counted once: what it did last is remembered by service, of 500 services at most.
 *
 * @usageNotes
 * ```ts
 * inject(BreakerMetrics).monitor('orders', breaker.state$).subscribe();
 * ```
 */
@Injectable({ providedIn: 'root' })
export class BreakerMetrics {
  private readonly metrics = inject(MetricsService);
  private readonly rows = new Map<string, BreakerRow>();

  /** Records what a breaker does, and passes it on. It records while somebody is subscribed. */
  monitor<S extends CircuitBreakerReading>(service: string, status$: Observable<S>): Observable<S> {
    return status$.pipe(tap((reading) => this.record(service, reading)));
  }

  /** Records what a breaker does now. Never throws. */
  record(service: string, reading: CircuitBreakerReading): void {
    let row = this.rows.get(service);
    if (!row) {
      const [oldest] = this.rows.keys();
      if (oldest !== undefined && this.rows.size >= MOST_BREAKERS) this.rows.delete(oldest);
      this.rows.set(service, (row = new BreakerRow(this.metrics, service)));
    }
    row.record(reading);
  }
}

class BreakerRow {
  readonly #metrics: MetricsService;
  readonly #service: string;
  readonly #states = new Map<ShownState, BoundGauge>();
  readonly #failures: BoundGauge;
  readonly #successes: BoundGauge;
  #last: ShownState | undefined;

  constructor(metrics: MetricsService, service: string) {
    this.#metrics = metrics;
    this.#service = service;
    const gauge = (name: string) =>
      metrics.ɵmetric('gauge', `circuit_breaker.${name}`).bind({ service });
    this.#failures = gauge('failure_count');
    this.#successes = gauge('success_count');
    for (const state of ALWAYS) this.#add(state);
  }

  record({ failureCount, state, successCount }: CircuitBreakerReading): void {
    const now: ShownState = KNOWN.has(state) ? state : 'unknown';
    if (!this.#states.has(now)) this.#add(now);
    // All of them each time: a reset of the metrics forgets them.
    for (const [each, gauge] of this.#states) gauge.set(each === now ? 1 : 0);
    if (failureCount !== undefined) this.#failures.set(failureCount);
    if (successCount !== undefined) this.#successes.set(successCount);
    const from = this.#last;
    this.#last = now;
    if (from === undefined || from === now) return;
    const tags = { service: this.#service, from, to: now };
    this.#metrics.ɵmetric('counter', 'circuit_breaker.transitions').add(1, tags);
  }

  #add(state: ShownState): void {
    const tags = { service: this.#service, state };
    this.#states.set(state, this.#metrics.ɵmetric('gauge', 'circuit_breaker.state').bind(tags));
  }
}

/**
 * Records what all breakers of `CircuitBreakerService` do, as `monitorCircuitBreaker` does for one, and passes it on: by
 * name, on subscribe and after each change. It records while somebody is subscribed.
 *
 * It needs an injection context.
 *
 * @usageNotes
 * ```ts
 * monitorCircuitBreakers().pipe(takeUntilDestroyed()).subscribe();
 * ```
 */
export function monitorCircuitBreakers(): Observable<ReadonlyMap<string, CircuitBreakerState>> {
  assertInInjectionContext(monitorCircuitBreakers);
  const recorder = inject(BreakerMetrics);
  const { status$ } = inject(CircuitBreakerService);
  return defer(() => {
    let seen: ReadonlyMap<string, CircuitBreakerState> = new Map();
    return status$.pipe(
      tap((all) => {
        // A breaker that did nothing since is the same object.
        for (const [name, state] of all) if (seen.get(name) !== state) recorder.record(name, state);
        seen = all;
      }),
    );
  });
}
