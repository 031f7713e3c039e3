import { Injectable, computed, inject, signal } from '@angular/core';
import {
  CommandOutboxService,
  type OptimisticUpdate,
  type OutboxEntry,
  type OutboxReason,
} from 'rx-mesh/cqrs';
import { ID_GENERATOR } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  filter,
  finalize,
  ignoreElements,
  merge,
  mergeMap,
  tap,
} from 'rxjs';
import {
  type LatestOrdersAnswer,
  type OrderPayload,
  type OrderReceipt,
  type OrderedBy,
  orderOf,
  placeOrder,
} from './order-commands';

/** An order that is shown although no read model has it. */
export interface EarlyOrder extends OrderedBy {
  readonly state: 'queued' | 'sending' | 'accepted';
  /** The position of the event that tells of it, once it is accepted. */
  readonly position: number;
}

/** An order that was shown, and is not any more. */
export interface TakenBack extends OrderedBy {
  readonly reason: string;
}

type Wish = Pick<OrderedBy, 'customer' | 'item' | 'amount'>;

const TAKEN_OUT = 'it was taken out of the outbox';

/** Orders that are placed by commands, and what is shown of them before they have arrived. */
@Injectable()
export class CommandDesk {
  private readonly outbox = inject(CommandOutboxService);
  private readonly ids = inject(ID_GENERATOR);
  readonly #wishes = new Subject<Observable<unknown>>();
  readonly #followed = new Set<string>();
  readonly #early = signal<ReadonlyMap<string, EarlyOrder>>(new Map());
  readonly #takenBack = signal<TakenBack | undefined>(undefined);
  readonly #trouble = signal('');

  /** What is in the outbox. */
  readonly entries = this.outbox.entries;
  /** The orders that are shown early, the newest first. */
  readonly early = computed(() => [...this.#early().values()].reverse());
  /** The order that was taken back last. */
  readonly takenBack = this.#takenBack.asReadonly();
  /** Why the last wish was not fulfilled; empty when it was. */
  readonly trouble = this.#trouble.asReadonly();

  /** Fulfils wishes, and follows each command of the outbox, be it of this page, of one before it, or of another tab. */
  readonly working$: Observable<never> = merge(
    this.#wishes.pipe(mergeMap((wish$) => this.told(wish$))),
    this.outbox.entries$.pipe(
      mergeMap((entries) => entries),
      filter(({ id }) => !this.#followed.has(id)),
      mergeMap((entry) => this.follow(entry)),
    ),
  ).pipe(ignoreElements());

  /** Puts a command into the outbox. Its order is shown at once. */
  place(wish: Wish): void {
    const { command, early } = this.draft(wish);
    this.wish(this.outbox.enqueue(command, { optimistic: early }));
  }

  /** Sends a command at once; one that was refused is ordered anew, by a command in its place. */
  retry(entry: OutboxEntry): void {
    const order = orderOf(entry);
    if (order && (entry.state === 'rejected' || entry.state === 'conflict')) {
      const { command, early } = this.draft(order);
      this.wish(this.outbox.resolve(entry.id, command, { optimistic: early }));
    } else {
      this.wish(this.outbox.retry(entry.id));
    }
  }

  /** Takes a command out. */
  cancel({ id }: OutboxEntry): void {
    this.wish(this.outbox.cancel(id));
  }

  /** Shows no order early any more that a read model has. */
  arrived({ position }: Pick<LatestOrdersAnswer, 'position'>): void {
    const has = (order: EarlyOrder): boolean =>
      order.state === 'accepted' && order.position <= position;
    this.#early.update((early) => new Map([...early].filter(([, order]) => !has(order))));
  }

  private wish(work$: Observable<unknown>): void {
    this.#trouble.set('');
    this.#wishes.next(work$);
  }

  // A new command has an id of its own: whoever has refused a command refuses the same one again.
  private draft({ amount, customer, item }: Wish) {
    const id = this.ids.uuid();
    const payload: OrderPayload = { order: id.slice(-8), item, amount };
    const command = placeOrder({ id, aggregateId: customer, payload });
    return { command, early: this.optimistic({ ...payload, id, customer }) };
  }

  private optimistic(order: OrderedBy): OptimisticUpdate {
    return {
      apply: () => this.show({ ...order, state: 'queued', position: 0 }),
      rollback: (reason) => this.takeBack(order, reason),
    };
  }

  private follow(entry: OutboxEntry): Observable<unknown> {
    const order = orderOf(entry);
    this.#followed.add(entry.id);
    return this.outbox.watch(entry.id, order && this.optimistic(order)).pipe(
      tap((now) => this.track(now)),
      // It has ended long ago: then nothing is left to be followed.
      catchError(() => EMPTY),
      finalize(() => this.#followed.delete(entry.id)),
    );
  }

  private track({ id, result, state }: OutboxEntry): void {
    const early = this.#early().get(id);
    if (!early) return;
    if (state === 'done') {
      const { position } = Object(result) as Partial<OrderReceipt>;
      this.show({ ...early, state: 'accepted', position: position ?? 0 });
    } else if (state === 'forgotten') {
      this.hide(id);
    } else {
      this.show({ ...early, state: state === 'sending' ? 'sending' : 'queued' });
    }
  }

  private show(order: EarlyOrder): void {
    this.#early.update((early) => new Map(early).set(order.id, order));
  }

  private hide(id: string): void {
    this.#early.update((early) => new Map([...early].filter(([other]) => other !== id)));
  }

  private takeBack(order: OrderedBy, reason: OutboxReason | undefined): void {
    this.hide(order.id);
    this.#takenBack.set({ ...order, reason: reason?.message ?? TAKEN_OUT });
  }

  private told(work$: Observable<unknown>): Observable<unknown> {
    return work$.pipe(
      catchError((error: unknown) => {
        this.#trouble.set(error instanceof Error ? error.message : String(error));
        return EMPTY;
      }),
    );
  }
}
