import { inject, provideEnvironmentInitializer } from '@angular/core';
import { InvalidOptionError, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { ONE_NAME, SloBook } from './slo-book';
import { checkedSlo } from './slo-definition';
import { SLOS, type SloOptions } from './slo-options';

/**
 * Defines the SLOs of an application, and how often they are looked at.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withSlos({ slos: [{ name: 'orders', service: 'orders', objective: 0.999 }] }));
 * ```
 */
export function withSlos(options: SloOptions): RxMeshFeature<'slos'> {
  // All at once, where it is written: not at the first look.
  const names = (options.slos ?? []).map((slo) => checkedSlo(slo).name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InvalidOptionError('SloDefinition.name', twice, ONE_NAME);
  return ɵmakeFeature('slos', [
    SLOS.provide(options),
    // Rules of alerts may ask for them, though nobody else does.
    provideEnvironmentInitializer(() => {
      inject(SloBook);
    }),
  ]);
}
