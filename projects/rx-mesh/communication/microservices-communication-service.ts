import { Injectable, type Signal, inject } from '@angular/core';
import { type CircuitBreakerState, CircuitBreakerService } from 'rx-mesh/resilience';
import type { Observable } from 'rxjs';
import { HealthReporter, type ServiceHealthReport } from './health-report';
import type { ServiceCall } from './service-call';
import type { ServiceCallEvent } from './service-call-event';
import { ServiceCaller } from './service-caller';

/**
 * Calls a service by its name: discovered, balanced, tried again, timed out, guarded by a breaker, traced and measured.
 *
 * @usageNotes
 * ```ts
 * const services = inject(MicroservicesCommunicationService);
 * services.callService<Order>({ service: 'orders', path: '/orders/42', route: '/orders/:id' });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class MicroservicesCommunicationService {
  private readonly caller = inject(ServiceCaller);
  private readonly breakers = inject(CircuitBreakerService);
  private readonly health = inject(HealthReporter);

  /**
   * How all services are: a report at once, and after each round of checks, while somebody listens. An empty registry and
   * a check that hangs give a report, too.
   */
  readonly serviceHealth$: Observable<ServiceHealthReport> = this.health.report$;

  /** The last report of {@link serviceHealth$}; `undefined` before the first. */
  readonly serviceHealth: Signal<ServiceHealthReport | undefined> = this.health.report;

  /** The circuit breakers by name, one for each service that was called: on subscribe, and after each change. */
  readonly circuitBreakerStatus$: Observable<ReadonlyMap<string, CircuitBreakerState>> =
    this.breakers.status$;

  /** The circuit breakers by name, one for each service that was called, as a signal. */
  readonly circuitBreakerStatus: Signal<ReadonlyMap<string, CircuitBreakerState>> =
    this.breakers.status;

  /** What happens to calls, as it happens. Never errors. */
  readonly serviceCallEvents$: Observable<ServiceCallEvent> = this.caller.events$;

  /**
   * Calls a service. The stream is cold: each subscription is a call, which gives one answer and completes. To leave it
   * aborts the request. Its errors are those of {@link ServiceCaller.call}.
   *
   * @param serviceCall What is asked of whom.
   */
  callService<T>(serviceCall: ServiceCall<T>): Observable<T> {
    return this.caller.call(serviceCall);
  }
}
