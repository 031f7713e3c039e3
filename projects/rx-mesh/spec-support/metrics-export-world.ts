import type { EnvironmentProviders, Provider, Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { METRICS_FETCH, type MetricSeries, MetricsService } from 'rx-mesh/metrics';
import {
  FakeWeb,
  ManualClock,
  ManualPage,
  RecordingDiagnostics,
  provideRxMeshTesting,
} from 'rx-mesh/testing';
import { settled } from './settled';

/** A data point of a sum, a gauge or a histogram. */
export interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
}

/** A metric as OTLP has it. */
export interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
  readonly summary?: { readonly dataPoints: readonly Point[] };
}

/** The metrics of a body. */
export function metricsIn(body: unknown): readonly Metric[] {
  const { resourceMetrics } = body as {
    resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
  };
  return resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
}

/** All points of a body, with the names of their metrics. */
export function pointsIn(body: unknown): readonly (readonly [string, Point])[] {
  return metricsIn(body).flatMap(({ name, sum, gauge, histogram, summary }) =>
    [sum, gauge, histogram, summary].flatMap((kind) =>
      (kind?.dataPoints ?? []).map((point) => [name, point] as const),
    ),
  );
}

/** A request to a receiver. */
export interface SentMetrics {
  readonly url: string;
  readonly bytes: number;
  readonly keepalive: boolean;
  readonly body: unknown;
  readonly request: Request;
}

/** How the export says that it is doing. */
interface Export {
  readonly status: () => readonly {
    readonly state: string;
    readonly sent: number;
    readonly dropped: number;
    readonly lastError?: Error | undefined;
  }[];
  flush(): Promise<void>;
}

/** An application with an exporter of metrics, and a receiver that answers what a test says. */
export class MetricsExportWorld<E extends Export> {
  readonly #export: Type<E>;
  readonly web = new FakeWeb();
  readonly sent: SentMetrics[] = [];
  /** What the receiver answers, one after the other; the last answer stays. */
  answers: (() => Response | Promise<Response>)[] = [() => new Response('{}')];

  /**
   * @param exporter What makes the application send metrics.
   * @param service What tells how that is doing.
   */
  constructor(exporter: readonly (Provider | EnvironmentProviders)[], service: Type<E>) {
    this.#export = service;
    for (const host of ['http://collector.test', 'http://page.test']) {
      this.web.host(host, (request) => this.#answer(request));
    }
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: METRICS_FETCH, useValue: this.web.fetch },
        ...exporter,
      ],
    });
  }

  get metrics(): MetricsService {
    return TestBed.inject(MetricsService);
  }

  get export(): E {
    return TestBed.inject(this.#export);
  }

  get clock(): ManualClock {
    return TestBed.inject(ManualClock);
  }

  get page(): ManualPage {
    return TestBed.inject(ManualPage);
  }

  get diagnostics(): RecordingDiagnostics {
    return TestBed.inject(RecordingDiagnostics);
  }

  get status(): ReturnType<E['status']>[number] | undefined {
    return this.export.status()[0];
  }

  /** The points of all requests, as `name=value`. */
  get values(): readonly (readonly string[])[] {
    return this.sent.map(({ body }) =>
      pointsIn(body).map(([name, { asDouble, count }]) => `${name}=${asDouble ?? count}`),
    );
  }

  /** Moves time, and lets answers come. */
  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  /** The page is left for another one, or for good. */
  async leave(): Promise<void> {
    window.dispatchEvent(new Event('pagehide'));
    await settled();
  }

  async #answer(request: Request): Promise<Response> {
    const text = await request.clone().text();
    const { url, keepalive } = request;
    const bytes = new TextEncoder().encode(text).length;
    this.sent.push({ url, keepalive, bytes, body: JSON.parse(text) as unknown, request });
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer ? answer() : new Response('{}');
  }
}

/** Answers with a status. */
export const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('no', { status: code, headers });

/** A series that is made by hand. */
export function aSeries(changes: Partial<MetricSeries> = {}): MetricSeries {
  return {
    name: 'orders.paid',
    type: 'counter',
    tags: {},
    startTime: new Date(1_767_225_600_000),
    value: 1,
    count: 1,
    sum: 1,
    ...changes,
  };
}
