import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from './icon';

/** Starts and stops the visitors of the shop, and says how many there are. */
@Component({
  selector: 'app-traffic-controls',
  imports: [Icon, MatButton],
  template: `
    <button matButton="tonal" type="button" (click)="toggled.emit()">
      <app-icon [name]="running() ? 'pause' : 'play'" />{{
        running() ? 'Pause traffic' : 'Start traffic'
      }}
    </button>
    <input
      #pace
      type="range"
      min="1"
      max="50"
      step="1"
      aria-label="Calls a second"
      [attr.aria-valuetext]="paceText()"
      [style.--filled.%]="filled()"
      [value]="perSecond()"
      (input)="paced.emit(pace.valueAsNumber)"
    />
    <span class="pace number small quiet" aria-hidden="true">{{ paceText() }}</span>
  `,
  styleUrl: './traffic-controls.scss',
})
export class TrafficControls {
  readonly running = input.required<boolean>();
  readonly perSecond = input.required<number>();
  /** Somebody wants it to start, or to stop. */
  readonly toggled = output();
  /** Somebody wants another number of calls a second. */
  readonly paced = output<number>();

  protected readonly paceText = computed(() => `${this.perSecond()} calls / s`);
  protected readonly filled = computed(() => ((this.perSecond() - 1) / 49) * 100);
}
