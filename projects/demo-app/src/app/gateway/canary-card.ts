import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { RequestBook } from './request-book';
import { RequestDesk } from './request-desk';
import { RouteDesk } from './route-desk';
import { ShareBar } from './share-bar';
import { CALLS } from './shop-calls';
import { ORDERS } from './shop-routes';

/** Two versions of a service share the requests of one path, by weights that are changed at run time. */
@Component({
  selector: 'app-canary-card',
  imports: [MatButton, MatSlider, MatSliderThumb, ShareBar],
  host: { class: 'card card-body', role: 'region', 'aria-labelledby': 'canary-heading' },
  styleUrl: './card.scss',
  template: `
    <h2 id="canary-heading">Canary</h2>
    <p class="small quiet">
      Orders of v1 and v2 share a path. A new weight is a new table; the calls stay as they are.
    </p>
    <div class="weight">
      <p class="small number" aria-hidden="true">Weight of v2: {{ share() }} %</p>
      <mat-slider min="0" max="100" step="5">
        <input
          #thumb
          matSliderThumb
          aria-label="Weight of v2 in percent"
          [value]="share()"
          (input)="routes.setShare(thumb.valueAsNumber)"
        />
      </mat-slider>
    </div>
    <app-share-bar [one]="one()" [two]="two()" />
    <button matButton="tonal" type="button" (click)="send()">Ask for 20 orders</button>
  `,
  styles: `
    .weight,
    app-share-bar {
      justify-self: stretch;
    }

    mat-slider {
      width: calc(100% - 1rem);
    }
  `,
})
export class CanaryCard {
  private readonly book = inject(RequestBook);
  private readonly desk = inject(RequestDesk);
  protected readonly routes = inject(RouteDesk);
  protected readonly share = computed(() => this.routes.share() ?? 0);
  protected readonly one = computed(() => this.book.of(ORDERS.v1).requests);
  protected readonly two = computed(() => this.book.of(ORDERS.v2).requests);

  protected send(): void {
    this.desk.send(CALLS.order, 20);
  }
}
