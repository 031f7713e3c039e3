import { type Observable, firstValueFrom } from 'rxjs';
import { CATALOG, type Operation } from '../backends/catalog';
import { toServiceCall } from './service-calls';

const operationOf = (label: string): Operation => {
  const operation = CATALOG.flatMap(({ operations }) => operations).find(
    (one) => one.label === label,
  );
  if (!operation) throw new Error(`There is no ${label}.`);
  return operation;
};

describe(toServiceCall.name, () => {
  it('calls the path, and groups by the route', () => {
    expect(toServiceCall('orders', operationOf('GET /orders/:id'))).toEqual({
      service: 'orders',
      method: 'GET',
      path: '/orders/1007',
      route: '/orders/:id',
    });
  });

  it('sends a payload, with a key where the service knows repeats by it', () => {
    expect(toServiceCall('orders', operationOf('POST /orders'))).toMatchObject({
      method: 'POST',
      payload: { customerId: 4 },
      idempotencyKey: true,
    });
    expect(
      toServiceCall('inventory', operationOf('POST /reservations')).idempotencyKey,
    ).toBeUndefined();
  });

  it('has a stand-in when it is wanted', async () => {
    const { fallback } = toServiceCall('users', operationOf('GET /users'), { fallback: true });
    const answer = fallback?.(new Error('down')) as Observable<unknown>;
    expect(await firstValueFrom(answer, { defaultValue: undefined })).toEqual({ standIn: true });
  });
});
