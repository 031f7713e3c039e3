import {
  type Checked,
  type FetchHandler,
  fields,
  json,
  jsonApi,
  problem,
  withBody,
} from '../json-api';
import { RecentMap } from '../recent-map';
import { PRODUCTS } from './products';

/** Goods put aside for an order. */
export interface Reservation {
  readonly id: number;
  readonly sku: string;
  readonly quantity: number;
}

/** The counts that all instances of the inventory service share. */
export class Warehouse {
  readonly #free = new Map(PRODUCTS.map(({ sku, stock }) => [sku, stock]));
  // A reservation lapses when a hundred newer ones were made: its goods go back to the shelf.
  readonly #reservations = new RecentMap<number, Reservation>(100, ({ sku, quantity }) => {
    this.#free.set(sku, (this.#free.get(sku) ?? 0) + quantity);
  });
  readonly #byKey = new RecentMap<string, Reservation>(100);
  #nextId = 1;

  /** How many of an article are free; `undefined` when there is no such article. */
  free(sku: string): number | undefined {
    return this.#free.get(sku);
  }

  /** Puts goods aside, once for each idempotency key; `undefined` when there are too few. */
  reserve(sku: string, quantity: number, key: string | null = null): Reservation | undefined {
    const before = key === null ? undefined : this.#byKey.get(key);
    if (before) return before;
    const free = this.#free.get(sku) ?? 0;
    if (quantity > free) return undefined;
    this.#free.set(sku, free - quantity);
    const reservation = { id: this.#nextId++, sku, quantity };
    this.#reservations.set(reservation.id, reservation);
    if (key !== null) this.#byKey.set(key, reservation);
    return reservation;
  }

  /** Puts goods back on the shelf, once; `undefined` when nobody knows of the reservation. */
  release(id: number): Reservation | undefined {
    const found = this.#reservations.get(id);
    if (!found) return undefined;
    this.#free.set(found.sku, (this.#free.get(found.sku) ?? 0) + found.quantity);
    const released = { ...found, quantity: 0 };
    this.#reservations.set(id, released);
    return released;
  }
}

/** `GET /stock`, `GET /stock/:sku`, `POST /reservations`, `POST /reservations/:id/release`. */
export function inventoryService(instance: string, warehouse: Warehouse): FetchHandler {
  const level = (sku: string, name: string) => ({ sku, name, free: warehouse.free(sku) });
  const unknownSku = (sku: string) => problem(404, 'Not found', `There is no article ${sku}.`);
  return jsonApi(instance, [
    {
      method: 'GET',
      path: '/stock',
      handle: () => json({ items: PRODUCTS.map(({ sku, name }) => level(sku, name)) }),
    },
    {
      method: 'GET',
      path: '/stock/:sku',
      handle: ({ param }) => {
        const product = PRODUCTS.find(({ sku }) => sku === param('sku'));
        return product ? json(level(product.sku, product.name)) : unknownSku(param('sku'));
      },
    },
    {
      method: 'POST',
      path: '/reservations',
      handle: ({ request }) =>
        withBody(request, checkReservation, ({ sku, quantity }) => {
          if (warehouse.free(sku) === undefined) return unknownSku(sku);
          const made = warehouse.reserve(sku, quantity, request.headers.get('idempotency-key'));
          return made
            ? json(made, { status: 201 })
            : problem(409, 'Out of stock', `There are fewer than ${quantity} of ${sku}.`);
        }),
    },
    {
      method: 'POST',
      path: '/reservations/:id/release',
      handle: ({ param }) => {
        const released = warehouse.release(Number(param('id')));
        return released
          ? json(released)
          : problem(404, 'Not found', `There is no reservation ${param('id')}.`);
      },
    },
  ]);
}

function checkReservation(body: unknown): Checked<{ sku: string; quantity: number }> {
  const given = fields(body);
  const sku = given.get('sku');
  const quantity = given.get('quantity');
  const reasons: string[] = [];
  if (typeof sku !== 'string' || sku === '')
    reasons.push('"sku" must be the number of an article.');
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) {
    reasons.push('"quantity" must be a whole number of at least 1.');
  }
  return reasons.length === 0
    ? { ok: true, value: { sku: sku as string, quantity: quantity as number } }
    : { ok: false, reasons };
}
