import { DestroyRef, inject, provideEnvironmentInitializer } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { HealthMonitor } from './health-monitor';
import { HEALTH_CHECKS, type HealthCheckOptions } from './health-options';

/**
 * Asks the instances of services whether they are well, from the start of the application to its end; in a browser only.
 * What it finds is heeded by the load balancer.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withHealthChecks({ path: '/health', services: ['orders'] }));
 * ```
 */
export function withHealthChecks(options: HealthCheckOptions = {}): RxMeshFeature<'health-checks'> {
  return ɵmakeFeature('health-checks', [
    HEALTH_CHECKS.provide(options),
    provideEnvironmentInitializer(() => {
      if (isServer() || !inject(HEALTH_CHECKS.token).eager) return;
      inject(HealthMonitor)
        .probing$.pipe(takeUntilDestroyed(inject(DestroyRef)))
        .subscribe();
    }),
  ]);
}
