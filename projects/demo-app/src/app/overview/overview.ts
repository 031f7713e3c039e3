import { Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { FaultControls } from '../backends/fault-controls';
import { CallHistory } from '../calls/call-history';
import { TRAFFIC } from '../calls/traffic';
import { ChaosPanel } from '../chaos/chaos-panel';
import { type InstanceView, ServiceCard } from '../ui/service-card';
import { ServiceMap } from '../ui/service-map';
import { StatTile } from '../ui/stat-tile';
import { TrafficControls } from '../ui/traffic-controls';
import { AlertPanel } from './alert-panel';
import { EventPanel } from './event-panel';
import { phasesOf, samePhases, serviceViews, tilesOf } from './overview-view';
import { RedPanel } from './red-panel';
import { SloPanel } from './slo-panel';
import { TracePanel } from './trace-panel';

/**
 * The live picture of the whole shop: what all calls look like, each service with its breaker and its instances, and then
 * what else is known. What is further down is loaded when it comes into view.
 */
@Component({
  selector: 'app-overview',
  imports: [
    AlertPanel,
    ChaosPanel,
    EventPanel,
    RedPanel,
    RouterLink,
    ServiceCard,
    ServiceMap,
    SloPanel,
    StatTile,
    TracePanel,
    TrafficControls,
  ],
  templateUrl: './overview.html',
  styleUrl: './overview.scss',
})
export class Overview {
  private readonly visitors = inject(TRAFFIC);
  private readonly faults = inject(FaultControls);
  private readonly breakers = inject(MicroservicesCommunicationService).circuitBreakerStatus;
  private readonly picture = toSignal(inject(CallHistory).picture$, { requireSync: true });
  // The counts of a breaker change with each call. Its phase does not, so nothing is drawn anew for a call.
  private readonly phases = computed(() => phasesOf(this.breakers()), { equal: samePhases });

  protected readonly traffic = this.visitors.state;
  protected readonly services = computed(() =>
    serviceViews(this.picture(), this.phases(), this.faults.killed()),
  );
  protected readonly tiles = computed(() => tilesOf(this.picture().total, this.services()));

  constructor() {
    // Visitors come while somebody looks; to leave the page is to cancel what they wait for.
    this.visitors.run$.pipe(takeUntilDestroyed()).subscribe();
  }

  protected toggleTraffic(): void {
    this.visitors.toggle();
  }

  protected setPace(perSecond: number): void {
    this.visitors.setPace(perSecond);
  }

  protected toggle({ alive, id }: InstanceView): void {
    if (alive) this.faults.kill(id);
    else this.faults.revive(id);
  }
}
