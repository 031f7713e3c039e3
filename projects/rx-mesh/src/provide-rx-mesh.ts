import { type EnvironmentProviders, makeEnvironmentProviders } from '@angular/core';
import { InvalidOptionError, type RxMeshFeature } from 'rx-mesh/kernel';

declare const ngDevMode: boolean;

/**
 * Switches parts of rx-mesh on. Nothing is required: every service also works injected with no `provideRxMesh` at all,
 * and what a feature does not say keeps its default.
 *
 * @param features What `withX()` functions make. Each kind may be given once.
 * @throws InvalidOptionError in development, when a feature is given twice: the later one would win in silence.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withStaticServices([{ name: 'orders', instances: ['https://orders.example'] }]),
 *   withTracing({ serviceName: 'shop' }),
 * );
 * ```
 */
export function provideRxMesh(...features: readonly RxMeshFeature[]): EnvironmentProviders {
  if (typeof ngDevMode === 'undefined' || ngDevMode) refuseTwins(features);
  return makeEnvironmentProviders(features.flatMap((feature) => feature.ɵproviders));
}

function refuseTwins(features: readonly RxMeshFeature[]): void {
  const kinds = features.map((feature) => feature.ɵkind);
  const twin = kinds.find((kind, at) => kinds.indexOf(kind) !== at);
  if (twin !== undefined) {
    throw new InvalidOptionError(
      'The second feature of its kind in provideRxMesh',
      twin,
      'left out: put the options of both into one',
    );
  }
}
