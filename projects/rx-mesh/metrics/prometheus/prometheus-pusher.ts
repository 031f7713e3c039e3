import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, InvalidOptionError, StateStore, tapSettled } from 'rx-mesh/kernel';
import { type Observable, defer, map } from 'rxjs';
import { METRICS_FETCH } from '../metrics-fetch';
import { MetricsService } from '../metrics-service';
import type { PrometheusLeftOut } from './exposition';
import { PrometheusPushError, inShort } from './prometheus-errors';
import { PROMETHEUS, type PrometheusOptions, withoutSlash } from './prometheus-options';
import { sendRequest } from './prometheus-request';
import { PROMETHEUS_CONTENT_TYPE, openMetricsText, prometheusText } from './prometheus-text';
import { pushPath } from './push-path';

/**
 * What may be said about one push; what is not said is as `withPrometheus` has it. With a `pushUrl` the configured headers
 * are not sent: a key that is meant for one receiver must not go to another.
 */
export type PrometheusPushOptions = Pick<
  PrometheusOptions,
  'pushUrl' | 'method' | 'job' | 'grouping' | 'headers'
>;

/** How pushes are doing. */
export interface PrometheusPushStatus {
  /** Whether one is under way. */
  readonly state: 'idle' | 'pushing';
  /** How many were stored. */
  readonly stored: number;
  /** How many were refused. */
  readonly refused: number;
  /** Of how many nobody knows what became of them. */
  readonly unknown: number;
  /** When one was stored last, by the wall clock. */
  readonly lastStored: Date | undefined;
  /** What went wrong last, until a push is stored. */
  readonly lastError: PrometheusPushError | undefined;
}

const NOTHING_YET: PrometheusPushStatus = {
  state: 'idle',
  stored: 0,
  refused: 0,
  unknown: 0,
  lastStored: undefined,
  lastError: undefined,
};

// A browser refuses 65,537 bytes that outlive the page, headers not counted, and others want to outlive it as well.
const MOST_KEPT = 60_000;

// Names may come from anywhere, so there is an end to what is remembered of them.
const MOST_TOLD = 1000;

/** Writes the metrics of the application, and sends them. */
@Injectable({ providedIn: 'root' })
export class PrometheusPusher {
  private readonly metrics = inject(MetricsService);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly options = inject(PROMETHEUS.token);
  private readonly ports = { clock: inject(CLOCK), fetch: inject(METRICS_FETCH) };
  private readonly store = new StateStore(NOTHING_YET);
  private readonly told = new Set<string>();
  private flying = 0;

  /** How pushes are doing. */
  readonly status: Pick<StateStore<PrometheusPushStatus>, 'changes$' | 'signal'> = this.store;

  /** The metrics as a text. */
  text(format: 'prometheus' | 'openmetrics', reserved?: readonly string[]): string {
    const { resource } = this.options;
    const options = {
      resource,
      reserved,
      onLeftOut: (leftOut: PrometheusLeftOut) => this.tellOnce(leftOut),
    };
    const series = this.metrics.collect();
    return format === 'prometheus'
      ? prometheusText(series, options)
      : openMetricsText(series, options);
  }

  /**
   * Pushes once it is subscribed. Emits when it was stored.
   *
   * @param last Whether it is to outlive the page, if it is small enough for that.
   */
  push(options: PrometheusPushOptions, last: boolean): Observable<Date> {
    return defer(() => {
      const { clock } = this.ports;
      // A key that is meant for one receiver must not go to another.
      const own = options.pushUrl === undefined ? {} : { headers: options.headers ?? {} };
      const { job, grouping, pushUrl, method, ...all } = PROMETHEUS.resolve(
        { ...options, ...own },
        this.options,
      );
      if (pushUrl === '') {
        throw new InvalidOptionError('PrometheusOptions.pushUrl', pushUrl, 'set for a push');
      }
      // A Pushgateway puts these over whatever it is sent, and then two series may be one.
      const reserved = job === '' ? [] : ['job', ...Object.keys(grouping)];
      const body = this.text('prometheus', reserved);
      const request = {
        url: job === '' ? pushUrl : withoutSlash(pushUrl) + pushPath(job, grouping),
        method,
        headers: { ...all.headers, 'Content-Type': PROMETHEUS_CONTENT_TYPE },
        body,
        credentials: all.credentials,
        keepalive: last && this.fits(body),
        timeout: all.timeout,
      };
      this.flying++;
      this.settle({});
      return sendRequest(this.ports, request, (failure) => new PrometheusPushError(failure)).pipe(
        map(({ ok, status, text }) => {
          if (ok) return new Date(clock.now());
          const reason = text === '' ? 'it gave no reason.' : inShort(text);
          throw new PrometheusPushError({ status, errorType: 'refused', reason });
        }),
        tapSettled({
          success: (at) => this.ended({ stored: 1, lastStored: at, lastError: undefined }),
          failure: (error) => {
            const lastError = error as PrometheusPushError;
            this.ended({ [lastError.outcome]: 1, lastError });
          },
          cancelled: () => this.ended({ unknown: 1 }),
          isFinal: () => true,
        }),
      );
    });
  }

  private ended(change: Partial<PrometheusPushStatus>): void {
    this.flying--;
    this.settle(change);
  }

  private settle(change: Partial<PrometheusPushStatus>): void {
    const { stored = 0, refused = 0, unknown = 0, ...rest } = change;
    this.store.update((state) => ({
      ...state,
      ...rest,
      state: this.flying > 0 ? 'pushing' : 'idle',
      stored: state.stored + stored,
      refused: state.refused + refused,
      unknown: state.unknown + unknown,
    }));
  }

  private fits(body: string): boolean {
    // Each character has one byte at least, and most have just that.
    if (body.length <= MOST_KEPT && new TextEncoder().encode(body).length <= MOST_KEPT) return true;
    if (this.isNews('RXM863')) {
      this.diagnostics.report({
        code: 'RXM863',
        severity: 'warning',
        source: 'PrometheusService',
        message: `The last push of a page has more than ${MOST_KEPT} bytes, so the browser may end it with the page. Take fewer series, or push more often.`,
      });
    }
    return false;
  }

  private tellOnce({ metric, name, reason }: PrometheusLeftOut): void {
    if (!this.isNews(`${reason} ${metric}`)) return;
    const shown = JSON.stringify(metric.slice(0, 100));
    const taken = name.slice(0, 100);
    this.diagnostics.report({
      code: 'RXM860',
      severity: 'warning',
      source: 'PrometheusService',
      message:
        reason === 'name'
          ? `Metric ${shown} is left out of what Prometheus gets: the name ${taken} belongs to a metric of another type there. Take another name.`
          : `A series of metric ${shown} is left out of what Prometheus gets: another one of ${taken} has the same labels there. Take tags that differ in letters and digits.`,
    });
  }

  private isNews(fact: string): boolean {
    if (this.told.has(fact) || this.told.size >= MOST_TOLD) return false;
    this.told.add(fact);
    return true;
  }
}
