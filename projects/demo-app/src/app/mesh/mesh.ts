import { Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { MatOption, MatSelect } from '@angular/material/select';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import {
  HealthMonitor,
  ServiceMeshService,
  ServiceRegistry,
  type TopologyInstance,
} from 'rx-mesh/mesh';
import { CATALOG } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { MeshRegistries } from '../backends/mesh-registries';
import { CallHistory } from '../calls/call-history';
import { TRAFFIC } from '../calls/traffic';
import { formatDuration, formatRate, formatShare } from '../ui/format';
import { MeshInstance, type MeshInstanceView } from '../ui/mesh-instance';
import { ServiceMap } from '../ui/service-map';
import { TrafficControls } from '../ui/traffic-controls';
import { MeshRules, STRATEGIES } from './mesh-rules';
import { sourcesOf } from './registry-columns';

/** Ten times slower than the mocks are: what a balancer should notice. */
const SLOW = { median: 600, p99: 2400 };
const WEIGHTS = [1, 2, 5];

/** Where services run, who tells so, and which instance gets how many calls. */
@Component({
  selector: 'app-mesh',
  imports: [
    MatButton,
    MatFormField,
    MatLabel,
    MatOption,
    MatSelect,
    MatSlider,
    MatSliderThumb,
    MeshInstance,
    ServiceMap,
    TrafficControls,
  ],
  templateUrl: './mesh.html',
  styleUrl: './mesh.scss',
})
export class Mesh {
  private readonly visitors = inject(TRAFFIC);
  private readonly faults = inject(FaultControls);
  private readonly registries = inject(MeshRegistries);
  private readonly registry = inject(ServiceRegistry);
  private readonly monitor = inject(HealthMonitor);
  private readonly topology = toSignal(inject(ServiceMeshService).serviceTopology$, {
    requireSync: true,
  });
  private readonly breakers = inject(MicroservicesCommunicationService).circuitBreakerStatus;
  private readonly picture = toSignal(inject(CallHistory).picture$, { requireSync: true });

  protected readonly strategies = STRATEGIES;
  protected readonly rules = inject(MeshRules);
  protected readonly traffic = this.visitors.state;
  protected readonly canary = computed(() => this.rules.canary() ?? 50);

  protected readonly services = computed(() =>
    this.topology().services.map(({ instances, name }) => ({
      name,
      instances: instances.map((instance) => this.show(name, instance)),
    })),
  );

  protected readonly map = computed(() =>
    this.services().map(({ instances, name }) => ({
      name,
      phase: this.breakers().get(name)?.state ?? ('closed' as const),
      perSecond: this.picture().services.get(name)?.perSecond ?? 0,
      instances: instances.map(({ ejected, health, id }) => ({
        id,
        alive: !ejected && health !== 'unhealthy',
      })),
    })),
  );

  protected readonly calls = computed(() =>
    this.topology().calls.map(({ errorRate, from, latency, rate, to }) => ({
      from,
      to,
      rate: formatRate(rate),
      failed: formatShare(errorRate),
      p50: formatDuration(latency.p50),
      p99: formatDuration(latency.p99),
    })),
  );

  protected readonly sources = computed(() => sourcesOf(this.topology(), this.registry));

  constructor() {
    this.visitors.run$.pipe(takeUntilDestroyed()).subscribe();
    this.monitor.probing$.pipe(takeUntilDestroyed()).subscribe();
  }

  protected toggleTraffic(): void {
    this.visitors.toggle();
  }

  protected setPace(perSecond: number): void {
    this.visitors.setPace(perSecond);
  }

  protected kill({ alive, id }: MeshInstanceView): void {
    if (alive) this.faults.kill(id);
    else this.faults.revive(id);
  }

  protected slow({ id, slow }: MeshInstanceView): void {
    this.faults.set(id, { latency: slow ? { median: 60, p99: 240 } : SLOW });
  }

  protected drain({ drained, id }: MeshInstanceView): void {
    this.registries.set(id, { drained: !drained });
  }

  protected weigh({ id }: MeshInstanceView): void {
    const next = WEIGHTS[(WEIGHTS.indexOf(this.registries.of(id).weight) + 1) % WEIGHTS.length];
    this.registries.set(id, { weight: next ?? 1 });
  }

  protected reset(): void {
    this.faults.reset();
    this.registries.reset();
    this.rules.reset();
  }

  private show(service: string, instance: TopologyInstance): MeshInstanceView {
    const { id } = instance;
    return {
      ...instance,
      drained: this.registries.of(id).drained,
      weight: this.registries.of(id).weight,
      alive: !this.faults.killed().has(id),
      slow: (this.faults.faults().get(id)?.latency.median ?? 0) >= SLOW.median,
      share: this.picture().services.get(service)?.shares.get(id) ?? 0,
      listed: CATALOG.some(({ name }) => name === service) && service !== 'rates',
    };
  }
}
