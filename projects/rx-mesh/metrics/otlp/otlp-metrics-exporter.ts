import { inject, provideEnvironmentInitializer } from '@angular/core';
import { createOptions, isServer, oneOf, waitable } from 'rx-mesh/kernel';
import type { MetricsFeature } from '../metrics-feature';
import {
  A_URL,
  areHeaders,
  isRecord,
  receiverUrl,
  withoutCredentials,
  withPath,
} from './receiver-url';
import { METRICS_FLOW } from './metrics-export';
import { METRICS_EXPORTERS, type MetricsExporter } from './metrics-exporter';
import type { MetricsTemporality } from './otlp-metrics-json';

/** Options of {@link otlpMetricsExporter}. */
export interface OtlpMetricsExporterOptions {
  /**
   * Where the receiver is: its base, such as `https://collector.example.com`, or the whole URL. http or https, or a path
   * of the page's own origin; no credentials in it. Whatever a page sends along, its users can read.
   */
  readonly url: string;
  /** Sent along, besides `Content-Type`. The receiver must allow them to pages of this origin. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The rest between two exports, in milliseconds: above 0 and at most 2147483647. @default 60000 */
  readonly period?: number | undefined;
  /**
   * What the numbers count from. `delta`: from the last export, so that a receiver can add up all pages. `cumulative`: from
   * the start of each series, so each page is a `service.instance.id` of its own, which is many. @default 'delta'
   */
  readonly temporality?: MetricsTemporality | undefined;
  /** What else the receiver is told of the application, such as `service.version`. @default none */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** What this application is called there, not empty. @default 'unknown_service' */
  readonly serviceName?: string | undefined;
}

interface ExporterValues {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly period: number;
  readonly temporality: MetricsTemporality;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly serviceName: string;
}

const EXPORTER = /* @__PURE__ */ createOptions<ExporterValues>(
  'OtlpMetricsExporterOptions',
  {
    url: '',
    headers: {},
    period: 60_000,
    temporality: 'delta',
    attributes: {},
    serviceName: 'unknown_service',
  },
  {
    url: (url) => (receiverUrl(url) ? undefined : A_URL),
    headers: (headers) =>
      areHeaders(headers) ? undefined : 'headers by name, without Content-Type',
    period: waitable,
    temporality: /* @__PURE__ */ oneOf('delta', 'cumulative'),
    attributes: (values) => (isRecord(values) ? undefined : 'values by name'),
    serviceName: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
  },
);

/**
 * Sends metrics to a collector of OpenTelemetry, or whatever else takes OTLP/HTTP with JSON, to be handed to `withMetrics`: one
 * export after each period while the page is seen and online, one when it is hidden or ends.
 *
 * What a receiver was not reached with is part of the next export. It may get numbers twice only when its answer is lost.
 *
 * @param options A `url` with no path gets `/v1/metrics`.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withMetrics({}, otlpMetricsExporter({ url: '/v1/metrics', serviceName: 'shop' })));
 * ```
 */
export function otlpMetricsExporter(options: OtlpMetricsExporterOptions): MetricsFeature {
  const values = EXPORTER.resolve({ ...options, url: withoutCredentials(options.url) });
  const exporter: MetricsExporter = {
    ...values,
    name: 'otlp',
    url: withPath(values.url, '/v1/metrics'),
  };
  return {
    ɵproviders: [
      { provide: METRICS_EXPORTERS, multi: true, useValue: exporter },
      provideEnvironmentInitializer(() => {
        if (!isServer()) inject(METRICS_FLOW);
      }),
    ],
  };
}
