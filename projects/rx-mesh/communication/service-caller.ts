import type { HttpResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { CLOCK, ID_GENERATOR, PAGE_STATE, RANDOM, tapSettled, withoutStack } from 'rx-mesh/kernel';
import { type InstanceLease, LoadBalancerService, ServiceRegistry } from 'rx-mesh/mesh';
import {
  CircuitBreakerService,
  OfflineError,
  RESILIENCE,
  RETRY,
  circuitBreakerPolicy,
  retryPolicy,
  timeoutPolicy,
} from 'rx-mesh/resilience';
import {
  type Observable,
  type ObservableInput,
  catchError,
  concatMap,
  defer,
  finalize,
  from,
  map,
  take,
  takeLast,
  tap,
} from 'rxjs';
import { isAttemptTimeout, partOf, withDeadline } from './call-errors';
import { refuseLate, timeLeft } from './call-deadline';
import { type PlanDefaults, type PlanPorts, planCall } from './call-plan';
import { type Run, type StandIn, beginRun } from './call-run';
import { CallTelemetry } from './call-telemetry';
import { EarlierAnswers } from './earlier-answers';
import { HttpAttempt } from './http-attempt';
import { endLease, pauseOfAll } from './lease-end';
import type { ServiceCall } from './service-call';
import { type ServiceGuard, ServiceGuards } from './service-guards';
import type { ServiceCallEvent } from './service-call-event';
import { ServiceRules } from './service-rules';
import { COMMUNICATION } from './with-communication';

/**
 * The only way in which a service is called: find an instance, ask the circuit breaker, send one request, try again if
 * that may help, and tell what happened. Every policy gives back what it holds when the subscriber leaves.
 *
 * @usageNotes
 * ```ts
 * inject(ServiceCaller).call<Order>({ service: 'orders', path: '/orders/42' });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ServiceCaller {
  private readonly balancer = inject(LoadBalancerService);
  private readonly breakers = inject(CircuitBreakerService);
  private readonly attempts = inject(HttpAttempt);
  private readonly telemetry = inject(CallTelemetry);
  private readonly guards = inject(ServiceGuards);
  private readonly resilience = inject(RESILIENCE);
  private readonly registry = inject(ServiceRegistry);
  private readonly retry = RETRY.resolve(partOf(this.resilience.retry), inject(RETRY.token));
  private readonly page = inject(PAGE_STATE);
  private readonly clock = inject(CLOCK);
  private readonly ports = { clock: this.clock, random: inject(RANDOM), page: this.page };
  private readonly earlier = inject(EarlierAnswers);
  private readonly rules = inject(ServiceRules);
  private readonly defaults: PlanDefaults = {
    ...inject(COMMUNICATION.token),
    retries: this.resilience.retry === false ? 0 : this.retry.retries,
  };
  private readonly planning: PlanPorts = {
    clock: this.clock,
    ids: inject(ID_GENERATOR),
    defaults: (service) => this.rules.defaultsOf(service, this.defaults),
  };

  /** What happens to calls, as it happens. Never errors. */
  readonly events$: Observable<ServiceCallEvent> = this.telemetry.events$;

  /**
   * Makes a call for each subscription: one answer, then the end.
   *
   * Errors of the stream: `InvalidOptionError` for a call that makes no sense, `NoInstanceError`, `CircuitOpenError`,
   * `CallTimeoutError`, `RetriesExhaustedError` with every attempt as its cause, and the `HttpErrorResponse` of an
   * answer that no new attempt can change.
   */
  call<T>(call: ServiceCall<T>): Observable<T> {
    return this.make(call, ({ body }) => body as T);
  }

  /**
   * Makes a call as {@link ServiceCaller.call} does, and gives the whole answer: status, headers and body.
   *
   * @usageNotes
   * ```ts
   * caller.respond<Order>({ service: 'orders', path: '/orders/42' }).subscribe(({ headers }) => headers.get('ETag'));
   * ```
   */
  respond<T>(call: ServiceCall<HttpResponse<T>>): Observable<HttpResponse<T>> {
    return this.make(call, (response) => response as HttpResponse<T>);
  }

  /** Forgets the answers that were kept for `stale` calls: at the latest when the user signs out. */
  forgetAnswers(): void {
    this.earlier.clear();
  }

  private make<T>(
    call: ServiceCall<T>,
    read: (response: HttpResponse<unknown>) => T,
  ): Observable<T> {
    return defer(() => {
      const plan = planCall(call, this.planning);
      const run = beginRun(plan, this.telemetry.begin(plan));
      const guard = this.guards.of(plan.service);
      let stoodIn: StandIn | undefined;
      return guard.throttle(this.tried(run, guard), run.context).pipe(
        tap((response) => this.earlier.keep(plan, response)),
        map(read),
        catchError((error: unknown) => {
          const told = withDeadline(error, plan);
          const last = this.earlier.recall(plan, told);
          if (!last && !call.fallback) throw told;
          stoodIn = { error: told, age: last?.age };
          const answer$: ObservableInput<T> = last
            ? [read(last.value as HttpResponse<unknown>)]
            : (call.fallback?.(told) ?? []);
          return from(answer$).pipe(take(1));
        }),
        tapSettled({
          // A call has one answer; whoever has it may leave.
          isFinal: () => true,
          success: () => {
            if (stoodIn) run.report.settled('fallback', stoodIn.error, stoodIn.age);
            else run.report.settled('success');
          },
          failure: (error) => run.report.settled('failure', error),
        }),
        // After the teardown of the attempt, so that a call that was left ends after its request.
        finalize(() => run.report.settled('cancelled')),
      );
    });
  }

  private tried(run: Run, guard: ServiceGuard): Observable<HttpResponse<unknown>> {
    const { plan, tried } = run;
    const { isRetryable } = this.retry;
    const policy = retryPolicy(this.ports, {
      ...this.retry,
      retries: plan.retries,
      budget: guard.budget,
      retryAfter: (error, clock) =>
        pauseOfAll(error, () => this.balancer.pausedFor(plan.service, plan.call)) ??
        this.retry.retryAfter(error, clock),
      // What hangs in one place may work in another.
      isRetryable: (error) =>
        isRetryable(error) || (isAttemptTimeout(error) && this.hasUntried(plan.service, tried)),
    });
    return policy(
      defer(() => this.attempt(run, guard)),
      run.context,
    );
  }

  private hasUntried(service: string, tried: ReadonlySet<string>): boolean {
    return this.registry.instancesOf(service).some(({ id }) => !tried.has(id));
  }

  private attempt(run: Run, guard: ServiceGuard): Observable<HttpResponse<unknown>> {
    const { plan, report, tried } = run;
    const { balanceKey: key, from, version } = plan.call;
    const attempt = ++run.attempt;
    if (!this.page.online) {
      const error = withoutStack(() => new OfflineError(plan.name, 0));
      report.rejected(attempt, error);
      throw error;
    }
    const limit = timeoutPolicy(this.ports, {
      limit: timeLeft(plan, this.clock),
      scope: 'call',
    });
    // One lease, one request: the registry may change as it likes in the meantime.
    return limit(
      this.balancer.lease(plan.service, { tried, version, key, from }),
      run.context,
    ).pipe(
      tap(() => refuseLate(plan, this.clock)),
      tap({ error: (error: unknown) => report.rejected(attempt, error) }),
      // Not before there is such a service: a breaker is kept for each name.
      tap(() => this.rules.apply(plan.service)),
      concatMap((lease) =>
        circuitBreakerPolicy(this.breakers.get(plan.service), {
          retryAfter: (error) => pauseOfAll(error, () => this.balancer.pausedFor(plan.service)),
        })(
          guard.bulkhead(
            defer(() => this.request(run, lease, attempt)),
            run.context,
          ),
          run.context,
        ),
      ),
      // Who hears of the answer may call again at once: by then the permit has been given back.
      takeLast(1),
    );
  }

  private request(
    run: Run,
    lease: InstanceLease,
    attempt: number,
  ): Observable<HttpResponse<unknown>> {
    const { context, plan, report, tried } = run;
    const { instance } = lease;
    tried.add(instance.id);
    lease.start();
    const settled = report.request(attempt, instance);
    const left = timeLeft(plan, this.clock);
    const limited = timeoutPolicy(
      this.ports,
      // Cut by the deadline, an attempt still ends as a failure that the breaker hears of.
      left < plan.timeout
        ? { limit: left, scope: 'call' }
        : { limit: plan.timeout, scope: 'attempt' },
    );
    // Deferred, so that a request which cannot even be made has failed, and gives the lease back.
    const sent$ = defer(() => this.attempts.send(plan, instance, report.trace));
    const fault = this.rules.faultOf(plan.service);
    return limited(fault ? fault(sent$, context) : sent$, context).pipe(
      tapSettled({
        isFinal: () => true,
        success: (response) => {
          lease.done('success');
          settled('success', { status: response?.status });
        },
        failure: (error) => {
          endLease(lease, error, this.page, () => this.retry.retryAfter(error, this.clock));
          settled('failure', { error });
        },
        cancelled: () => {
          lease.done('cancelled');
          settled('cancelled');
        },
      }),
      // Some interceptor may never complete: what has its answer must not be found slow, and sent again.
      take(1),
    );
  }
}
