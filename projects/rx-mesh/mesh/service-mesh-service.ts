import { Injectable, type Signal, computed, inject } from '@angular/core';
import { type Observable, defer, distinctUntilChanged, map, of } from 'rxjs';
import { LoadBalancerService } from './load-balancer-service';
import type { ServiceInstance } from './service-instance';
import { type ServiceInventory, sameInventory, toInventory } from './service-inventory';
import { ServiceRegistry } from './service-registry';
import { type ServiceTopology, TopologyObserver } from './topology/service-topology';

/**
 * The mesh at a glance: what runs, which instance to call, and registration by hand.
 *
 * @usageNotes
 * ```ts
 * const mesh = inject(ServiceMeshService);
 * mesh.activeServices().services[0]?.health.healthy; // 2
 * mesh.getServiceInstance('orders').subscribe(({ url }) => show(url));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ServiceMeshService {
  private readonly registry = inject(ServiceRegistry);
  private readonly balancer = inject(LoadBalancerService);
  private readonly topologies = inject(TopologyObserver);

  /** What runs, in numbers: on subscribe what is known, then after each change of a number. Asks the sources. */
  readonly activeServices$: Observable<ServiceInventory> = this.registry.services$.pipe(
    map(toInventory),
    distinctUntilChanged(sameInventory),
  );

  /** What runs, in numbers, as a signal. To read it asks no source. */
  readonly activeServices: Signal<ServiceInventory> = computed(
    () => toInventory(this.registry.services()),
    { equal: sameInventory },
  );

  /**
   * What runs and who calls whom: on subscribe, after each change, and each second. Calls are counted while somebody is
   * subscribed. Asks the sources.
   */
  readonly serviceTopology$: Observable<ServiceTopology> = this.topologies.topology$;

  /** What runs and who calls whom, as a signal. To read it asks no source and counts no calls. */
  readonly serviceTopology: Signal<ServiceTopology> = this.topologies.topology;

  /**
   * One instance of a service, chosen anew for each subscriber; then completes. Waits for the first one at most
   * `discoveryTimeout`. Fails with a {@link NoInstanceError} or an {@link UnknownStrategyError}.
   *
   * @param strategy The name of the strategy that picks. @default that of `withServiceMesh`: 'peak-ewma'
   */
  getServiceInstance(serviceName: string, strategy?: string): Observable<ServiceInstance> {
    return this.balancer.getServiceInstance(serviceName, strategy);
  }

  /**
   * Registers an instance when it is subscribed; the same one again changes nothing. Emits once and completes. Fails
   * with an `InvalidOptionError` when a field cannot be used, or with a {@link RegistryFullError}.
   */
  registerService(instance: ServiceInstance): Observable<void> {
    return defer(() => {
      this.registry.register(instance);
      return of(undefined);
    });
  }

  /**
   * Takes back what {@link ServiceMeshService.registerService} did, when it is subscribed. Emits once and completes,
   * also when there was nothing to take back. What a registry source knows stays.
   */
  deregisterService(serviceName: string, id: string): Observable<void> {
    return defer(() => {
      this.registry.deregister(serviceName, id);
      return of(undefined);
    });
  }
}
