import { HttpClient } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { CacheService } from 'rx-mesh/caching';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { DistributedCQRSService } from 'rx-mesh/cqrs';
import {
  EventStoreService,
  type SagaExecution,
  SagaOrchestratorService,
} from 'rx-mesh/event-sourcing';
import { ReactiveApiGatewayService } from 'rx-mesh/gateway';
import { CLOCK, ID_GENERATOR } from 'rx-mesh/kernel';
import { PARENT_TRACE, type TraceContext, Tracer, inTrace, withSpan } from 'rx-mesh/tracing';
import {
  EMPTY,
  Observable,
  Subject,
  catchError,
  concatWith,
  defer,
  exhaustMap,
  filter,
  finalize,
  map,
  merge,
  takeLast,
  tap,
} from 'rxjs';
import { type Product, PRODUCTS } from '../backends/services/products';
import { ORDERS } from '../events/order-events';
import { problemOf } from '../gateway/request-book';
import { type Person } from '../backends/token-office';
import { ShopSession } from '../gateway/shop-session';
import { BuySaga, buy } from './buy-saga';
import { BASE_PATH, STOCK } from './shop-routes';
import {
  type Told,
  type TrailLine,
  ofCall,
  ofEvent,
  ofRequest,
  ofSaga,
  shelfText,
  withLines,
} from './trail';

/** A product, and how many are free. */
export interface ShelfItem extends Product {
  readonly free: number;
}

/** The numbers of those who can sign in, as the orders know them. */
const CUSTOMERS: Readonly<Record<string, number>> = { anna: 4, bert: 6 };

/** What the visitor does in the shop, and what the layers tell of it. */
@Injectable()
export class ShopDesk {
  private readonly client = inject(HttpClient);
  private readonly gateway = inject(ReactiveApiGatewayService);
  private readonly communication = inject(MicroservicesCommunicationService);
  private readonly cqrs = inject(DistributedCQRSService);
  private readonly sagas = inject(SagaOrchestratorService);
  private readonly store = inject(EventStoreService);
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(ID_GENERATOR);
  private readonly cache = inject(CacheService);
  private readonly saga = inject(BuySaga);
  private readonly session = inject(ShopSession);
  private readonly tracer = inject(Tracer);
  readonly #looks = new Subject<void>();
  readonly #purchases = new Subject<Product>();
  readonly #shelf = signal<readonly ShelfItem[]>([]);
  readonly #shelfNews = signal('');
  readonly #trouble = signal('');
  readonly #trail = signal<readonly TrailLine[]>([]);
  readonly #busy = signal(false);
  #clickedAt = 0;
  #order = '';
  #told: SagaExecution | undefined;
  readonly #trace = signal('');
  #span: TraceContext | undefined;

  readonly shelf = this.#shelf.asReadonly();
  /** From where the shelf came. */
  readonly shelfNews = this.#shelfNews.asReadonly();
  /** Why something was not done; empty when it was. */
  readonly trouble = this.#trouble.asReadonly();
  /** What happened since the last purchase was clicked. */
  readonly trail = this.#trail.asReadonly();
  /** The trace of the last purchase; empty before the first one. */
  readonly trace = this.#trace.asReadonly();
  /** Whether a purchase is under way. */
  readonly busy = this.#busy.asReadonly();

  /** Does what is wished, while it is subscribed. */
  readonly working$: Observable<unknown> = defer(() => {
    this.sagas.register(this.saga.definition);
    return merge(
      this.handling(),
      this.communication.serviceCallEvents$.pipe(
        filter(({ traceId }) => traceId === this.#trace()),
        tap((event) => this.tell(ofCall(event))),
      ),
      this.gateway.processRequest$.pipe(
        tap((request) => {
          if (request.context?.route.name === 'shelf') this.#shelfNews.set(shelfText(request));
          const parent = request.request.context.get(PARENT_TRACE);
          if (parent?.traceId === this.#trace()) this.tell(ofRequest(request));
        }),
      ),
      this.store.subscribeToAll({ category: ORDERS, after: 'end' }).pipe(
        tap((item) => {
          if (item.type === 'event' && item.event.aggregateId === this.#order)
            this.tell([ofEvent(item.event)]);
        }),
        // The rest of the shop works without it.
        catchError(() => EMPTY),
      ),
      this.#looks.pipe(exhaustMap(() => this.looking())),
      this.#purchases.pipe(exhaustMap((product) => this.buying(product))),
    );
  });

  /** Looks at the shelf. */
  look(): void {
    this.#looks.next();
  }

  /** Buys one of a product, unless a purchase is under way. */
  buy(product: Product): void {
    this.#purchases.next(product);
  }

  private looking(): Observable<unknown> {
    const span = this.#span;
    return this.client
      .get<{ readonly items: readonly { readonly sku: string; readonly free: number }[] }>(
        `${BASE_PATH}/stock`,
        span ? { context: inTrace(span) } : {},
      )
      .pipe(
        tap(({ items }) => {
          this.#trouble.set('');
          const free = new Map(items.map((item) => [item.sku, item.free]));
          this.#shelf.set(PRODUCTS.map((one) => ({ ...one, free: free.get(one.sku) ?? 0 })));
        }),
        catchError((error: unknown) => {
          this.#trouble.set(`The shelf cannot be seen. ${problemOf(error)}`);
          return EMPTY;
        }),
      );
  }

  private buying(product: Product): Observable<unknown> {
    return defer(() => {
      const person = this.session.person();
      if (!person) {
        this.#trouble.set('Sign in to buy.');
        return EMPTY;
      }
      this.#clickedAt = this.clock.monotonic();
      this.#trail.set([]);
      this.#trouble.set('');
      this.#busy.set(true);
      // One trace of all that is done for it, whoever does it.
      const work = (span: TraceContext) => this.buyingIn(span, product, person);
      return withSpan('buy a product', work, { tracer: this.tracer, parent: null });
    }).pipe(
      finalize(() => {
        this.#span = undefined;
        this.#busy.set(false);
      }),
    );
  }

  private buyingIn(
    span: TraceContext,
    { name, price, sku }: Product,
    person: Person,
  ): Observable<unknown> {
    const buyer = { customerId: CUSTOMERS[person.id] ?? 1, name: person.name };
    const id = this.ids.uuid().slice(-8);
    this.#order = id;
    this.#span = span;
    this.#trace.set(span.traceId);
    this.saga.span = span;
    this.tell([{ layer: 'Command', text: `${buy.type} sent for order ${id}` }]);
    return this.cqrs
      .sendCommand(buy({ aggregateId: id, payload: { id, sku, name, price, buyer } }))
      .pipe(
        tap((result) => {
          const text = result.success
            ? `${buy.type} is done: the saga is ${result.result}`
            : `${buy.type} failed: ${result.error}`;
          this.tell([{ layer: 'Command', text, isBad: !result.success }]);
          if (!result.success) this.#trouble.set(`Nothing was bought. ${result.error}`);
        }),
        catchError((error: unknown) => {
          this.#trouble.set(`Nothing was bought. ${problemOf(error)}`);
          return EMPTY;
        }),
        concatWith(this.lookAnew()),
      );
  }

  // Whatever came of it, the shelf that is kept may be wrong now.
  private lookAnew(): Observable<unknown> {
    return defer(() => {
      this.tell([{ layer: 'Cache', text: 'the shelf that was kept is void' }]);
      return this.cache.invalidateByTags([STOCK]);
    }).pipe(concatWith(defer(() => this.looking())));
  }

  // Sagas have retries of their own, so the command has none.
  private handling(): Observable<never> {
    return new Observable<never>(() =>
      this.cqrs.registerCommandHandler(
        buy,
        ({ payload }) =>
          this.sagas.start(this.saga.definition, payload, { id: payload.id }).pipe(
            tap((execution) => this.note(execution)),
            map(({ state }) => state),
            // What it was at the end: it tells each step.
            takeLast(1),
          ),
        { retries: 0, timeout: 60_000 },
      ),
    );
  }

  private note(execution: SagaExecution): void {
    const before = this.#told?.id === execution.id ? this.#told : undefined;
    this.tell(ofSaga(before, execution));
    this.#told = execution;
  }

  private tell(told: readonly Told[]): void {
    if (told.length === 0) return;
    const at = this.clock.monotonic() - this.#clickedAt;
    this.#trail.update((trail) => withLines(trail, told, at));
  }
}
