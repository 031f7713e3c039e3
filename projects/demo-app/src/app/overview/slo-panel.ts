import { Component, computed, inject } from '@angular/core';
import { SloMonitor } from 'rx-mesh/metrics';
import { sloView } from '../metrics/slo-view';
import { SloCard } from '../ui/slo-card';

/** How much of each error budget is left. */
@Component({
  selector: 'app-slo-panel',
  imports: [SloCard],
  template: `
    @for (slo of slos(); track slo.name) {
      <app-slo-card [view]="slo" />
    } @empty {
      <p class="small quiet">Nobody has looked yet.</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: 1.25rem;
      min-width: 0;
    }

    /* The rooms of overview.scss are as high as these columns make it. */
    @media (width < 44rem) {
      :host {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
})
export class SloPanel {
  private readonly reports = inject(SloMonitor).reports;
  protected readonly slos = computed(() => this.reports().map((report) => sloView(report)));
}
