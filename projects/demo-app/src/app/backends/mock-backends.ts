import { type Clock } from 'rx-mesh/kernel';
import { firstValueFrom, fromEvent, race, timer } from 'rxjs';
import { CATALOG } from './catalog';
import { type FaultControls } from './fault-controls';
import { type FetchHandler, problem } from './json-api';
import { WishBook, accountRoutes } from './services/accounts';
import { Warehouse, inventoryService } from './services/inventory';
import { OrderBook, ordersService } from './services/orders';
import { Ledger, paymentsService } from './services/payments';
import { ratesService } from './services/rates';
import { usersService } from './services/users';
import { TokenOffice } from './token-office';

/** One mocked machine: where it listens and what it answers. */
export interface MockBackend {
  readonly id: string;
  readonly origin: string;
  readonly handle: FetchHandler;
}

/** All instances of the catalog, each behind its share of trouble. Instances of one service share their data. */
export function createMockBackends(
  faults: FaultControls,
  clock: Clock,
  office = new TokenOffice(),
): readonly MockBackend[] {
  const book = new OrderBook(clock);
  const warehouse = new Warehouse();
  const ledger = new Ledger();
  const wishes = new WishBook();
  const services: ReadonlyMap<string, (instance: string) => FetchHandler> = new Map([
    ['orders', (id: string) => ordersService(id, book)],
    ['inventory', (id: string) => inventoryService(id, warehouse)],
    ['payments', (id: string) => paymentsService(id, ledger)],
    ['users', (id: string) => usersService(id, accountRoutes(office, wishes))],
    ['rates', ratesService],
  ]);
  return CATALOG.flatMap(({ name, instances }) => {
    const service = services.get(name);
    return service
      ? instances.map(({ id, url }) => ({
          id,
          origin: new URL(url).origin,
          handle: withFaults(id, service(id), faults, clock),
        }))
      : [];
  });
}

/** Puts a back end behind the trouble that the controls have in store for it. */
export function withFaults(
  id: string,
  handle: FetchHandler,
  faults: FaultControls,
  clock: Clock,
): FetchHandler {
  return async (request) => {
    const { delay, outcome } = faults.next(id);
    await pause(delay, request.signal, clock);
    // Whoever died in the meantime answers nobody; and nobody waits for an answer any more once they left.
    if (outcome === 'unreachable' || !faults.isAlive(id) || request.signal.aborted) {
      return Response.error();
    }
    return outcome === 'error'
      ? problem(503, 'Service unavailable', `${id} is not able to answer just now.`)
      : handle(request);
  };
}

async function pause(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  if (signal.aborted) return;
  await firstValueFrom(race(timer(ms, clock.scheduler), fromEvent(signal, 'abort')), {
    defaultValue: undefined,
  });
}
