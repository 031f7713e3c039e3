import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { ConsistencyMonitor, type ConsistencyReport, QueryBusService } from 'rx-mesh/cqrs';
import { PAGE_STATE } from 'rx-mesh/kernel';
import { EMPTY, catchError, scan, tap } from 'rxjs';
import { ORDER_BOOK } from '../events/order-book';
import { formatDuration, formatEuros } from '../ui/format';
import { Icon } from '../ui/icon';
import { Sparkline } from '../ui/sparkline';
import { ToneBadge, type ToneLook } from '../ui/tone-badge';
import { CommandDesk } from './command-desk';
import { MOODS, ShopConditions } from './conditions';
import { entryRows, lagRows, orderRows } from './cqrs-view';
import { CUSTOMERS, GOODS, LATEST_ORDERS, SOLD_OUT, latestOrders } from './order-commands';
import { OrderService } from './order-service';

const LOOK = 500; // milliseconds
const LOOKS = 60;

const ONLINE: ToneLook = { tone: 'good', icon: 'check', text: 'Online' };
const OFFLINE: ToneLook = { tone: 'warn', icon: 'power', text: 'Offline' };

interface Watched {
  readonly report: ConsistencyReport | undefined;
  /** The lag in milliseconds of the latest looks, the oldest first. */
  readonly lags: readonly number[];
}

/** Commands that survive offline and reload, a live query, and how far its read model is behind. */
@Component({
  selector: 'app-cqrs',
  imports: [
    Icon,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    Sparkline,
    ToneBadge,
  ],
  templateUrl: './cqrs.html',
  styleUrl: './cqrs.scss',
})
export class Cqrs {
  protected readonly desk = inject(CommandDesk);
  private readonly conditions = inject(ShopConditions);
  private readonly page = inject(PAGE_STATE);
  private readonly taken = inject(OrderService).arrivals;
  private readonly isOnline = toSignal(this.page.online$, { initialValue: this.page.online });
  private readonly answer = toSignal(
    inject(QueryBusService)
      .live(latestOrders({ parameters: null }))
      .pipe(
        tap((answer) => this.desk.arrived(answer)),
        catchError(() => EMPTY),
      ),
  );
  private readonly watched = toSignal(
    inject(ConsistencyMonitor)
      .monitor({ models: [LATEST_ORDERS, ORDER_BOOK], period: LOOK })
      .pipe(
        scan(
          ({ lags }: Watched, report): Watched => ({
            report,
            lags: [...lags, lagOf(report)].slice(-LOOKS),
          }),
          { report: undefined, lags: [] },
        ),
      ),
    { initialValue: { report: undefined, lags: [] } },
  );

  protected readonly now = this.conditions.now;
  protected readonly customers = CUSTOMERS;
  protected readonly goods = GOODS;
  protected readonly moods = MOODS;
  protected readonly soldOut = SOLD_OUT;
  protected readonly formatEuros = formatEuros;
  protected readonly formatDuration = formatDuration;
  protected readonly looks = LOOKS;
  protected readonly customer = signal(CUSTOMERS[0] ?? '');
  protected readonly item = signal(GOODS[0].item);

  protected readonly network = computed(() => (this.isOnline() ? ONLINE : OFFLINE));
  protected readonly entries = computed(() => entryRows(this.desk.entries(), this.isOnline()));
  protected readonly orders = computed(() =>
    orderRows(this.desk.early(), this.answer()?.orders ?? []),
  );
  protected readonly summary = computed(() => {
    const { count = 0 } = this.answer() ?? {};
    return `${count} in the read model · ${this.desk.early().length} shown early`;
  });
  // The newest first, as the orders are.
  protected readonly arrivals = computed(() => [...this.taken()].reverse());
  protected readonly lags = computed(() =>
    lagRows([LATEST_ORDERS.name, ORDER_BOOK.name], this.watched().report),
  );
  protected readonly trail = computed(() => this.watched().lags);

  protected place(): void {
    const { amount, item } = GOODS.find((one) => one.item === this.item()) ?? GOODS[0];
    this.desk.place({ customer: this.customer(), item, amount });
  }

  protected setOffline(offline: boolean): void {
    this.conditions.change({ offline });
  }

  protected setPaused(paused: boolean): void {
    this.conditions.change({ paused });
  }

  protected setRestocked(restocked: boolean): void {
    this.conditions.change({ restocked });
  }

  protected setMood(mood: string): void {
    this.conditions.change({ mood: MOODS.find((one) => one.mood === mood)?.mood ?? 'well' });
  }
}

function lagOf({ lags }: ConsistencyReport): number {
  return lags
    .filter(({ readModel }) => readModel === LATEST_ORDERS.name)
    .reduce((most, { lagMs }) => Math.max(most, lagMs), 0);
}
