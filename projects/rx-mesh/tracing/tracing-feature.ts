import type { EnvironmentProviders, Provider } from '@angular/core';

/** What `withTracing` takes beside its options: an exporter, a tail sampler, spans of the platform. */
export interface TracingFeature {
  /** What it provides. */
  readonly ɵproviders: readonly (Provider | EnvironmentProviders)[];
}
