import { Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { CATALOG } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { CallHistory } from '../calls/call-history';
import { type CallPicture } from '../calls/call-stats';
import { TRAFFIC } from '../calls/traffic';
import { formatDuration, formatRate, formatShare } from '../ui/format';
import { type InstanceView, ServiceCard, type ServiceView } from '../ui/service-card';
import { ServiceMap } from '../ui/service-map';
import { StatTile } from '../ui/stat-tile';
import { TrafficControls } from '../ui/traffic-controls';

const SECONDS = 60;
const NO_SERIES = new Array<undefined>(SECONDS).fill(undefined);

/** The live picture: what all calls look like, and each service with its breaker and its instances. */
@Component({
  selector: 'app-overview',
  imports: [ServiceCard, ServiceMap, StatTile, TrafficControls],
  templateUrl: './overview.html',
  styleUrl: './overview.scss',
})
export class Overview {
  private readonly visitors = inject(TRAFFIC);
  private readonly faults = inject(FaultControls);
  private readonly breakers = inject(MicroservicesCommunicationService).circuitBreakerStatus;
  private readonly picture = toSignal(inject(CallHistory).picture$, { requireSync: true });

  protected readonly traffic = this.visitors.state;
  protected readonly services = computed(() => {
    const picture = this.picture();
    return CATALOG.map(({ instances, name, summary }) =>
      viewOf(name, summary, picture, {
        phase: this.breakers().get(name)?.state ?? 'closed',
        instances: instances.map(({ id }) => ({
          id,
          alive: !this.faults.killed().has(id),
          share: picture.services.get(name)?.shares.get(id) ?? 0,
        })),
      }),
    );
  });
  protected readonly tiles = computed(() => {
    const { calls, failureShare, p50, p95, perSecond, retried } = this.picture().total;
    const moved = this.services().filter(({ phase }) => phase !== 'closed');
    const shut = moved.filter(({ phase }) => phase !== 'half-open');
    return [
      {
        label: 'Calls a second',
        value: formatRate(perSecond),
        hint: `${calls} in the last minute`,
      },
      {
        label: 'Succeeded',
        value: formatShare(failureShare === undefined ? undefined : 1 - failureShare),
        hint: `${retried} needed a retry`,
      },
      {
        label: '95th percentile',
        value: formatDuration(p95),
        hint: `median ${formatDuration(p50)}`,
      },
      {
        label: 'Open breakers',
        value: String(shut.length),
        hint: moved.length === 0 ? `of ${CATALOG.length}` : moved.map(nameOf).join(', '),
      },
    ];
  });

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

/** Whoever is named here is thought to be open, so only another phase is said. */
function nameOf({ name, phase }: ServiceView): string {
  return phase === 'open' ? name : `${name} ${phase}`;
}

function viewOf(
  name: string,
  summary: string,
  picture: CallPicture,
  rest: Pick<ServiceView, 'phase' | 'instances'>,
): ServiceView {
  const known = picture.services.get(name);
  return {
    name,
    summary,
    perSecond: known?.perSecond ?? 0,
    p95: known?.p95,
    failureShare: known?.failureShare,
    series: known?.series ?? NO_SERIES,
    ...rest,
  };
}
