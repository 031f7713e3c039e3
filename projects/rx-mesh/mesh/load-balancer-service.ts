import { Injectable, type Signal, inject } from '@angular/core';
import { InvalidOptionError, RANDOM } from 'rx-mesh/kernel';
import { type Observable, defer, map } from 'rxjs';
import { BALANCING_STRATEGIES, type BalancingStrategy } from './balancing/balancing-strategy';
import { InFlight, type InstanceLease } from './balancing/in-flight';
import { roundRobin } from './balancing/round-robin';
import { NoInstanceError, UnknownStrategyError } from './mesh-errors';
import { ServiceDiscoveryService } from './service-discovery-service';
import type { ServiceInstance } from './service-instance';
import { SERVICE_MESH } from './service-mesh-options';
import { ServiceRegistry } from './service-registry';

/** Options of {@link LoadBalancerService.lease}. */
export interface LeaseOptions {
  /** The ids of the instances that earlier attempts of this call went to. @default none */
  readonly tried?: ReadonlySet<string> | undefined;
  /** Only instances of this version: `2` stands for `2.1.0` too. @default any */
  readonly version?: string | undefined;
  /** The name of the strategy that picks. @default that of `withServiceMesh`: 'round-robin' */
  readonly strategy?: string | undefined;
}

const NOT_TRIED: ReadonlySet<string> = /* @__PURE__ */ new Set<string>();

/**
 * Chooses which instance of a service gets a call, and counts the calls that are under way.
 *
 * @usageNotes
 * ```ts
 * inject(LoadBalancerService)
 *   .lease('orders')
 *   .pipe(
 *     switchMap((lease) => {
 *       lease.start();
 *       return http.get(`${lease.instance.url}/42`).pipe(
 *         tapSettled({
 *           success: () => lease.done('success'),
 *           failure: () => lease.done('failure'),
 *           cancelled: () => lease.done('cancelled'),
 *         }),
 *       );
 *     }),
 *   );
 * ```
 */
@Injectable({ providedIn: 'root' })
export class LoadBalancerService {
  private readonly registry = inject(ServiceRegistry);
  private readonly discovery = inject(ServiceDiscoveryService);
  private readonly strategy = inject(SERVICE_MESH.token).strategy;
  private readonly strategies = byName([
    roundRobin({ random: inject(RANDOM) }),
    ...inject(BALANCING_STRATEGIES),
  ]);
  private readonly counts = new InFlight();

  /** How many calls are under way to each instance, by id; one without a call is missing. */
  readonly inFlight$: Observable<ReadonlyMap<string, number>> = this.counts.changes$;
  /** How many calls are under way to each instance, by id, as a signal; one without a call is missing. */
  readonly inFlight: Signal<ReadonlyMap<string, number>> = this.counts.signal;

  /** How many calls are under way to one instance now. */
  inFlightOf(instanceId: string): number {
    return this.counts.of(instanceId);
  }

  /**
   * Picks an instance when it is subscribed, gives one lease of it and completes; changes of the registry never emit
   * another. A service without instances is waited for, at most `discoveryTimeout`.
   *
   * Fails with a {@link NoInstanceError} or an {@link UnknownStrategyError}.
   */
  lease(service: string, options: LeaseOptions = {}): Observable<InstanceLease> {
    return defer(() => {
      const { tried = NOT_TRIED, strategy: name = this.strategy, version } = options;
      const strategy = this.strategies.get(name);
      if (!strategy) throw new UnknownStrategyError(name, [...this.strategies.keys()]);
      return this.discovery.discoverInstances(service).pipe(
        map((known) => {
          const instances = version === undefined ? known : known.filter(isOf(version));
          if (version !== undefined && instances.length === 0) {
            throw new NoInstanceError(service, this.registry.names(), { version });
          }
          const instance = strategy.pick({ service, instances, tried });
          if (instance) return this.counts.lease(instance);
          throw new NoInstanceError(service, this.registry.names(), { strategy: name });
        }),
      );
    });
  }

  /** Picks an instance when it is subscribed, and completes. Fails as {@link LoadBalancerService.lease} does. */
  getServiceInstance(service: string, strategy?: string): Observable<ServiceInstance> {
    return this.lease(service, { strategy }).pipe(map(({ instance }) => instance));
  }
}

function isOf(version: string): (instance: ServiceInstance) => boolean {
  return (instance) => instance.version === version || instance.version.startsWith(`${version}.`);
}

function byName(strategies: readonly BalancingStrategy[]): ReadonlyMap<string, BalancingStrategy> {
  const named = new Map<string, BalancingStrategy>();
  for (const strategy of strategies) {
    if (named.has(strategy.name)) {
      throw new InvalidOptionError(
        'BALANCING_STRATEGIES',
        strategy.name,
        'a name that no other strategy has',
      );
    }
    named.set(strategy.name, strategy);
  }
  return named;
}
