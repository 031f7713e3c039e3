import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlider, MatSliderThumb } from '@angular/material/slider';
import { EventStoreService, ProjectionService } from 'rx-mesh/event-sourcing';
import { EMPTY, Subject, catchError, concatMap, lastValueFrom, merge, reduce, tap } from 'rxjs';
import { TabPresence } from '../tabs/tab-presence';
import { DownloadText } from '../ui/download-text';
import { type EventRow, EventTable } from '../ui/event-table';
import { formatEuros, formatTime } from '../ui/format';
import { Icon } from '../ui/icon';
import { StatTile } from '../ui/stat-tile';
import { ToneBadge, type ToneLook } from '../ui/tone-badge';
import { ORDER_BOOK } from './order-book';
import { OrderDesk } from './order-desk';
import { ORDERS, type Order, type OrderMove, movesOf, totalsOf } from './order-events';
import { type EventKind, OrderLog, type OrderLogState } from './order-log';
import { ORDER_LOOKS } from './order-looks';
import { PACES, Replay } from './replay';

const MOST_RECORDS = 1000;
const MOST_ORDERS = 40;
const MOST_EVENTS = 60;
const KINDS: readonly { readonly kind: EventKind; readonly title: string }[] = [
  { kind: 'orders', title: 'Orders' },
  { kind: 'sagas', title: 'Sagas' },
  { kind: 'all', title: 'All streams' },
];
const LOG_LOOKS: Readonly<Record<OrderLogState, ToneLook>> = {
  reading: { tone: 'quiet', icon: 'clock', text: 'Reading' },
  live: { tone: 'good', icon: 'check', text: 'Caught up' },
  behind: { tone: 'warn', icon: 'clock', text: 'Catching up' },
  full: { tone: 'warn', icon: 'alert', text: 'Too many events' },
};
const PAST: ToneLook = { tone: 'held', icon: 'retry', text: 'Looking back' };

/** Events of a small shop: what happens, what is made of it, and how it was at any time. */
@Component({
  selector: 'app-events',
  imports: [
    DownloadText,
    EventTable,
    Icon,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlider,
    MatSliderThumb,
    StatTile,
    ToneBadge,
  ],
  providers: [Replay],
  templateUrl: './events.html',
  styleUrl: './events.scss',
})
export class Events {
  private readonly log = inject(OrderLog);
  private readonly desk = inject(OrderDesk);
  private readonly store = inject(EventStoreService);
  private readonly presence = inject(TabPresence);
  private readonly projections = inject(ProjectionService);
  private readonly records = toSignal(
    this.projections.records(ORDER_BOOK, { max: MOST_RECORDS }).pipe(catchError(() => EMPTY)),
  );
  readonly #wishes = new Subject<() => ReturnType<OrderDesk['place']>>();

  protected readonly replay = inject(Replay);
  protected readonly paces = PACES;
  protected readonly kinds = KINDS;
  protected readonly looks = ORDER_LOOKS;
  protected readonly movesOf = movesOf;
  protected readonly formatEuros = formatEuros;
  protected readonly kind = signal<EventKind>('orders');
  protected readonly trouble = this.desk.trouble;
  protected readonly transfer = signal('');
  protected readonly count = this.log.count;

  protected readonly tiles = computed(() => {
    const records = this.records() ?? [];
    const { open, orders, revenue } = totalsOf(records.map(({ value }) => value));
    const most = records.length === MOST_RECORDS ? `the first ${MOST_RECORDS}` : 'stored, by order';
    return [
      { label: 'Orders', value: String(orders), hint: most },
      { label: 'Still open', value: String(open), hint: 'placed, paid or shipped' },
      { label: 'Revenue', value: formatEuros(revenue), hint: 'paid, and not given back' },
      { label: 'Read model', ...this.readModel() },
    ];
  });
  private readonly readModel = computed(() => {
    const status = this.projections.statuses().get(ORDER_BOOK.name);
    const leader = this.presence.leader();
    if (!status) return { value: 'Starting', hint: 'nobody keeps it yet' };
    const { lag, parked, position, state } = status;
    const who = leader ? `${leader.name}${leader.isThis ? ', this one,' : ''} leads` : 'no leader';
    const apart = parked > 0 ? ` · ${parked} parked` : '';
    return {
      value: state === 'stopped' ? 'Stopped' : lag.events === 0 ? 'Live' : `${lag.events} behind`,
      hint: `${who} · position ${position}${apart}`,
    };
  });

  private readonly past = computed(() => this.log.ordersAt(this.replay.place()));
  protected readonly orders = computed(() => this.past().slice(0, MOST_ORDERS));
  protected readonly summary = computed(() => {
    const { open, orders, revenue } = totalsOf(this.past());
    const more = orders > MOST_ORDERS ? `, the latest ${MOST_ORDERS} shown` : '';
    return `${orders} orders${more} · ${open} open · ${formatEuros(revenue)} revenue`;
  });
  protected readonly look = computed(() =>
    this.replay.isLive() ? LOG_LOOKS[this.log.state()] : PAST,
  );
  protected readonly where = computed(() => {
    const [place, count] = [this.replay.place(), this.count()];
    const event = this.log.event(place);
    const at = event ? `position ${event.position}, ${timeOf(event.timestamp)}` : 'the beginning';
    return count === 0 ? 'No event yet' : `${place} of ${count} events · ${at}`;
  });
  protected readonly rows = computed(() =>
    this.log.latest(this.kind(), this.replay.place(), MOST_EVENTS).map((event): EventRow => ({
      position: event.position,
      stream: event.stream,
      version: event.version,
      type: event.type,
      time: timeOf(event.timestamp),
      correlation: event.metadata.correlationId ?? '–',
    })),
  );
  protected readonly valueText = (place: number): string =>
    place === this.replay.place() ? this.where() : `${place} of ${this.count()} events`;

  protected readonly exported = async (): Promise<string> => {
    const text$ = this.store
      .exportNdjson({ category: ORDERS })
      .pipe(reduce((text, chunk) => text + chunk, ''));
    return lastValueFrom(text$, { defaultValue: '' });
  };

  constructor() {
    merge(this.log.following$, this.replay.moving$, this.#wishes.pipe(concatMap((wish) => wish())))
      .pipe(takeUntilDestroyed())
      .subscribe();
  }

  protected place(count: number): void {
    this.#wishes.next(() => this.desk.place(count));
  }

  protected move(order: Order, move: OrderMove): void {
    this.#wishes.next(() => this.desk.move(order, move, this.log.lastOf(order.id)));
  }

  protected choose(kind: string): void {
    this.kind.set(KINDS.find((one) => one.kind === kind)?.kind ?? 'orders');
  }

  protected offered(): void {
    this.transfer.set(`${this.count()} events were written to a file.`);
  }

  protected failed(error: unknown): void {
    this.transfer.set(error instanceof Error ? error.message : String(error));
  }

  /** Stores what a file has that is not there yet. */
  protected import(file: File | undefined): void {
    if (!file) return;
    this.transfer.set(`Reading ${file.name} …`);
    this.#wishes.next(() =>
      this.store.importNdjson(file.stream().pipeThrough(new TextDecoderStream())).pipe(
        tap(({ known, stored }) =>
          this.transfer.set(`${stored} events were stored, ${known} were there already.`),
        ),
        catchError((error: unknown) => {
          this.failed(error);
          return EMPTY;
        }),
      ),
    );
  }
}

function timeOf(timestamp: number): string {
  return formatTime(new Date(timestamp));
}
