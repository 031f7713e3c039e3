import { Injectable, inject } from '@angular/core';
import { CLOCK, EventHub, isRxMeshError } from 'rx-mesh/kernel';
import type { ServiceInstance } from 'rx-mesh/mesh';
import { MetricsService } from 'rx-mesh/metrics';
import { isCallTimeoutError, statusOf } from 'rx-mesh/resilience';
import { PARENT_TRACE, type TraceContext, Tracer } from 'rx-mesh/tracing';
import type { CallPlan } from './call-plan';
import type {
  ServiceCallEvent,
  ServiceCallIdentity,
  ServiceCallOutcome,
} from './service-call-event';

type EventDetails<E = ServiceCallEvent> = E extends ServiceCallEvent
  ? Omit<E, keyof ServiceCallIdentity>
  : never;

/** What is told of calls: events for whoever listens, one span and a few numbers for each. */
@Injectable({ providedIn: 'root' })
export class CallTelemetry {
  private readonly clock = inject(CLOCK);
  private readonly metrics = inject(MetricsService);
  private readonly tracer = inject(Tracer);
  private readonly hub = new EventHub<ServiceCallEvent>();

  readonly events$ = this.hub.events$;

  /** Opens the report of a call that begins. */
  begin(plan: CallPlan<unknown>): CallReport {
    const { call, method, name, route, service } = plan;
    const tags = { 'rx_mesh.service': service, 'http.request.method': method };
    // A parent that is not there is decided by the tracer; `null` would say that there must be none.
    const parent = call.context?.get(PARENT_TRACE) ?? undefined;
    const span = this.tracer.startSpan(name, { parent, tags });
    const identity = { callId: span.spanId, traceId: span.traceId, service, method, route };
    const report = new CallReport(identity, this.tracer.contextOf(span), this.clock.monotonic(), {
      clock: this.clock,
      hub: this.hub,
      metrics: this.metrics,
      tracer: this.tracer,
    });
    report.tell({ type: 'call-started' });
    return report;
  }
}

interface ReportPorts {
  readonly clock: { monotonic(): number };
  readonly hub: EventHub<ServiceCallEvent>;
  readonly metrics: MetricsService;
  readonly tracer: Tracer;
}

/** The report of one call, from its start to its end. */
export class CallReport {
  #requests = 0;
  #over = false;

  constructor(
    private readonly identity: ServiceCallIdentity,
    /** The parent of every request of the call. */
    readonly trace: TraceContext,
    private readonly startedAt: number,
    private readonly ports: ReportPorts,
  ) {}

  /** Makes an event only when somebody listens. */
  tell(details: EventDetails): void {
    const { hub } = this.ports;
    if (hub.observed) hub.emit({ ...this.identity, ...details });
  }

  /** A request goes out. The returned function is told how it ended, once. */
  request(
    attempt: number,
    instance: ServiceInstance,
  ): (outcome: ServiceCallOutcome, end?: { status?: number | undefined; error?: unknown }) => void {
    const since = this.ports.clock.monotonic();
    this.#requests++;
    this.tell({ type: 'attempt-started', attempt, instance });
    return (outcome, { error, status = statusOf(error) } = {}) => {
      this.tell({
        type: 'attempt-settled',
        attempt,
        instance,
        outcome,
        status: status === 0 ? undefined : status,
        duration: this.ports.clock.monotonic() - since,
        ...(error === undefined ? {} : { error }),
      });
    };
  }

  /** No request went out. */
  rejected(attempt: number, error: unknown): void {
    const reason = isRxMeshError(error) ? error.code : 'other';
    this.#count('rx_mesh.call.rejections', { reason });
    this.tell({ type: 'attempt-rejected', attempt, error });
  }

  /** A new attempt was put off. */
  retry(attempt: number, delay: number): void {
    this.#count('rx_mesh.call.retries');
    this.ports.tracer.log(this.identity.callId, 'retry scheduled', { attempt, delay });
    this.tell({ type: 'retry-scheduled', attempt, delay });
  }

  /** The call is over. Only the first word counts. */
  settled(outcome: ServiceCallOutcome | 'fallback', error?: unknown, age?: number): void {
    if (this.#over) return;
    this.#over = true;
    const { metrics, tracer } = this.ports;
    const { callId, service } = this.identity;
    const duration = this.ports.clock.monotonic() - this.startedAt;
    metrics.recordTimer('rx_mesh.call.duration', duration, { service, outcome });
    if (outcome === 'fallback') this.#count('circuit_breaker_fallback');
    tracer.tag(callId, 'rx_mesh.attempts', this.#requests);
    if (outcome === 'fallback') tracer.tag(callId, 'rx_mesh.fallback', true);
    tracer.end(callId, statusFor(outcome, error));
    this.tell({
      type: 'call-settled',
      outcome,
      attempts: this.#requests,
      duration,
      ...(age === undefined ? {} : { age }),
      ...(error === undefined ? {} : { error }),
    });
  }

  #count(name: string, tags: Readonly<Record<string, string>> = {}): void {
    this.ports.metrics.incrementCounter(name, { service: this.identity.service, ...tags });
  }
}

function statusFor(
  outcome: ServiceCallOutcome | 'fallback',
  error: unknown,
): 'ok' | 'error' | 'timeout' | 'cancelled' {
  if (outcome === 'cancelled') return 'cancelled';
  if (outcome !== 'failure') return 'ok';
  return isCallTimeoutError(error) ? 'timeout' : 'error';
}
