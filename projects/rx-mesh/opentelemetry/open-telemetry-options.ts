import { createOptions, waitable } from 'rx-mesh/kernel';

/** Options of {@link withOpenTelemetry}. */
export interface OpenTelemetryOptions {
  /** Whether spans are handed to the `TracerProvider` of the application. @default true */
  readonly tracing?: boolean | undefined;
  /** Whether metrics are mirrored to the `MeterProvider` of the application. Never on a server. @default true */
  readonly metrics?: boolean | undefined;
  /**
   * The rest between two looks for metrics that are new and for a `MeterProvider` that was registered late, in
   * milliseconds: above 0 and at most 2147483647. Their values are read when the provider asks. @default 10000
   */
  readonly lookPeriod?: number | undefined;
}

const flag = (value: boolean) => (typeof value === 'boolean' ? undefined : 'true or false');

/** The options of the bridge with a value for each. */
export const OPEN_TELEMETRY = /* @__PURE__ */ createOptions(
  'OpenTelemetryOptions',
  { tracing: true, metrics: true, lookPeriod: 10_000 },
  { tracing: flag, metrics: flag, lookPeriod: waitable },
);
