import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { DistributedMetricsService } from 'rx-mesh/metrics';
import { CATALOG } from '../backends/catalog';
import { redCharts } from '../metrics/red-view';
import { formatDuration, formatRate, formatShare } from '../ui/format';
import { TimeChart } from '../ui/time-chart';

/** Rates, errors and durations of the last two minutes. */
@Component({
  selector: 'app-red-panel',
  imports: [TimeChart],
  template: `
    <div class="charts">
      <app-time-chart
        label="Rate"
        hint="calls a second"
        [lines]="charts().rate"
        [ages]="charts().ages"
        [span]="span"
        [format]="formatRate"
        [floor]="2"
      />
      <app-time-chart
        label="Errors"
        hint="share that failed"
        [lines]="charts().errors"
        [ages]="charts().ages"
        [span]="span"
        [format]="formatShare"
        [floor]="1"
      />
      <app-time-chart
        label="Duration"
        [hint]="'of ' + chosen()"
        [lines]="charts().durations"
        [ages]="charts().ages"
        [span]="span"
        [format]="formatDuration"
        [floor]="200"
      />
    </div>
    <div class="choice small" role="group" aria-label="Service whose durations are drawn">
      @for (name of services; track name) {
        <button type="button" [attr.aria-pressed]="name === chosen()" (click)="chosen.set(name)">
          {{ name }}
        </button>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    .charts {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      gap: 1.25rem;
    }

    /* The rooms of overview.scss are as high as these columns make it. */
    @media (width < 68rem) {
      .charts {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
    }

    @media (width < 44rem) {
      .charts {
        grid-template-columns: minmax(0, 1fr);
      }
    }

    .choice {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem;
      justify-content: end;
      margin-block-start: 0.75rem;
    }

    button {
      min-height: 1.75rem;
      padding: 0.125rem 0.75rem;
      border: 1px solid var(--line);
      border-radius: 99px;
      background: none;
      color: inherit;
      font: inherit;
      cursor: pointer;

      &:hover {
        background: var(--surface-sunken);
      }

      &[aria-pressed='true'] {
        border-color: var(--accent);
        background: var(--accent-soft);
        color: var(--accent);
        font-weight: 550;
      }
    }
  `,
})
export class RedPanel {
  readonly #data = toSignal(inject(DistributedMetricsService).realTimeDashboard$);

  protected readonly formatRate = formatRate;
  protected readonly formatShare = formatShare;
  protected readonly formatDuration = formatDuration;
  protected readonly span = 120; // seconds, as withMetricsDashboard has it
  protected readonly services = CATALOG.map(({ name }) => name);
  protected readonly chosen = signal('orders');
  protected readonly charts = computed(() => redCharts(this.#data(), this.chosen()));
}
