import { type SagaContext, createSaga } from 'rx-mesh/event-sourcing';
import { constantBackoff } from 'rx-mesh/kernel';
import { ORDERS } from '../events/order-events';
import { type ServiceFault, type ShopServices } from './shop-services';

/** The steps of {@link placeOrder} that a service does. */
export type OrderStep = 'reserve' | 'charge' | 'notify' | 'courier';

/** What an order saga is started with. It is recorded, so what is to fail fails after a reload as well. */
export interface PlaceOrderInput {
  readonly item: string;
  readonly amount: number;
  /** How long each service takes, in milliseconds. */
  readonly wait: number;
  readonly failing?: OrderStep | undefined;
  readonly fault?: ServiceFault | undefined;
}

export const PLACE_ORDER = 'place-order';

const RETRY = { retries: 2, backoff: constantBackoff(600) };

/** To place an order: reserve, charge, then two things side by side, and at last the facts. What was done is undone when a later step fails. */
export function placeOrder(services: ShopServices) {
  const ask = (service: string, step: OrderStep, input: PlaceOrderInput, context: SagaContext) =>
    services.ask(service, context, {
      wait: input.wait,
      fault: input.failing === step ? input.fault : undefined,
    });
  const undo = (service: string, context: SagaContext & { readonly input: PlaceOrderInput }) =>
    services.ask(service, context, { wait: context.input.wait, fault: undefined });
  return createSaga<PlaceOrderInput>(PLACE_ORDER)
    .step('reserve', {
      run: (input, _results, context) => ask('stock', 'reserve', input, context),
      compensate: (_receipt, context) => undo('stock', context),
      retry: RETRY,
    })
    .step('charge', {
      run: (input, _results, context) => ask('payments', 'charge', input, context),
      compensate: (_receipt, context) => undo('payments', context),
      retry: RETRY,
    })
    .parallel((side) =>
      side
        .step('notify', {
          run: (input, _results, context) => ask('mail', 'notify', input, context),
          retry: RETRY,
        })
        .step('courier', {
          run: (input, _results, context) => ask('courier', 'courier', input, context),
          compensate: (_receipt, context) => undo('courier', context),
          retry: RETRY,
        }),
    )
    .step('confirm', {
      run: ({ amount, item }, _results, { append, sagaId }) =>
        append(`${ORDERS}-${sagaId}`, [
          { type: 'OrderPlaced', data: { item, amount } },
          { type: 'OrderPaid' },
        ]),
    })
    .build();
}
