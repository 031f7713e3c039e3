import type { EnvironmentProviders, Provider } from '@angular/core';

/** What `withMetrics` takes beside its options: an exporter, the metrics of other tabs. */
export interface MetricsFeature {
  /** What it provides. */
  readonly ɵproviders: readonly (Provider | EnvironmentProviders)[];
}
