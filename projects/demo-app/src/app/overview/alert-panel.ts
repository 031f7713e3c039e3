import { Component, computed, inject } from '@angular/core';
import { AlertingService } from 'rx-mesh/metrics';
import { AlertList } from '../ui/alert-list';
import { alertLines, alertSummary } from './alert-lines';

/** What is wrong, and what was. The page of the metrics can silence it. */
@Component({
  selector: 'app-alert-panel',
  imports: [AlertList],
  template: `
    <p class="small quiet" role="status">{{ summary() }}</p>
    <div class="scroller" tabindex="0" role="group" aria-label="Alerts, to scroll">
      <app-alert-list
        label="Alerts"
        empty="Kill all instances of a service, and one will."
        [alerts]="alerts()"
      />
    </div>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-rows: auto 1fr;
      min-width: 0;
    }

    /* However many alerts there are, the page stays as it is. */
    .scroller {
      contain: size;
      overflow: auto;
    }
  `,
})
export class AlertPanel {
  private readonly alerting = inject(AlertingService);

  protected readonly summary = computed(() => alertSummary(this.alerting.alerts()));
  protected readonly alerts = computed(() =>
    alertLines(this.alerting.alerts(), this.alerting.history(), this.alerting.silences()),
  );
}
