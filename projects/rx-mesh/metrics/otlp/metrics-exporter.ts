import { InjectionToken } from '@angular/core';
import type { MetricsTemporality } from './otlp-metrics-json';

declare const ngDevMode: boolean;

/** A receiver of metrics: where it is and how it wants them. */
export interface MetricsExporter {
  /** What it is called in messages and in its status. */
  readonly name: string;
  /** Where requests go. */
  readonly url: string;
  /** Sent along, besides `Content-Type`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The rest between two exports, in milliseconds. */
  readonly period: number;
  /** What the numbers count from. */
  readonly temporality: MetricsTemporality;
  /** What the application is called there. */
  readonly serviceName: string;
  /** What else is known about the application. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** The receivers of metrics, one provider each (`multi`). @default none */
export const METRICS_EXPORTERS = new InjectionToken<readonly MetricsExporter[]>(
  ngDevMode ? 'rx-mesh METRICS_EXPORTERS' : '',
  { providedIn: 'root', factory: () => [] },
);
