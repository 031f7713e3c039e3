import { Injectable, inject } from '@angular/core';
import { CLOCK, QuantileSketch, isServer } from 'rx-mesh/kernel';
import { MetricsService } from 'rx-mesh/metrics';
import { EMPTY, type Observable, defer, finalize, interval, map, share } from 'rxjs';
import { GatewayQueue } from './gateway-queue';
import type { ProcessedRequest, ServedBy } from './processed-request';
import { nameOf } from './route-name';

/** How long requests took, in milliseconds; `undefined` when there was none. */
export interface GatewayLatency {
  /** The median. */
  readonly p50: number | undefined;
  /** What 95 % of them did not pass. */
  readonly p95: number | undefined;
  /** What 99 % of them did not pass. */
  readonly p99: number | undefined;
  /** The longest. */
  readonly max: number | undefined;
}

/** What happened on a route within a window. */
export interface RouteMetrics {
  /** The name of the route; `''`: no route took the request. */
  readonly route: string;
  /** How many requests ended. */
  readonly requests: number;
  /** How many of them failed. */
  readonly failures: number;
  /** How many were left by those who asked. */
  readonly cancelled: number;
  /** How many failed with which status; 0: without one. */
  readonly errors: ReadonlyMap<number, number>;
  /** How many were answered by whom. */
  readonly servedBy: Readonly<Record<ServedBy, number>>;
  /** How many were refused because of a limit of rate: those of the gateway itself. */
  readonly limited: number;
  /** How long they took, but for those that were left. */
  readonly latency: GatewayLatency;
}

/** What happened in the gateway within a window. */
export interface GatewayReport {
  /** When the window began. */
  readonly from: Date;
  /** When it ended. */
  readonly to: Date;
  /** How many requests ended. */
  readonly requests: number;
  /** How many of them failed. */
  readonly failures: number;
  /** How many run at present. */
  readonly running: number;
  /** How many wait for their turn at present. */
  readonly queued: number;
  /** How long they took. */
  readonly latency: GatewayLatency;
  /** By route; only those with requests. */
  readonly routes: readonly RouteMetrics[];
}

const WINDOW = 5000;

/** Counts what the gateway does: windows for those who listen, and series of `MetricsService` always. */
@Injectable({ providedIn: 'root' })
export class GatewayMetrics {
  private readonly clock = inject(CLOCK);
  private readonly metrics = inject(MetricsService);
  private readonly queue = inject(GatewayQueue);
  private window: Window | undefined;

  /**
   * What happened in each window of five seconds, while somebody is subscribed: one window for all. Never errors. Silent on the
   * server: it completes at once.
   */
  readonly reports$: Observable<GatewayReport> = defer(() => {
    if (isServer()) return EMPTY;
    this.window = new Window(this.clock.now());
    return interval(WINDOW, this.clock.scheduler).pipe(
      map(() => this.cut()),
      finalize(() => (this.window = undefined)),
    );
  }).pipe(share());

  /** Counts a request that is over. */
  record(processed: ProcessedRequest): void {
    const { context, duration, outcome, servedBy, status } = processed;
    const route = context ? nameOf(context.route) : '';
    this.metrics.incrementCounter('gateway.requests', {
      route,
      served_by: servedBy,
      status: outcome === 'cancelled' ? outcome : String(status),
    });
    if (outcome !== 'cancelled') {
      this.metrics.recordTimer('gateway.duration', duration, { route, served_by: servedBy });
    }
    this.window?.record(route, processed);
  }

  private cut(): GatewayReport {
    const now = this.clock.now();
    const { from, rows } = this.window ?? new Window(now);
    this.window = new Window(now);
    const all = new QuantileSketch();
    for (const { sketch } of rows.values()) all.merge(sketch);
    const routes = [...rows].map(([route, row]) => row.report(route));
    return {
      from: new Date(from),
      to: new Date(now),
      requests: sum(routes, 'requests'),
      failures: sum(routes, 'failures'),
      running: this.queue.running,
      queued: this.queue.queued,
      latency: latencyOf(all),
      routes,
    };
  }
}

class Window {
  readonly rows = new Map<string, Row>();

  constructor(readonly from: number) {}

  record(route: string, processed: ProcessedRequest): void {
    let row = this.rows.get(route);
    if (!row) this.rows.set(route, (row = new Row()));
    row.record(processed);
  }
}

class Row {
  readonly sketch = new QuantileSketch();
  readonly #errors = new Map<number, number>();
  readonly #servedBy: Record<ServedBy, number> = {
    service: 0,
    gateway: 0,
    cache: 0,
    fallback: 0,
  };
  #requests = 0;
  #failures = 0;
  #cancelled = 0;
  #limited = 0;

  record({ duration, outcome, servedBy, status }: ProcessedRequest): void {
    this.#requests++;
    if (outcome === 'cancelled') {
      this.#cancelled++;
      return;
    }
    this.sketch.record(duration);
    this.#servedBy[servedBy]++;
    if (outcome === 'success') return;
    this.#failures++;
    this.#errors.set(status, (this.#errors.get(status) ?? 0) + 1);
    if (status === 429 && servedBy === 'gateway') this.#limited++;
  }

  report(route: string): RouteMetrics {
    return {
      route,
      requests: this.#requests,
      failures: this.#failures,
      cancelled: this.#cancelled,
      errors: this.#errors,
      servedBy: this.#servedBy,
      limited: this.#limited,
      latency: latencyOf(this.sketch),
    };
  }
}

function sum(routes: readonly RouteMetrics[], key: 'requests' | 'failures'): number {
  return routes.reduce((total, route) => total + route[key], 0);
}

function latencyOf(sketch: QuantileSketch): GatewayLatency {
  return {
    p50: sketch.quantile(0.5),
    p95: sketch.quantile(0.95),
    p99: sketch.quantile(0.99),
    max: sketch.max,
  };
}
