import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { CLOCK, polling } from 'rx-mesh/kernel';
import { MetricsService } from 'rx-mesh/metrics';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { EMPTY, type Observable, Subject, catchError, mergeMap, of, take, timer } from 'rxjs';
import { CATALOG } from '../backends/catalog';
import { FaultControls, type Faults } from '../backends/fault-controls';
import { CallHistory } from '../calls/call-history';
import { routeCounters, serviceCounters } from '../calls/counters';
import { Isolation } from '../calls/isolation';
import { toServiceCall } from '../calls/service-calls';
import { BreakerCard } from '../ui/breaker-card';
import { CallForm, type CallOrder } from '../ui/call-form';
import { type CounterRow, CounterTable } from '../ui/counter-table';
import { EventFeed } from '../ui/event-feed';
import { FaultPanel } from '../ui/fault-panel';
import { countdown } from './countdown';

const REFRESH = 1000; // milliseconds
// A storm is many calls, not all at once: so it can be seen when the breaker opens.
const STORM_GAP = 30; // milliseconds

/** Calls by hand: send them, disturb whoever answers, and see what the library makes of it. */
@Component({
  selector: 'app-communication',
  imports: [BreakerCard, CallForm, CounterTable, EventFeed, FaultPanel, MatButton],
  templateUrl: './communication.html',
  styleUrl: './communication.scss',
})
export class Communication {
  private readonly clock = inject(CLOCK);
  private readonly services = inject(MicroservicesCommunicationService);
  private readonly circuits = inject(CircuitBreakerService);
  private readonly controls = inject(FaultControls);
  private readonly history = inject(CallHistory);
  private readonly isolation = inject(Isolation);
  private readonly metrics = inject(MetricsService);
  readonly #orders = new Subject<CallOrder>();
  readonly #left = countdown(this.services.circuitBreakerStatus, {
    clock: this.clock,
    retryAfter: (name) => this.circuits.retryAfter(name),
  });
  readonly #series = toSignal(
    polling({ period: REFRESH, clock: this.clock }, () => of(this.metrics.collect())),
    { requireSync: true },
  );

  protected readonly catalog = CATALOG;
  protected readonly service = signal(CATALOG[0]?.name ?? '');
  protected readonly calls = this.history.log;
  protected readonly seed = this.controls.seed;
  protected readonly faults = computed(() => this.controls.of(this.service()));
  protected readonly instances = computed(() => {
    const found = CATALOG.find(({ name }) => name === this.service());
    const killed = this.controls.killed();
    return (found?.instances ?? []).map(({ id }) => ({ id, alive: !killed.has(id) }));
  });
  protected readonly breakers = computed(() => {
    const status = this.services.circuitBreakerStatus();
    const left = this.#left();
    return CATALOG.map(({ name }) => ({ name, state: status.get(name), retryIn: left.get(name) }));
  });

  protected readonly callColumns = ['Succeeded', 'Fell back', 'Failed', 'Retries', 'Rejected'];
  protected readonly callRows = computed((): readonly CounterRow[] =>
    serviceCounters(this.#series()).map(
      ({ failed, fallbacks, rejected, retries, service, succeeded }) => ({
        head: service,
        counts: [succeeded, fallbacks, failed, retries, rejected],
      }),
    ),
  );
  protected readonly requestColumns = ['Sent', '2xx', '4xx', '5xx', 'No answer'];
  protected readonly requestRows = computed((): readonly CounterRow[] =>
    routeCounters(this.#series()).map(
      ({ answered, broken, operation, refused, requests, service, unanswered }) => ({
        head: service,
        note: operation,
        counts: [requests, answered, refused, broken, unanswered],
      }),
    ),
  );

  constructor() {
    this.#orders
      .pipe(
        mergeMap((order) => this.storm(order)),
        takeUntilDestroyed(),
      )
      .subscribe();
  }

  protected send(order: CallOrder): void {
    this.#orders.next(order);
  }

  protected toggleBreaker(name: string): void {
    this.isolation.toggle(name);
  }

  protected change(change: Partial<Faults>): void {
    this.controls.set(this.service(), change);
  }

  protected toggleInstance(id: string): void {
    if (this.controls.isAlive(id)) this.controls.kill(id);
    else this.controls.revive(id);
  }

  protected reseed(seed: number): void {
    this.controls.reseed(seed);
  }

  protected reset(): void {
    this.controls.reset();
  }

  protected clear(): void {
    this.history.clear();
  }

  private storm({ count, fallback, operation, service }: CallOrder): Observable<unknown> {
    const call = toServiceCall(service, operation, { fallback });
    return timer(0, STORM_GAP, this.clock.scheduler).pipe(
      take(count),
      // How a call ends is told by its events; here nobody waits for the answer.
      mergeMap(() => this.services.callService(call).pipe(catchError(() => EMPTY))),
    );
  }
}
