import { Injectable, PendingTasks, inject } from '@angular/core';
import { CLOCK, isServer } from 'rx-mesh/kernel';
import {
  type Observable,
  concatMap,
  defer,
  filter,
  finalize,
  map,
  of,
  pairwise,
  take,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import { NoInstanceError } from './mesh-errors';
import {
  type HealthStatus,
  type ServiceEndpoint,
  type ServiceInstance,
  toEndpoint,
} from './service-instance';
import { SERVICE_MESH } from './service-mesh-options';
import { ServiceRegistry } from './service-registry';
import { type ServiceUpdate, diffServices } from './service-updates';

/**
 * Finds services: the reading face of the {@link ServiceRegistry}.
 *
 * @usageNotes
 * ```ts
 * const discovery = inject(ServiceDiscoveryService);
 * discovery.discoverService('orders').subscribe(({ url, health }) => show(url, health));
 * discovery.getServiceUpdates().subscribe(({ type, service }) => note(type, service.id));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ServiceDiscoveryService {
  private readonly registry = inject(ServiceRegistry);
  private readonly clock = inject(CLOCK);
  private readonly limit = inject(SERVICE_MESH.token).discoveryTimeout;
  private readonly tasks = isServer() ? inject(PendingTasks) : undefined;

  /**
   * The healthiest instance of a service, the first by id among equals; then completes. It does not spread load: take a
   * lease of the {@link LoadBalancerService} to call somebody.
   *
   * Fails with a {@link NoInstanceError} as {@link ServiceDiscoveryService.discoverInstances} does.
   */
  discoverService(service: string): Observable<ServiceEndpoint> {
    return this.discoverInstances(service).pipe(
      map((instances) => toEndpoint(instances.reduce(healthier))),
    );
  }

  /**
   * All instances of a service, at least one, as they are known when it is subscribed; then completes. When none is
   * known it asks the sources and waits for the first, at most `discoveryTimeout`.
   *
   * Fails with a {@link NoInstanceError} when none has come until then. Later changes never emit.
   */
  discoverInstances(service: string): Observable<readonly ServiceInstance[]> {
    return defer(() => {
      const known = this.registry.instancesOf(service);
      if (known.length > 0) return of(known);
      const failure = (): NoInstanceError =>
        new NoInstanceError(service, this.registry.names(), { waited: this.limit });
      // A page that is rendered has to wait for its registry: `fetch` alone would not hold it.
      const arrived = this.tasks?.add();
      return this.registry.watch(service).pipe(
        filter((instances) => instances.length > 0),
        timeout({
          first: this.limit,
          scheduler: this.clock.scheduler,
          with: () => {
            throw failure();
          },
        }),
        take(1),
        // The application ends while somebody waits.
        throwIfEmpty(failure),
        finalize(() => arrived?.()),
      );
    });
  }

  /**
   * Each change of the registry from the subscription on: what is known by then is no change. Never errors. The sources
   * are asked as long as somebody is subscribed.
   */
  getServiceUpdates(): Observable<ServiceUpdate> {
    return this.registry.services$.pipe(
      pairwise(),
      concatMap(([before, after]) => diffServices(before, after)),
    );
  }
}

const RANK: Readonly<Record<HealthStatus, number>> = {
  healthy: 0,
  degraded: 1,
  unknown: 2,
  unhealthy: 3,
};

function healthier(a: ServiceInstance, b: ServiceInstance): ServiceInstance {
  return RANK[b.health] < RANK[a.health] ? b : a;
}
