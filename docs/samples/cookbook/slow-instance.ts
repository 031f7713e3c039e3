import { provideHttpClient } from '@angular/common/http';
import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import {
  LoadBalancerService,
  ServiceRegistry,
  provideRxMesh,
  withRxMeshInterceptors,
  withServiceMesh,
  withStaticServices,
} from 'rx-mesh';

// #region providers
export const shopProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([
      {
        name: 'orders',
        instances: ['a', 'b', 'c', 'd'].map((id) => ({ id, url: `https://${id}.shop.example` })),
      },
    ]),
    // All of it is the default: said here to be seen.
    withServiceMesh({
      strategy: 'peak-ewma',
      outliers: { consecutiveFailures: 3, slowFactor: 3, consecutiveSlow: 3, baseTime: 10_000 },
    }),
  ),
];
// #endregion

// #region view
@Component({
  selector: 'app-instances',
  template: `
    @for (row of rows(); track row.id) {
      <p>{{ row.id }}: {{ row.latency ?? '?' }} ms {{ row.ejected ?? '' }}</p>
    }
  `,
})
export class Instances {
  private readonly balancer = inject(LoadBalancerService);
  private readonly registry = inject(ServiceRegistry);
  /** Whatever happens to calls and instances is a reason to look again. */
  private readonly news = toSignal(this.balancer.events$);

  protected readonly rows = computed(() => {
    this.news();
    const ejections = this.balancer.ejectionsOf('orders');
    return this.registry.instancesOf('orders').map((instance) => ({
      id: instance.id,
      latency: round(this.balancer.latencyOf(instance)),
      ejected: ejections.get(instance.id)?.reason,
    }));
  });
}

function round(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}
// #endregion
