import { provideHttpClient } from '@angular/common/http';
import { Component, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import {
  AlertingService,
  SloMonitor,
  provideRxMesh,
  webhookChannel,
  withAlerting,
  withRxMeshInterceptors,
  withSlos,
  withStaticServices,
} from 'rx-mesh';

// #region providers
export const shopProviders = [
  provideHttpClient(withRxMeshInterceptors()),
  provideRxMesh(
    withStaticServices([{ name: 'orders', instances: ['/services/orders'] }]),
    withSlos({
      slos: [
        // 99 of 100 calls are answered, as the page sees it: proxies, networks and time-outs included.
        { name: 'orders-answer', service: 'orders', objective: 0.99 },
        // And 95 of 100 within a second.
        {
          name: 'orders-fast',
          service: 'orders',
          objective: 0.95,
          indicator: { type: 'latency', threshold: 1000 },
        },
      ],
    }),
    withAlerting({
      rules: [
        {
          name: 'OrdersBurn',
          // Fires when a month's budget would be gone within two days, in the last hour and still in the last five minutes.
          condition: { type: 'burn-rate', slo: 'orders-answer', rule: 'fast' },
          severity: 'page',
          annotations: { summary: 'Users cannot order.' },
        },
      ],
      channels: [webhookChannel({ url: '/api/alerts' })],
    }),
  ),
];
// #endregion

// #region banner
@Component({
  selector: 'app-trouble',
  template: `
    @for (alert of alerts(); track alert.fingerprint) {
      <p role="status">{{ alert.annotations['summary'] }}</p>
    }
    @for (slo of slos(); track slo.name) {
      <p>{{ slo.name }}: {{ slo.errorBudget.remaining }} of the budget is left ({{ slo.state }})</p>
    }
  `,
})
export class Trouble {
  protected readonly alerts = inject(AlertingService).alerts;
  protected readonly slos = toSignal(inject(SloMonitor).reports$, { initialValue: [] });
}
// #endregion
