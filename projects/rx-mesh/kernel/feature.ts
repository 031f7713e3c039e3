import type { EnvironmentProviders, Provider } from '@angular/core';

/**
 * One switched-on part of rx-mesh, to be handed to `provideRxMesh(...)`. Only a `withX()` function makes one.
 */
export interface RxMeshFeature<Kind extends string = string> {
  /** Which feature this is. */
  readonly ɵkind: Kind;
  /** What it provides. */
  readonly ɵproviders: readonly (Provider | EnvironmentProviders)[];
}

/** Makes a feature. For the rooms of rx-mesh and for adapters that want to look like them. */
export function ɵmakeFeature<Kind extends string>(
  kind: Kind,
  providers: readonly (Provider | EnvironmentProviders)[],
): RxMeshFeature<Kind> {
  return { ɵkind: kind, ɵproviders: providers };
}
