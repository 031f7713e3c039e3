import { Injectable, type Signal, inject } from '@angular/core';
import { CLOCK, InvalidOptionError } from 'rx-mesh/kernel';
import { type Observable, defer, map } from 'rxjs';
import { METRICS_FETCH } from '../metrics-fetch';
import { type PrometheusAnswer, type PrometheusMatrix, readAnswer } from './prometheus-answer';
import { PrometheusQueryError } from './prometheus-errors';
import { PROMETHEUS, withoutSlash } from './prometheus-options';
import {
  type PrometheusPushOptions,
  type PrometheusPushStatus,
  PrometheusPusher,
} from './prometheus-pusher';
import { type PrometheusRequest, sendRequest } from './prometheus-request';

/** The time of {@link PrometheusService.query}. */
export interface PrometheusQueryOptions {
  /** When the query looks. @default now, by the clock of Prometheus */
  readonly time?: Date | undefined;
}

/** The times of {@link PrometheusService.queryRange}. */
export interface PrometheusRangeOptions {
  /** The first point. */
  readonly start: Date;
  /** Not after the last point; not before `start`. */
  readonly end: Date;
  /** From one point to the next, in milliseconds: above 0, and such that there are 11,000 steps at most. */
  readonly step: number;
}

// What servers and proxies take as a line without a word.
const LONGEST_URL = 2000;

// Prometheus says points and means this: it gives 11,001 of them.
const MOST_STEPS = 11_000;

/**
 * The metrics of the application for Prometheus, and the way to ask it. `withPrometheus` says where it is; the text can be
 * had without.
 *
 * @usageNotes
 * ```ts
 * const prometheus = inject(PrometheusService);
 * prometheus.text('openmetrics'); // what a server answers under /metrics
 * prometheus.query('sum(rate(orders_paid_total[5m]))').subscribe((answer) => {
 *   if (answer.type === 'vector') show(answer.samples[0]?.value);
 * });
 * ```
 */
@Injectable({ providedIn: 'root' })
export class PrometheusService {
  private readonly options = inject(PROMETHEUS.token);
  private readonly pusher = inject(PrometheusPusher);
  private readonly ports = { clock: inject(CLOCK), fetch: inject(METRICS_FETCH) };

  /** How pushes are doing, as a signal. */
  readonly status: Signal<PrometheusPushStatus> = this.pusher.status.signal;

  /** How pushes are doing: on subscribe, and after each change. Never errors. */
  readonly status$: Observable<PrometheusPushStatus> = this.pusher.status.changes$;

  /**
   * All metrics as they are now, as `prometheusText` and `openMetricsText` write them. What cannot be in the text is told
   * to `DIAGNOSTICS` once (RXM860).
   */
  text(format: 'prometheus' | 'openmetrics' = 'prometheus'): string {
    return this.pusher.text(format);
  }

  /**
   * Pushes all metrics once it is subscribed. Emits when they were stored, by the wall clock, and completes. Nothing is
   * sent again: totals grow, so the next push makes up for one that failed. Unsubscribing aborts it.
   *
   * Fails with a `PrometheusPushError` (RXM862) when it was refused, or nobody knows; with an `InvalidOptionError` when an
   * option is out of its range, or there is no `pushUrl`.
   *
   * @param options What is different from `withPrometheus`.
   */
  push(options: PrometheusPushOptions = {}): Observable<Date> {
    return this.pusher.push(options, false);
  }

  /**
   * Asks for the value of an expression at one time, once it is subscribed. Emits the answer and completes. Unsubscribing
   * aborts it; nothing is asked again.
   *
   * Fails with a `PrometheusQueryError` (RXM861); with an `InvalidOptionError` when there is no `queryUrl`, or `time` is none.
   *
   * @param promql The expression in PromQL. Never what a user wrote: it would be read as code.
   */
  query(promql: string, { time }: PrometheusQueryOptions = {}): Observable<PrometheusAnswer> {
    return defer(() =>
      this.ask('query', { query: promql, ...(time && { time: seconds('time', time) }) }),
    );
  }

  /**
   * Asks for the values of an expression at many times, once it is subscribed. Emits the answer and completes. Unsubscribing
   * aborts it; nothing is asked again.
   *
   * Fails as `query` does, and with `bad_data` without a request for more than 11,000 steps.
   *
   * @param promql The expression in PromQL. Never what a user wrote: it would be read as code.
   */
  queryRange(
    promql: string,
    { start, end, step }: PrometheusRangeOptions,
  ): Observable<PrometheusMatrix> {
    return defer(() => {
      const times = { start: seconds('start', start), end: seconds('end', end) };
      const span = end.getTime() - start.getTime();
      if (span < 0) throw refusal('end', end, 'a time not before start');
      if (!(step > 0 && step < Infinity)) throw refusal('step', step, 'a number above 0');
      if (Math.floor(span / step) > MOST_STEPS) throw tooMany(span, step);
      return this.ask('query_range', { query: promql, ...times, step: String(step / 1000) });
    }).pipe(
      map((answer) => {
        if (answer.type === 'matrix') return answer;
        const reason = `a range cannot have a result of type ${answer.type}.`;
        throw new PrometheusQueryError({ errorType: 'malformed', status: 200, reason });
      }),
    );
  }

  private ask(
    path: 'query' | 'query_range',
    values: Readonly<Record<string, string>>,
  ): Observable<PrometheusAnswer> {
    return defer(() => {
      const { queryUrl, queryHeaders, credentials, timeout } = this.options;
      if (queryUrl === '') {
        throw new InvalidOptionError('PrometheusOptions.queryUrl', '', 'set for a query');
      }
      const params = new URLSearchParams(values).toString();
      const url = `${withoutSlash(queryUrl)}/api/v1/${path}`;
      const isLong = url.length + params.length >= LONGEST_URL;
      const request: PrometheusRequest = isLong
        ? {
            url,
            method: 'POST',
            headers: { ...queryHeaders, 'Content-Type': 'application/x-www-form-urlencoded' },
            body: params,
            credentials,
            timeout,
          }
        : { url: `${url}?${params}`, method: 'GET', headers: queryHeaders, credentials, timeout };
      return sendRequest(this.ports, request, (failure) => new PrometheusQueryError(failure));
    }).pipe(map(readAnswer));
  }
}

function seconds(name: string, time: Date): string {
  const ms = time instanceof Date ? time.getTime() : NaN;
  if (Number.isNaN(ms)) throw refusal(name, time, 'a valid Date');
  return String(ms / 1000);
}

function refusal(name: string, value: unknown, expected: string): InvalidOptionError {
  return new InvalidOptionError(`PrometheusService.query.${name}`, value, expected);
}

function tooMany(span: number, step: number): PrometheusQueryError {
  const least = Math.ceil(span / MOST_STEPS);
  return new PrometheusQueryError({
    errorType: 'bad_data',
    reason: `a step of ${step} ms makes more than ${MOST_STEPS} points, which Prometheus refuses. Take a step of at least ${least} ms, or a shorter range.`,
  });
}
