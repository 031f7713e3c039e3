import { Injectable, type Signal, computed, inject, signal, untracked } from '@angular/core';
import { CLOCK, isServer, shareLatest } from 'rx-mesh/kernel';
import { EMPTY, type Observable, defer, ignoreElements, interval, map, merge, tap } from 'rxjs';
import { zoneOf } from '../balancing/zones';
import { ProbeVerdicts } from '../health/probe-verdicts';
import { LoadBalancerService } from '../load-balancer-service';
import type { HealthStatus, ServiceInstance } from '../service-instance';
import { ServiceRegistry } from '../service-registry';
import { type CallEdge, CallGraph } from './call-graph';

/** The mesh as a picture: what runs, and who calls whom. */
export interface ServiceTopology {
  /** The services that are known, by name. */
  readonly services: readonly TopologyNode[];
  /** The calls of the last minute; counted while somebody watches. */
  readonly calls: readonly CallEdge[];
}

/** One service of the topology. */
export interface TopologyNode {
  /** Its name. */
  readonly name: string;
  /** Its instances, by id. */
  readonly instances: readonly TopologyInstance[];
}

/** One instance of the topology. */
export interface TopologyInstance {
  /** Its id. */
  readonly id: string;
  /** The base of its URLs. */
  readonly url: string;
  /** The version that runs there; `''` when nobody said. */
  readonly version: string;
  /** The zone that it says it is in; `''` when nobody said. */
  readonly zone: string;
  /** Its share beside the others. */
  readonly weight: number;
  /** Its health as calls find it: what its registry says, its probes, and whether it is ejected. */
  readonly health: HealthStatus;
  /** Whether it gets no calls at present because its calls went badly. */
  readonly ejected: boolean;
  /** How many calls to it are under way. */
  readonly inFlight: number;
  /** How long it takes to answer, in milliseconds, as this application sees it; `undefined` without news. */
  readonly latency: number | undefined;
  /** Who knows it: the names of its sources, the one that is believed first. */
  readonly sources: readonly string[];
}

const SECOND = 1000;

/** Draws the topology of the mesh, once for all who watch. */
@Injectable({ providedIn: 'root' })
export class TopologyObserver {
  private readonly registry = inject(ServiceRegistry);
  private readonly balancer = inject(LoadBalancerService);
  private readonly probes = inject(ProbeVerdicts);
  private readonly clock = inject(CLOCK);
  private graph = new CallGraph(this.clock);
  private readonly ticks = signal(0);

  /** The topology: on subscribe, after each change of what runs, and each second while somebody is subscribed. */
  readonly topology$: Observable<ServiceTopology> = defer(() => {
    // What was counted before somebody left says nothing of now.
    this.graph = new CallGraph(this.clock);
    return merge(
      this.calls(),
      this.registry.services$,
      isServer() ? EMPTY : interval(SECOND, this.clock.scheduler),
    );
  }).pipe(
    tap(() => this.ticks.update((tick) => tick + 1)),
    map(() => this.draw()),
    shareLatest(),
  );

  /** The topology as it is now, as a signal. Calls are counted while {@link TopologyObserver.topology$} is watched. */
  readonly topology: Signal<ServiceTopology> = computed(() => {
    this.ticks();
    this.registry.services();
    this.probes.verdicts();
    this.balancer.inFlight();
    return untracked(() => this.draw());
  });

  private calls(): Observable<never> {
    return this.balancer.events$.pipe(
      tap((event) => {
        if (event.type !== 'call') return;
        const { from, instance, outcome, took } = event;
        this.graph.record(from, instance.name, outcome, took);
      }),
      ignoreElements(),
    );
  }

  private draw(): ServiceTopology {
    const services = [...this.registry.services()].map(([name, instances]) => {
      const ejections = this.balancer.ejectionsOf(name);
      return { name, instances: instances.map((each) => this.show(each, ejections.has(each.id))) };
    });
    return {
      services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
      calls: this.graph.edges(),
    };
  }

  private show(instance: ServiceInstance, ejected: boolean): TopologyInstance {
    const { id, name, url, version, weight } = instance;
    const probe = this.probes.of(instance)?.health;
    return {
      id,
      url,
      version,
      zone: zoneOf(instance),
      weight,
      health: ejected || probe === 'unhealthy' ? 'unhealthy' : healthOf(instance.health, probe),
      ejected,
      inFlight: this.balancer.inFlightOf(instance),
      latency: this.balancer.latencyOf(instance),
      sources: this.registry.provenanceOf(name, id).map(({ source }) => source),
    };
  }
}

/** A probe that is well answers where nobody knows. */
function healthOf(said: HealthStatus, probe: 'healthy' | undefined): HealthStatus {
  return said === 'unknown' && probe ? probe : said;
}
