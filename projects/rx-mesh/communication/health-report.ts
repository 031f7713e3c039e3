import { HttpClient, HttpContext } from '@angular/common/http';
import { Injectable, type Signal, inject, signal } from '@angular/core';
import { CLOCK, PAGE_STATE, polling } from 'rx-mesh/kernel';
import { type HealthStatus, type ServiceInstance, ServiceRegistry } from 'rx-mesh/mesh';
import { SKIP_METRICS } from 'rx-mesh/metrics';
import {
  type CircuitBreakerPhase,
  CircuitBreakerService,
  RESILIENCE_POLICY,
  judgeError,
  resilient,
  timeoutPolicy,
} from 'rx-mesh/resilience';
import { SKIP_TRACING } from 'rx-mesh/tracing';
import {
  type Observable,
  catchError,
  defer,
  from,
  map,
  mergeMap,
  of,
  take,
  tap,
  toArray,
} from 'rxjs';
import { COMMUNICATION } from './with-communication';

/** How one instance answered. */
export interface InstanceHealthReport {
  /** The instance that was asked. */
  readonly instance: ServiceInstance;
  /** `degraded`: it answered slowly; `unhealthy`: not, or with a status of at least 500; `unknown`: it has no such path. */
  readonly health: HealthStatus;
  /** How long it took, in milliseconds. */
  readonly duration: number;
}

/** How one service is. */
export interface ServiceHealth {
  /** The name of the service. */
  readonly service: string;
  /** `healthy` when all instances are, `unhealthy` when all are, `unknown` when nothing is known, else `degraded`. */
  readonly health: HealthStatus;
  /** What its circuit breaker does with calls. */
  readonly circuit: CircuitBreakerPhase;
  /** How each instance answered. */
  readonly instances: readonly InstanceHealthReport[];
}

/** How all services are. */
export interface ServiceHealthReport {
  /** When the round ended. */
  readonly at: Date;
  /** Every service of the registry, by name; none for an empty registry. */
  readonly services: ReadonlyMap<string, ServiceHealth>;
}

// As many as a browser sends to one origin over HTTP/1.1.
const AT_ONCE = 6;

/** Asks every instance how it is, while somebody listens. */
@Injectable({ providedIn: 'root' })
export class HealthReporter {
  private readonly clock = inject(CLOCK);
  private readonly http = inject(HttpClient);
  private readonly page = inject(PAGE_STATE);
  private readonly breakers = inject(CircuitBreakerService);
  private readonly registry = inject(ServiceRegistry);
  private readonly options = inject(COMMUNICATION.token);
  private readonly latest = signal<ServiceHealthReport | undefined>(undefined);
  private readonly limit = timeoutPolicy(
    { clock: this.clock },
    { limit: this.options.healthTimeout },
  );

  /**
   * A report after each round of checks, the first at once; then one after each `healthPeriod`. A check that hangs is cut
   * off, so that every round ends. Nothing is asked without a subscriber, nor on the server.
   */
  readonly report$: Observable<ServiceHealthReport> = polling(
    { period: this.options.healthPeriod, clock: this.clock },
    () => this.round(),
  );

  /** The last report; `undefined` before the first. It is renewed while {@link HealthReporter.report$} is watched. */
  readonly report: Signal<ServiceHealthReport | undefined> = this.latest.asReadonly();

  private round(): Observable<ServiceHealthReport> {
    // One look at the registry, so that a change of it starts no second round.
    return this.registry.services$.pipe(
      take(1),
      mergeMap((services) =>
        from([...services.values()].flat()).pipe(
          mergeMap((instance) => this.check(instance), AT_ONCE),
          toArray(),
          map((reports) => this.reportOf([...services.keys()], reports)),
        ),
      ),
      tap((report) => this.latest.set(report)),
    );
  }

  private check(instance: ServiceInstance): Observable<InstanceHealthReport> {
    return defer(() => {
      const since = this.clock.monotonic();
      const context = new HttpContext()
        .set(SKIP_TRACING, true)
        .set(SKIP_METRICS, true)
        .set(RESILIENCE_POLICY, null);
      const told = (health: HealthStatus): InstanceHealthReport => ({
        instance,
        health,
        duration: this.clock.monotonic() - since,
      });
      const { limit } = this;
      const isSlow = () => this.clock.monotonic() - since > this.options.healthTimeout / 2;
      return this.http
        .get(instance.url + this.options.healthPath, { context, responseType: 'text' })
        .pipe(
          resilient(limit, `${instance.name} ${this.options.healthPath}`),
          map(() => told(isSlow() ? 'degraded' : 'healthy')),
          catchError((error: unknown) =>
            of(told(this.page.online && judgeError(error) === 'failure' ? 'unhealthy' : 'unknown')),
          ),
        );
    });
  }

  private reportOf(
    names: readonly string[],
    reports: readonly InstanceHealthReport[],
  ): ServiceHealthReport {
    const services = names.map((service): [string, ServiceHealth] => {
      const instances = reports.filter(({ instance }) => instance.name === service);
      const circuit = this.breakers.find(service)?.phase ?? 'closed';
      return [service, { service, health: summaryOf(instances), circuit, instances }];
    });
    return { at: new Date(this.clock.now()), services: new Map(services) };
  }
}

function summaryOf(instances: readonly InstanceHealthReport[]): HealthStatus {
  const [first, ...others] = new Set(instances.map(({ health }) => health));
  if (first === undefined) return 'unknown';
  return others.length === 0 ? first : 'degraded';
}
