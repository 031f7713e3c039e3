import { Injectable, computed, inject, signal } from '@angular/core';
import {
  EventStoreService,
  type SagaExecution,
  SagaOrchestratorService,
} from 'rx-mesh/event-sourcing';
import { EMPTY, type Observable, catchError, defer, tap } from 'rxjs';
import { latestSagas, watchEach } from '../sagas/latest-sagas';
import { BUY_PRODUCT } from './buy-saga';

const MOST = 8;

/** The orders of the shop, as its record has them: those of other tabs, and of before a reload, too. */
@Injectable()
export class ShopOrders {
  private readonly sagas = inject(SagaOrchestratorService);
  private readonly store = inject(EventStoreService);
  readonly #known = signal<readonly string[]>([]);
  readonly #executions = signal<ReadonlyMap<string, SagaExecution>>(new Map());

  /** The latest, the newest first. */
  readonly latest = computed(() =>
    this.#known()
      .map((id) => this.#executions().get(id))
      .filter((execution) => execution !== undefined)
      .reverse(),
  );

  /** Knows them while it is subscribed. */
  readonly following$: Observable<unknown> = defer(() => {
    const known$ = latestSagas(this.store, BUY_PRODUCT, MOST).pipe(
      tap((ids) => this.#known.set(ids)),
    );
    return watchEach(known$, (id) => this.sagas.watch(id)).pipe(
      tap((execution) =>
        this.#executions.update((all) => new Map(all).set(execution.id, execution)),
      ),
      // The rest of the shop works without it.
      catchError(() => EMPTY),
    );
  });
}
