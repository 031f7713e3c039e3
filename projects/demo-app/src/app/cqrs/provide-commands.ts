import {
  DestroyRef,
  type EnvironmentProviders,
  Injectable,
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { provideRxMesh } from 'rx-mesh';
import {
  CommandBusService,
  CommandOutboxService,
  QueryBusService,
  ReadModelStoreService,
  withCommandOutbox,
} from 'rx-mesh/cqrs';
import { ProjectionService } from 'rx-mesh/event-sourcing';
import { PAGE_STATE, isServer } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  catchError,
  distinctUntilChanged,
  map,
  merge,
  switchMap,
} from 'rxjs';
import { ORDERS } from '../events/order-events';
import { CommandDesk } from './command-desk';
import { ShopConditions, pageUnder } from './conditions';
import { LATEST_ORDERS, latestOrders, placeOrder } from './order-commands';
import { OrderService } from './order-service';

/** Who handles commands and queries of the page, and what goes on behind it. */
@Injectable()
class CommandWork {
  private readonly conditions = inject(ShopConditions);
  private readonly service = inject(OrderService);
  private readonly desk = inject(CommandDesk);
  private readonly commands = inject(CommandBusService);
  private readonly queries = inject(QueryBusService);
  private readonly models = inject(ReadModelStoreService);
  private readonly projections = inject(ProjectionService);
  private readonly destroyRef = inject(DestroyRef);

  start(): void {
    this.destroyRef.onDestroy(this.handleCommands());
    this.destroyRef.onDestroy(this.answerQueries());
    const parts = [
      this.projecting(),
      this.desk.working$,
      this.conditions.following$,
      this.service.following$,
    ];
    merge(...parts.map((part$) => part$.pipe(catchError(() => EMPTY))))
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe();
  }

  // The order service does each id once, so the outbox may send a command again. It waits between tries by itself.
  private handleCommands(): () => void {
    return this.commands.registerRemote(
      placeOrder,
      ({ aggregateId: customer, payload }, id, { append }) =>
        this.service.accept({ ...payload, customer, id }).pipe(
          switchMap((place) => {
            const { amount, item, order } = payload;
            const event = { type: 'OrderPlaced', data: { item, amount, customer } };
            return append(`${ORDERS}-${order}`, event).pipe(
              map(({ position }) => ({ place, position })),
            );
          }),
        ),
      { retries: 0 },
    );
  }

  private answerQueries(): () => void {
    return this.queries.register(
      latestOrders,
      () =>
        this.models.get(LATEST_ORDERS).pipe(
          map((model) => ({
            ...(model?.data ?? LATEST_ORDERS.initial()),
            position: model?.position ?? 0,
          })),
        ),
      { reads: [LATEST_ORDERS] },
    );
  }

  private projecting(): Observable<unknown> {
    return this.conditions.changes$.pipe(
      map(({ paused }) => paused),
      distinctUntilChanged(),
      switchMap((paused) => (paused ? EMPTY : this.projections.run(LATEST_ORDERS))),
    );
  }
}

/**
 * The outbox of the page, and who takes what is in it. It is of the page alone, so that the switch "Offline" is for nobody
 * else; it goes on sending when the visitor turns to another page.
 */
export function provideCommands(): EnvironmentProviders {
  return makeEnvironmentProviders([
    CommandDesk,
    CommandOutboxService,
    CommandWork,
    {
      provide: PAGE_STATE,
      useFactory: () => pageUnder(inject(PAGE_STATE, { skipSelf: true }), inject(ShopConditions)),
    },
    // Before the outbox sends something: somebody has to take it.
    provideEnvironmentInitializer(() => {
      if (!isServer()) inject(CommandWork).start();
    }),
    // Short waits: what a person watches must not take minutes.
    provideRxMesh(withCommandOutbox({ initialWait: 500, maxWait: 4000 })),
  ]);
}
