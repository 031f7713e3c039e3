import { HttpClient, provideHttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import {
  type AppendResult,
  DistributedCachingService,
  EventStoreService,
  ProjectionService,
  createProjection,
  provideRxMesh,
  withBroadcastChannel,
  withCaching,
  withIndexedDb,
} from 'rx-mesh';
import {
  type Observable,
  Subject,
  distinctUntilChanged,
  finalize,
  map,
  merge,
  startWith,
  switchMap,
} from 'rxjs';

// #region providers
export const shopProviders = [
  provideHttpClient(),
  provideRxMesh(
    withIndexedDb({ name: 'shop' }), // one log of events for all tabs
    withBroadcastChannel({ name: 'shop' }), // by which their caches tell each other what is void
    withCaching(),
  ),
];
// #endregion

// #region basket
const basket = createProjection<readonly string[], { ItemAdded: { readonly sku: string } }>({
  name: 'basket',
  initial: () => [],
  when: { ItemAdded: (skus, { data }) => [...skus, data.sku] },
});

/** What the user does: facts, in one order, the same in each tab. */
@Injectable({ providedIn: 'root' })
export class Basket {
  private readonly store = inject(EventStoreService);

  readonly skus$: Observable<readonly string[]> = inject(ProjectionService)
    .live(basket)
    .pipe(map((skus) => skus ?? []));

  add(sku: string): Observable<AppendResult> {
    return this.store.appendToStream('basket-mine', { type: 'ItemAdded', data: { sku } });
  }
}
// #endregion

// #region prices
/** What the server says: remembered, and asked for again in each tab once one of them knows better. */
@Injectable({ providedIn: 'root' })
export class Prices {
  private readonly http = inject(HttpClient);
  private readonly cache = inject(DistributedCachingService);

  private readonly changedHere$ = new Subject<void>();

  /** A price, and again whenever this or another tab has made it void. What is still good is not asked for again. */
  of(sku: string): Observable<number | null> {
    const price$ = this.cache.get(
      `price:${sku}`,
      () => this.http.get<number>('/api/prices', { params: { sku } }),
      { tags: ['prices'], ttl: 60_000 },
    );
    return merge(this.cache.cacheSyncEvents$, this.changedHere$).pipe(
      startWith(undefined),
      switchMap(() => price$),
      distinctUntilChanged(),
    );
  }

  /** For whoever changes prices, in any tab. */
  changed(): Observable<void> {
    return this.cache.invalidateByTags(['prices']).pipe(finalize(() => this.changedHere$.next()));
  }
}
// #endregion
