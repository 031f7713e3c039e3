import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { Icon } from './icon';

/** Starts and stops the visitors of the shop, and says how many there are. */
@Component({
  selector: 'app-traffic-controls',
  imports: [Icon, MatButton, MatSlider, MatSliderThumb],
  template: `
    <button matButton="tonal" type="button" (click)="toggled.emit()">
      <app-icon [name]="running() ? 'pause' : 'play'" />{{
        running() ? 'Pause traffic' : 'Start traffic'
      }}
    </button>
    <span id="traffic-pace" class="visually-hidden">Calls a second</span>
    <mat-slider min="1" max="30" step="1">
      <input
        #pace
        matSliderThumb
        aria-labelledby="traffic-pace"
        [value]="perSecond()"
        (input)="paced.emit(pace.valueAsNumber)"
      />
    </mat-slider>
    <span class="pace number small quiet">{{ paceText() }}</span>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 0.25rem 0.75rem;
      align-items: center;
    }

    /* Both words take the same room, so that nothing moves when they change. */
    button {
      flex: none;
      width: 10.25rem;
      white-space: nowrap;
    }

    button app-icon {
      width: 1.1em;
      height: 1.1em;
      margin-inline-end: 0.45em;
      vertical-align: -0.2em;
    }

    mat-slider {
      flex: 1 1 6rem;
      min-width: 5rem;
    }

    .pace {
      flex: none;
      width: 5rem;
      text-align: end;
    }

    @media (width < 30rem) {
      button {
        flex-basis: 100%;
      }
    }
  `,
})
export class TrafficControls {
  readonly running = input.required<boolean>();
  readonly perSecond = input.required<number>();
  /** Somebody wants it to start, or to stop. */
  readonly toggled = output();
  /** Somebody wants another number of calls a second. */
  readonly paced = output<number>();

  protected readonly paceText = computed(() => `${this.perSecond()} calls / s`);
}
