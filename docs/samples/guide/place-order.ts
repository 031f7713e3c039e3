import { Injectable, inject, provideAppInitializer } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  DistributedCQRSService,
  ProjectionService,
  QueryBusService,
  createProjection,
  defineCommand,
  defineQuery,
} from 'rx-mesh';
import { map } from 'rxjs';

export const placeOrder = defineCommand<{ readonly sku: string }, string>('PlaceOrder');
export const countOrders = defineQuery<null, number>('CountOrders');

const orders = createProjection<number, { OrderPlaced: { readonly sku: string } }>({
  name: 'orders',
  initial: () => 0,
  when: { OrderPlaced: (count) => count + 1 },
});

export const cqrsProviders = [
  provideAppInitializer(() => {
    const [cqrs, projections] = [inject(DistributedCQRSService), inject(ProjectionService)];
    projections.run(orders).pipe(takeUntilDestroyed()).subscribe();
    cqrs.registerCommandHandler(placeOrder, ({ aggregateId, payload }, context) =>
      context
        .append(`order-${aggregateId}`, { type: 'OrderPlaced', data: payload })
        .pipe(map(() => aggregateId)),
    );
    cqrs.registerQueryHandler(
      countOrders,
      () => projections.state(orders).pipe(map((count) => count ?? 0)),
      { reads: [orders] },
    );
  }),
];

@Injectable({ providedIn: 'root' })
export class OrderDesk {
  private readonly cqrs = inject(DistributedCQRSService);

  /** Up to date: again whenever the read model changes. */
  readonly count$ = inject(QueryBusService).live(countOrders({ parameters: null }));

  place(id: string, sku: string) {
    return this.cqrs.sendCommand(placeOrder({ aggregateId: id, payload: { sku } }));
  }
}
