import { Injectable, type Signal, inject } from '@angular/core';
import { CLOCK, EventHub, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { type Observable, defer, map } from 'rxjs';
import type { BalancerEvent } from './balancing/balancer-event';
import { BalancingStrategies } from './balancing/balancing-strategies';
import type { Selection } from './balancing/candidates';
import { InFlight } from './balancing/in-flight';
import { CountedLease, type InstanceLease, type LeaseKeeper } from './balancing/instance-lease';
import { type PoolPorts, ServicePool } from './balancing/service-pool';
import { drawVersion } from './balancing/version-split';
import type { CallVerdict, Ejection } from './health/outlier-detector';
import { OUTLIERS, type OutlierOptions, type OutlierValues } from './health/outlier-options';
import { type InstanceName, ProbeVerdicts } from './health/probe-verdicts';
import { NoInstanceError } from './mesh-errors';
import { TRAFFIC_POLICIES } from './policy/traffic-policies';
import type { BalancingRule } from './policy/traffic-policy';
import { ServiceDiscoveryService } from './service-discovery-service';
import type { ServiceInstance } from './service-instance';
import { SERVICE_MESH } from './service-mesh-options';
import { ServiceRegistry } from './service-registry';

/** Options of {@link LoadBalancerService.lease}. */
export interface LeaseOptions {
  /** The ids of the instances that earlier attempts of this call went to. @default none */
  readonly tried?: ReadonlySet<string> | undefined;
  /** Only instances of this version: `2` stands for `2.1.0` too. @default any, or as the traffic policy splits */
  readonly version?: string | undefined;
  /** Only instances with all these facts in their metadata. @default any, or those of the traffic policy */
  readonly subset?: Readonly<Record<string, string>> | undefined;
  /** What the call is about, for strategies that keep calls together, such as a shopping basket. @default nothing */
  readonly key?: string | undefined;
  /** The name of the strategy that picks. @default that of the traffic policy or of `withServiceMesh`: 'peak-ewma' */
  readonly strategy?: string | undefined;
  /** Which part of the application calls, for the topology. @default the name of the application */
  readonly from?: string | undefined;
}

const NOT_TRIED: ReadonlySet<string> = /* @__PURE__ */ new Set<string>();
const MOST_POOLS = 10_000;

/**
 * Chooses which instance of a service gets a call, counts the calls that are under way, and learns from them which
 * instances are slow or broken.
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
  private readonly options = inject(SERVICE_MESH.token);
  private readonly strategies = inject(BalancingStrategies);
  private readonly policies = inject(TRAFFIC_POLICIES);
  private readonly probes = inject(ProbeVerdicts);
  private readonly clock = inject(CLOCK);
  private readonly page = inject(PAGE_STATE);
  private readonly random = inject(RANDOM);
  private readonly counts = new InFlight();
  private readonly hub = new EventHub<BalancerEvent>();
  private readonly pools = new Map<string, ServicePool>();
  private readonly outliers = new WeakMap<OutlierOptions, OutlierValues>();
  private readonly anything: Selection = {
    version: undefined,
    subset: undefined,
    zone: this.options.zone,
    panicThreshold: this.options.panicThreshold,
  };
  private readonly keeper: LeaseKeeper = {
    now: () => this.clock.monotonic(),
    interruptions: () => this.page.interruptions,
    started: (instance) => this.counts.add(instance, 1),
    settled: ({ instance, pool, from }, outcome, took) => {
      this.counts.add(instance, -1);
      if (outcome !== 'cancelled' && took !== undefined) {
        this.judge(pool, instance, { failed: outcome === 'failure', took });
      }
      this.hub.emit({ type: 'call', from, instance, outcome, took });
    },
  };

  /** What happens to calls and instances, as it happens. Never errors. */
  readonly events$: Observable<BalancerEvent> = this.hub.events$;
  /** How many calls are under way to each instance, by `service/id`; one without a call is missing. */
  readonly inFlight$: Observable<ReadonlyMap<string, number>> = this.counts.changes$;
  /** How many calls are under way to each instance, by `service/id`, as a signal; one without a call is missing. */
  readonly inFlight: Signal<ReadonlyMap<string, number>> = this.counts.signal;

  /** How many calls are under way to one instance now. */
  inFlightOf(instance: InstanceName): number {
    return this.counts.of(instance);
  }

  /** How long an instance takes to answer, in milliseconds, as this application sees it; `undefined` without news. */
  latencyOf({ name, id }: Pick<ServiceInstance, 'id' | 'name'>): number | undefined {
    return this.pools.get(name)?.knownLoad(id)?.latency(this.clock.monotonic());
  }

  /** The instances of a service that get no calls at present because their calls went badly, by id. */
  ejectionsOf(service: string): ReadonlyMap<string, Ejection> {
    const pool = this.pools.get(service);
    if (pool) this.update(pool, this.registry.instancesOf(service));
    return pool?.detector?.ejections ?? new Map<string, Ejection>();
  }

  /** For how long all that a call may go to ask to be left alone (`Retry-After`), in ms; 0 as long as one does not. */
  pausedFor(service: string, options: Pick<LeaseOptions, 'subset' | 'version'> = {}): number {
    const pool = this.pools.get(service);
    if (!pool) return 0;
    this.update(pool, this.registry.instancesOf(service));
    const { balancing } = this.policies.of(service);
    return pool.pausedFor(this.selectionOf(options, balancing, options.version));
  }

  /**
   * Picks an instance when it is subscribed, gives one lease of it and completes; changes of the registry never emit
   * another. A service without instances is waited for, at most `discoveryTimeout`.
   *
   * Fails with a {@link NoInstanceError} or an {@link UnknownStrategyError}.
   */
  lease(service: string, options: LeaseOptions = {}): Observable<InstanceLease> {
    return defer(() => {
      this.strategies.get(options.strategy ?? this.options.strategy);
      return this.discovery
        .discoverInstances(service)
        .pipe(map((known) => this.pick(service, known, options)));
    });
  }

  /** Picks an instance when it is subscribed, and completes. Fails as {@link LoadBalancerService.lease} does. */
  getServiceInstance(service: string, strategy?: string): Observable<ServiceInstance> {
    return this.lease(service, { strategy }).pipe(map(({ instance }) => instance));
  }

  private pick(
    service: string,
    known: readonly ServiceInstance[],
    options: LeaseOptions,
  ): InstanceLease {
    const { balancing, split } = this.policies.of(service);
    const pool = this.poolOf(service);
    this.update(pool, known);
    const name = options.strategy ?? balancing?.strategy ?? this.options.strategy;
    const tried = options.tried ?? NOT_TRIED;
    const drawn =
      options.version ??
      (split && drawVersion(split, known, this.random, (each) => pool.suits(each, tried)));
    const selection = this.selectionOf(options, balancing, drawn);
    const arrangement = pool.arrangementOf(selection);
    if (arrangement.matching === 0) throw this.nothingMatches(service, selection);
    pool.tried = tried;
    pool.key = options.key;
    pool.slowStart = balancing?.slowStart ?? this.options.slowStart;
    const instance = pool.pick(this.strategies.get(name), arrangement);
    if (!instance) throw new NoInstanceError(service, this.registry.names(), { strategy: name });
    return new CountedLease(instance, pool, this.keeper, options.from ?? this.options.name);
  }

  /** What a call is for. The same object for all calls for which there are no rules, so that their pick makes none. */
  private selectionOf(
    { subset, version }: LeaseOptions,
    rule: BalancingRule | undefined,
    drawn: string | undefined,
  ): Selection {
    if (!rule && subset === undefined && version === undefined && drawn === undefined) {
      return this.anything;
    }
    return {
      version: version ?? drawn,
      subset: subset ?? rule?.subset,
      zone: rule?.zone ?? this.options.zone,
      panicThreshold: rule?.panicThreshold ?? this.options.panicThreshold,
    };
  }

  private nothingMatches(service: string, { version, subset }: Selection): NoInstanceError {
    return new NoInstanceError(
      service,
      this.registry.names(),
      subset === undefined && version !== undefined
        ? { version }
        : { subset: subset ?? {}, version },
    );
  }

  private poolOf(service: string): ServicePool {
    const known = this.pools.get(service);
    if (known) return known;
    for (const oldest of this.pools.keys()) {
      if (this.pools.size < MOST_POOLS) break;
      this.pools.delete(oldest);
    }
    const ports: PoolPorts = {
      clock: this.clock,
      random: this.random,
      revision: () => this.probes.revision,
      isIll: (each) => each.health === 'unhealthy' || this.probes.of(each)?.health === 'unhealthy',
      // Where probes are made, no call of a user has to find out whether an instance is well again.
      hold: (id, ejection) =>
        this.probes.covers(service) && !this.recovered({ name: service, id }, ejection),
    };
    const pool = new ServicePool(service, ports);
    this.pools.set(service, pool);
    return pool;
  }

  /** Whether a probe since its ejection lets an instance back: a slow one only where it was too slow. */
  private recovered(instance: InstanceName, { reason, since }: Ejection): boolean {
    const verdict = this.probes.of(instance);
    if (!verdict || verdict.at <= since) return false;
    return reason === 'slow' ? verdict.passed : verdict.ok;
  }

  private update(pool: ServicePool, known: readonly ServiceInstance[]): void {
    const { service } = pool;
    const rule = this.policies.of(service).outliers ?? this.options.outliers;
    for (const id of pool.update(known, rule === false ? false : this.valuesOf(rule))) {
      this.hub.emit({ type: 'readmitted', service, id });
    }
  }

  private valuesOf(options: OutlierOptions): OutlierValues {
    const known = this.outliers.get(options);
    if (known) return known;
    const values = OUTLIERS.resolve(options);
    this.outliers.set(options, values);
    return values;
  }

  private judge(pool: ServicePool, instance: ServiceInstance, verdict: CallVerdict): void {
    const reason = pool.record(instance, verdict);
    if (reason !== undefined) this.hub.emit({ type: 'ejected', instance, reason });
  }
}
