import { Component, computed, inject } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { CLOCK, polling } from 'rx-mesh/kernel';
import { map, of, switchMap, takeWhile } from 'rxjs';
import { ToneBadge, type ToneLook } from '../ui/tone-badge';
import { RequestBook } from './request-book';
import { RequestDesk } from './request-desk';
import { CALLS } from './shop-calls';
import { RATE } from './shop-routes';

const REFRESH = 200; // milliseconds

/** A limit of rate: what is above it is refused, with the time to wait, which is counted down. */
@Component({
  selector: 'app-limit-card',
  imports: [MatButton, ToneBadge],
  host: { class: 'card card-body', role: 'region', 'aria-labelledby': 'limit-heading' },
  styleUrl: './card.scss',
  template: `
    <h2 id="limit-heading">Limit</h2>
    <p class="small quiet number">
      Rates may be asked for {{ rate.limit }} times at once, and every
      {{ rate.period / rate.limit / 1000 }} s again. What is above that is 429, and never leaves the
      page.
    </p>
    <dl class="sums number">
      <div>
        <dt class="small quiet">passed</dt>
        <dd class="passed">{{ passed() }}</dd>
      </div>
      <div>
        <dt class="small quiet">refused</dt>
        <dd class="refused">{{ refused() }}</dd>
      </div>
      <div>
        <dt class="small quiet">left, at the last answer</dt>
        <dd class="left">{{ counts().left ?? '–' }}</dd>
      </div>
    </dl>
    <app-tone-badge class="number wait" [look]="look()" />
    <div class="buttons">
      <button matButton="tonal" type="button" (click)="send(1)">Ask for a rate</button>
      <button matButton="tonal" type="button" (click)="send(10)">Ask ten times</button>
    </div>
  `,
})
export class LimitCard {
  private readonly book = inject(RequestBook);
  private readonly desk = inject(RequestDesk);
  private readonly clock = inject(CLOCK);
  protected readonly rate = RATE;
  protected readonly counts = computed(() => this.book.of('rates'));
  protected readonly refused = computed(() => this.counts().statuses.get(429) ?? 0);
  protected readonly passed = computed(() => this.counts().statuses.get(200) ?? 0);
  // It ticks while there is something to wait for, and not at all otherwise.
  private readonly left = toSignal(
    toObservable(computed(() => this.counts().heldUntil)).pipe(
      switchMap((until) =>
        polling({ period: REFRESH, clock: this.clock }, () => of(null)).pipe(
          map(() => Math.max(0, until - this.clock.monotonic())),
          takeWhile((left) => left > 0, true),
        ),
      ),
    ),
    { initialValue: 0 },
  );
  protected readonly look = computed((): ToneLook => {
    const left = this.left();
    return left > 0
      ? { tone: 'warn', icon: 'clock', text: `Wait ${(left / 1000).toFixed(1)} s` }
      : { tone: 'good', icon: 'check', text: 'May be asked' };
  });

  protected send(times: number): void {
    this.desk.send(CALLS.rates, times);
  }
}
