import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { FaultControls } from '../backends/fault-controls';
import { type Outcome, RequestDesk } from './request-desk';
import { CALLS, lineOf } from './shop-calls';

const SERVICE = 'inventory';

/** A service that cannot: where a route has a stand-in that answers, and where it has none the problem is told. */
@Component({
  selector: 'app-trouble-card',
  imports: [MatButton, MatSlideToggle],
  host: { class: 'card card-body', role: 'region', 'aria-labelledby': 'trouble-heading' },
  styleUrl: './card.scss',
  template: `
    <h2 id="trouble-heading">Service down</h2>
    <mat-slide-toggle hideIcon [checked]="isDown()" (change)="setDown($event.checked)">
      Inventory is down
    </mat-slide-toggle>
    <dl class="small">
      <dt>Stock: the route has a stand-in</dt>
      <dd class="stock" [class.quiet]="!stock()">{{ stockText() }}</dd>
      <dt>Reservation: it has none</dt>
      <dd class="reserve" [class.quiet]="!reserve()" [class.trouble]="reserve()?.problem">
        {{ reserveText() }}
      </dd>
    </dl>
    <div class="buttons">
      <button matButton="tonal" type="button" (click)="send('stock')">Read stock</button>
      <button matButton="tonal" type="button" (click)="send('reserve')">Reserve a mug</button>
    </div>
  `,
  styles: `
    dl {
      display: grid;
      gap: 0.25rem;
    }

    dt {
      font-weight: 550;
    }

    dd {
      min-height: 3em;
    }
  `,
})
export class TroubleCard {
  private readonly faults = inject(FaultControls);
  private readonly desk = inject(RequestDesk);
  protected readonly isDown = computed(() => this.faults.of(SERVICE).errorRate === 1);
  protected readonly stock = computed(() => this.desk.answers().get(lineOf(CALLS.stock)));
  protected readonly reserve = computed(() => this.desk.answers().get(lineOf(CALLS.reserve)));
  protected readonly stockText = computed(() => {
    const { free, standIn } = bodyOf(this.stock());
    if (standIn === true) return '200 by the stand-in: some are free, nobody has counted.';
    return told(this.stock(), () => `200 by the service: ${String(free)} are free.`);
  });
  protected readonly reserveText = computed(() =>
    told(this.reserve(), ({ status }) => `${status} by the service: one mug was put aside.`),
  );

  protected setDown(down: boolean): void {
    this.faults.set(SERVICE, { errorRate: down ? 1 : 0 });
  }

  protected send(call: 'stock' | 'reserve'): void {
    this.desk.send(CALLS[call]);
  }
}

function bodyOf(outcome: Outcome | undefined): Readonly<Record<'free' | 'standIn', unknown>> {
  return Object(outcome?.body) as Record<'free' | 'standIn', unknown>;
}

function told(outcome: Outcome | undefined, good: (outcome: Outcome) => string): string {
  if (!outcome) return 'Not asked yet.';
  return outcome.problem === '' ? good(outcome) : `${outcome.status} ${outcome.problem}`;
}
