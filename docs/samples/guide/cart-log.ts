import { Injectable, inject } from '@angular/core';
import {
  EventStoreService,
  ProjectionService,
  createProjection,
  provideRxMesh,
  withEventSourcing,
  withIndexedDb,
} from 'rx-mesh';
import { type Observable, switchMap } from 'rxjs';

export const logProviders = provideRxMesh(
  withEventSourcing({ serviceId: 'shop' }),
  withIndexedDb(),
);

/** What is shown, made of what has happened. Handlers only make states: they may be called again. */
export const carts = createProjection<readonly string[], { ItemAdded: { item: string } }>({
  name: 'carts',
  initial: () => [],
  when: { ItemAdded: (items, { data }) => [...items, data.item] },
  idOf: ({ aggregateId }) => aggregateId,
});

@Injectable({ providedIn: 'root' })
export class Carts {
  private readonly store = inject(EventStoreService);
  private readonly projections = inject(ProjectionService);

  /** Keeps the carts up to date while it is subscribed: once in the application, for good. */
  readonly working$ = this.projections.run(carts);

  items(cart: string): Observable<readonly string[] | undefined> {
    return this.projections.state(carts, cart);
  }

  /** Emits when what is shown has what was written. */
  add(cart: string, item: string): Observable<unknown> {
    return this.store
      .appendToStream(`cart-${cart}`, { type: 'ItemAdded', data: { item } })
      .pipe(switchMap(({ position }) => this.projections.waitFor(carts, position)));
  }
}
