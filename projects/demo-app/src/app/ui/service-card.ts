import { Component, computed, input, output } from '@angular/core';
import { type CircuitBreakerPhase } from 'rx-mesh/resilience';
import { formatDuration, formatRate, formatShare } from './format';
import { InstanceRow } from './instance-row';
import { Sparkline } from './sparkline';
import { StateBadge } from './state-badge';

/** What a {@link ServiceCard} shows of an instance. */
export interface InstanceView {
  readonly id: string;
  readonly alive: boolean;
  /** From 0 to 1. */
  readonly share: number;
}

/** What a {@link ServiceCard} shows. */
export interface ServiceView {
  readonly name: string;
  readonly summary: string;
  readonly phase: CircuitBreakerPhase;
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p95: number | undefined;
  /** From 0 to 1. */
  readonly failureShare: number | undefined;
  /** The p95 of the last minute, oldest first. */
  readonly series: readonly (number | undefined)[];
  readonly instances: readonly InstanceView[];
}

/** One service at a glance: breaker, rate, latency, instances. */
@Component({
  selector: 'app-service-card',
  imports: [InstanceRow, Sparkline, StateBadge],
  template: `
    <article class="card card-body" [attr.aria-label]="view().name">
      <header>
        <div>
          <h2>{{ view().name }}</h2>
          <p class="small quiet">{{ view().summary }}</p>
        </div>
        <app-state-badge [state]="view().phase" />
      </header>

      <dl class="numbers">
        <div>
          <dt>Calls / s</dt>
          <dd class="number">{{ rate() }}</dd>
        </div>
        <div>
          <dt>p95</dt>
          <dd class="number">{{ p95() }}</dd>
        </div>
        <div>
          <dt>Failing</dt>
          <dd class="number" [class.bad]="(view().failureShare ?? 0) > 0">{{ failing() }}</dd>
        </div>
      </dl>

      <app-sparkline
        [values]="view().series"
        [label]="'p95 latency of ' + view().name + ' over the last minute'"
        [format]="formatDuration"
        [floor]="100"
      />

      <ul>
        @for (instance of view().instances; track instance.id) {
          <li>
            <app-instance-row
              [instance]="instance.id"
              [alive]="instance.alive"
              [share]="instance.share"
              (toggled)="instanceToggled.emit(instance)"
            />
          </li>
        }
      </ul>
    </article>
  `,
  styles: `
    :host {
      display: block;
    }

    article {
      grid-template-rows: auto auto auto 1fr;
      height: 100%;
    }

    header {
      display: flex;
      gap: 0.75rem;
      align-items: start;
      justify-content: space-between;
    }

    .numbers {
      display: grid;
      grid-template-columns: repeat(3, 1fr);
    }

    dt {
      font-size: 0.8125rem;
      color: var(--text-quiet);
    }

    dd {
      font-size: 1.25rem;
      font-weight: 600;
      letter-spacing: -0.01em;
    }

    dd.bad {
      color: var(--bad);
    }
  `,
})
export class ServiceCard {
  readonly view = input.required<ServiceView>();
  /** Somebody wants this instance killed, or revived. */
  readonly instanceToggled = output<InstanceView>();

  protected readonly formatDuration = formatDuration;
  protected readonly rate = computed(() => formatRate(this.view().perSecond));
  protected readonly p95 = computed(() => formatDuration(this.view().p95));
  protected readonly failing = computed(() => formatShare(this.view().failureShare));
}
