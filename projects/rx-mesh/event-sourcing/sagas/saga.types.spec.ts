import { type Observable, of } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { createSaga } from './create-saga';
import type { SagaDefinition } from './saga-definition';
import type { SagaExecution } from './saga-execution';
import type { SagaOrchestratorService } from './saga-orchestrator-service';

interface Order {
  readonly sku: string;
}

declare const sagas: SagaOrchestratorService;
declare const reserved: Observable<{ readonly id: number }>;

const saga = createSaga<Order>('order', {
  startsOn: { type: 'OrderPlaced', input: () => ({ sku: 'a' }) },
})
  .step('reserve', {
    run: ({ sku }: Order, results: object, { idempotencyKey }) => of({ id: sku + idempotencyKey, results }), // prettier-ignore
    compensate: (result, { input, stepKey }) => [result?.id.trim(), input.sku, stepKey],
  })
  .step('charge', {
    run: async ({ sku }, { reserve }) => Promise.resolve(reserve.id.length + sku.length),
    compensate: (amount, { results }) => of(amount?.toFixed(), results.reserve?.id),
  })
  .parallel((side) =>
    side
      .step('pack', {
        run: (_order, { charge }) => of(charge > 1),
        compensate: (isPacked) => of(isPacked === true),
      })
      .step('mail', { run: () => reserved, compensate: (mail) => of(mail?.id.toFixed()) }),
  )
  .wait('cool-down', ({ sku }, { pack }) => (pack ? sku.length : 0))
  .waitForEvent('paid', {
    type: 'Paid',
    correlate: (event, { sku }, { mail }) => event.aggregateId === sku && mail.id > 0,
  })
  .step('close', { run: (_order, { paid, mail, pack }) => of([paid.id, mail.id, pack] as const) })
  .build();

export const definition: SagaDefinition<
  Order,
  {
    readonly reserve: { id: string; results: object };
    readonly charge: number;
    readonly pack: boolean;
    readonly mail: { readonly id: number };
    readonly 'cool-down': null;
    readonly paid: EventEnvelope;
    readonly close: readonly [string, number, boolean];
  }
> = saga;

export const started: Observable<
  SagaExecution<{ readonly close: readonly [string, number, boolean] }>
> = sagas.start(saga, { sku: 'a' });
export const byType: Observable<SagaExecution> = sagas.start('order', { anything: true });
export const nothing = sagas.start(
  createSaga('empty')
    .step('a', { run: () => of(1) })
    .build(),
  undefined,
);
sagas.register(saga);

// @ts-expect-error -- that is no order
sagas.start(saga, { sku: 7 });

createSaga<Order>('t')
  .step('a', { run: () => of(1) })
  // @ts-expect-error -- there is a step of this name
  .step('a', { run: () => of(2) });

createSaga<Order>('t')
  .step('a', { run: () => of(1) })
  // @ts-expect-error -- there is a step of this name
  .parallel((side) => side.step('a', { run: () => of(2) }));

createSaga<Order>('t').parallel((side) =>
  // @ts-expect-error -- what runs beside it is not known
  side.step('a', { run: () => of(1) }).step('b', { run: (_order, { a }) => of(a) }),
);

createSaga<Order>('t')
  .step('a', { run: () => of(1) })
  // @ts-expect-error -- no step before it has this name
  .step('b', { run: (_order, { c }) => of(c) });

createSaga<Order>('t')
  // @ts-expect-error -- a result may be unknown
  .step('a', { run: () => of('text'), compensate: (result) => of(result.trim()) });

// @ts-expect-error -- the event makes no order
createSaga<Order>('t', { startsOn: { type: 'T', input: () => ({ sku: 7 }) } });
