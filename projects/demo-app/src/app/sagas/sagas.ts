import { Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { RANDOM } from 'rx-mesh/kernel';
import { type Observable, Subject, mergeMap, merge } from 'rxjs';
import { ITEMS } from '../events/order-events';
import { Icon } from '../ui/icon';
import { type PickItem, PickList } from '../ui/pick-list';
import { StepList } from '../ui/step-list';
import { ToneBadge } from '../ui/tone-badge';
import { type OrderStep } from './place-order';
import { SagaBook } from './saga-book';
import { STEP_TITLES, keysOf, sagaView } from './saga-view';
import { ServiceLedger } from './service-ledger';
import { type ServiceFault } from './shop-services';

const QUICK = 500; // milliseconds
const SLOW = 3000; // milliseconds
const STEPS: readonly OrderStep[] = ['reserve', 'charge', 'notify', 'courier'];

/** To place an order in steps, each of which may fail; what was done is undone then. */
@Component({
  selector: 'app-sagas',
  imports: [
    Icon,
    MatButton,
    MatFormField,
    MatInput,
    MatLabel,
    MatSlideToggle,
    PickList,
    StepList,
    ToneBadge,
  ],
  templateUrl: './sagas.html',
  styleUrl: './sagas.scss',
})
export class Sagas {
  private readonly book = inject(SagaBook);
  private readonly random = inject(RANDOM);
  private readonly entries = inject(ServiceLedger).entries;
  readonly #orders = new Subject<Observable<unknown>>();
  readonly #chosen = signal<string | undefined>(undefined);

  protected readonly choices = STEPS.map((step) => ({ step, title: STEP_TITLES[step] ?? step }));
  protected readonly failing = signal<OrderStep | ''>('');
  protected readonly fault = signal<ServiceFault>('declined');
  protected readonly slow = signal(false);
  protected readonly trouble = this.book.trouble;

  readonly #views = computed(() => this.book.executions().map((saga) => sagaView(saga)));
  protected readonly list = computed(() =>
    this.#views().map(({ id, look, time, title }): PickItem => ({
      id,
      name: title,
      facts: `${id} · ${time}`,
      look,
    })),
  );
  protected readonly saga = computed(
    () => this.#views().find(({ id }) => id === this.#chosen()) ?? this.#views()[0],
  );
  protected readonly where = computed(() => {
    const saga = this.saga();
    if (!saga || !(saga.canPause || saga.canCancel)) return '';
    return this.book.runningHere().has(saga.id) ? 'runs in this tab' : 'not run by this tab';
  });
  protected readonly keys = computed(() => {
    const saga = this.saga();
    return saga ? keysOf(saga.id, this.entries()) : [];
  });
  protected readonly empty = computed(() =>
    this.book.state() === 'live'
      ? 'No saga yet. Place an order.'
      : 'Reading what happened before …',
  );

  constructor() {
    merge(this.book.following$, this.#orders.pipe(mergeMap((order$) => order$)))
      .pipe(takeUntilDestroyed())
      .subscribe();
  }

  protected begin(): void {
    const { amount = 12, item = 'Notebook' } =
      ITEMS[Math.floor(this.random.next() * ITEMS.length)] ?? {};
    const failing = this.failing();
    const id = this.book.begin({
      item,
      amount,
      wait: this.slow() ? SLOW : QUICK,
      ...(failing === '' ? {} : { failing, fault: this.fault() }),
    });
    this.#chosen.set(id);
  }

  protected choose(id: string): void {
    this.#chosen.set(id);
  }

  protected fail(step: string): void {
    this.failing.set(STEPS.find((one) => one === step) ?? '');
  }

  protected setFault(fault: string): void {
    this.fault.set(fault === 'twice' ? 'twice' : 'declined');
  }

  protected pause(id: string): void {
    this.#orders.next(this.book.pause(id));
  }

  protected resume(id: string): void {
    this.#orders.next(this.book.resume(id));
  }

  protected cancel(id: string): void {
    this.#orders.next(this.book.cancel(id));
  }
}
