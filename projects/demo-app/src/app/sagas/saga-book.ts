import { Injectable, computed, inject, signal } from '@angular/core';
import {
  EventStoreService,
  type SagaExecution,
  SagaOrchestratorService,
} from 'rx-mesh/event-sourcing';
import { EventDrivenMicroservicesService } from 'rx-mesh/events';
import { ID_GENERATOR } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subject,
  catchError,
  defer,
  ignoreElements,
  merge,
  mergeMap,
  tap,
} from 'rxjs';
import { latestSagas, watchEach } from './latest-sagas';
import { PLACE_ORDER, type PlaceOrderInput, placeOrder } from './place-order';
import { ServiceLedger } from './service-ledger';
import { ShopServices } from './shop-services';

const MOST = 10;

/** The sagas of the shop: it starts them, keeps them going in the background, and knows the latest of them. */
@Injectable({ providedIn: 'root' })
export class SagaBook {
  private readonly sagas = inject(SagaOrchestratorService);
  private readonly events = inject(EventDrivenMicroservicesService);
  private readonly store = inject(EventStoreService);
  private readonly ids = inject(ID_GENERATOR);
  private readonly ledger = inject(ServiceLedger);
  private readonly definition = placeOrder(inject(ShopServices));
  readonly #wanted = new Subject<{ readonly id: string; readonly input: PlaceOrderInput }>();
  readonly #executions = signal<ReadonlyMap<string, SagaExecution>>(new Map());
  readonly #known = signal<readonly string[]>([]);
  readonly #state = signal<'reading' | 'live'>('reading');
  readonly #trouble = signal('');

  /** Whether all is known that was recorded. */
  readonly state = this.#state.asReadonly();
  /** Why the last wish was not fulfilled; empty when it was. */
  readonly trouble = this.#trouble.asReadonly();
  /** The latest sagas, the newest first. */
  readonly executions = computed(() =>
    this.#known()
      .map((id) => this.#executions().get(id))
      .filter((execution) => execution !== undefined)
      .reverse(),
  );
  /** The ids of those that run in this tab. */
  readonly runningHere = computed(() => new Set(this.sagas.running().map(({ id }) => id)));

  /**
   * Runs what is started here, and what another tab or the page before a reload has left. For the whole application: it
   * must not end with a page.
   */
  readonly working$: Observable<never> = defer(() => {
    this.sagas.register(this.definition);
    return merge(
      this.sagas.supervise(),
      this.#wanted.pipe(
        mergeMap(({ id, input }) =>
          this.told(this.events.createSaga(this.definition, input, { id })),
        ),
      ),
    );
  }).pipe(ignoreElements());

  /** Knows how the latest sagas stand, whichever tab runs them, while it is subscribed. */
  readonly following$: Observable<never> = defer(() => {
    this.sagas.register(this.definition);
    this.#state.set('reading');
    const known$ = latestSagas(this.store, PLACE_ORDER, MOST).pipe(
      tap((ids) => {
        this.#known.set(ids);
        this.#state.set('live');
      }),
    );
    return merge(
      watchEach(known$, (id) => this.watch(id)),
      this.ledger.following$,
    );
  }).pipe(ignoreElements());

  /** Starts a saga. Returns its id. */
  begin(input: PlaceOrderInput): string {
    this.#trouble.set('');
    const id = this.ids.uuid().slice(-8);
    this.#wanted.next({ id, input });
    return id;
  }

  /** Lets a saga stop at the next safe point. */
  pause(id: string): Observable<unknown> {
    return this.told(this.sagas.pause(id));
  }

  /** Lets it go on. */
  resume(id: string): Observable<unknown> {
    return this.told(this.sagas.resume(id));
  }

  /** Lets it stop, and undo what was done. */
  cancel(id: string): Observable<unknown> {
    return this.told(this.sagas.cancel(id));
  }

  private watch(id: string): Observable<unknown> {
    return this.told(this.sagas.watch(id)).pipe(
      tap((execution) => this.#executions.update((all) => new Map(all).set(id, execution))),
    );
  }

  private told<T>(work$: Observable<T>): Observable<T> {
    return work$.pipe(
      catchError((error: unknown) => {
        this.#trouble.set(error instanceof Error ? error.message : String(error));
        return EMPTY;
      }),
    );
  }
}
