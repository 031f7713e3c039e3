import { type Clock } from 'rx-mesh/kernel';
import {
  type Checked,
  type FetchHandler,
  fields,
  invalid,
  json,
  jsonApi,
  problem,
  wholeNumber,
  withBody,
} from '../json-api';
import { RecentMap } from '../recent-map';
import { PRODUCTS } from './products';

const SEED_STATUSES = ['placed', 'paid', 'shipped'] as const;
const STATUSES = [...SEED_STATUSES, 'cancelled'] as const;

/** What a customer bought. */
export interface Order {
  readonly id: number;
  readonly customerId: number;
  readonly status: (typeof STATUSES)[number];
  readonly lines: readonly OrderLine[];
  /** In cents. */
  readonly total: number;
  readonly currency: 'EUR';
  /** ISO 8601. */
  readonly placedAt: string;
}

interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}

interface NewOrder {
  readonly customerId: number;
  readonly lines: readonly OrderLine[];
}

const FIRST_ID = 1001;
const SEED_ORDERS = 24;
const SEED_START = 1_790_000_000_000;
const PRICES: ReadonlyMap<string, number> = new Map(PRODUCTS.map(({ sku, price }) => [sku, price]));

/** The data that all instances of the orders service share, as they would share a database. */
export class OrderBook {
  readonly #clock: Clock;
  readonly #orders = new RecentMap<number, Order>(200);
  // The catalog asks for one of these by its number, so they stay when newer ones push them off the list.
  readonly #seeds: ReadonlyMap<number, Order>;
  readonly #byKey = new RecentMap<string, Order>(200);
  #nextId = FIRST_ID;

  constructor(clock: Clock) {
    this.#clock = clock;
    for (let i = 0; i < SEED_ORDERS; i++) {
      const { sku } = PRODUCTS[i % PRODUCTS.length] ?? { sku: '' };
      const order = { customerId: 1 + (i % 6), lines: [{ sku, quantity: 1 + (i % 3) }] };
      this.#add(
        order,
        SEED_STATUSES[i % SEED_STATUSES.length] ?? 'placed',
        SEED_START + i * 3_600_000,
      );
    }
    this.#seeds = new Map(this.list().map((order) => [order.id, order]));
  }

  find(id: number): Order | undefined {
    return this.#orders.get(id) ?? this.#seeds.get(id);
  }

  list(): readonly Order[] {
    return this.#orders.values();
  }

  /** Places an order, once for each idempotency key: a retry gets the order of the first attempt. */
  place(
    order: NewOrder,
    key: string | null,
  ): { readonly order: Order; readonly replayed: boolean } {
    const before = key === null ? undefined : this.#byKey.get(key);
    if (before) return { order: before, replayed: true };
    const placed = this.#add(order, 'placed', this.#clock.now());
    if (key !== null) this.#byKey.set(key, placed);
    return { order: placed, replayed: false };
  }

  /** Cancels an order; one that is cancelled stays so. */
  cancel(id: number): Order | undefined {
    const known = this.find(id);
    const cancelled: Order | undefined = known && { ...known, status: 'cancelled' };
    if (cancelled) this.#orders.set(id, cancelled);
    return cancelled;
  }

  #add(order: NewOrder, status: Order['status'], at: number): Order {
    const total = order.lines.reduce((sum, l) => sum + l.quantity * (PRICES.get(l.sku) ?? 0), 0);
    const placedAt = new Date(at).toISOString();
    const placed: Order = {
      id: this.#nextId++,
      ...order,
      status,
      total,
      currency: 'EUR',
      placedAt,
    };
    this.#orders.set(placed.id, placed);
    return placed;
  }
}

/** `GET /orders`, `GET /orders/:id` and its successor `GET /v2/orders/:id`, `POST /orders`, `POST /orders/:id/cancel`. */
export function ordersService(instance: string, book: OrderBook): FetchHandler {
  const answer = (
    id: string,
    show: (order: Order) => unknown,
    find = (number: number) => book.find(number),
  ) => {
    if (!/^\d{1,9}$/.test(id)) return invalid(['The id of an order is a number.']);
    const order = find(Number(id));
    return order ? json(show(order)) : problem(404, 'Not found', `There is no order ${id}.`);
  };
  return jsonApi(instance, [
    {
      method: 'GET',
      path: '/orders',
      handle: ({ query }) => {
        const limit = wholeNumber(query, 'limit', { min: 1, max: 50, fallback: 10 });
        if (!limit.ok) return invalid(limit.reasons);
        const status = query.get('status');
        if (status !== null && !STATUSES.some((known) => known === status)) {
          return invalid([`"status" must be one of ${STATUSES.join(', ')}.`]);
        }
        const found = book.list().filter((order) => status === null || order.status === status);
        return json({ items: found.slice(0, limit.value), total: found.length });
      },
    },
    {
      method: 'GET',
      path: '/orders/:id',
      handle: ({ param }) => answer(param('id'), (order) => order),
    },
    {
      method: 'GET',
      path: '/v2/orders/:id',
      handle: ({ param }) =>
        answer(param('id'), ({ currency, total, ...order }) => ({
          ...order,
          total: { amount: total / 100, currency },
        })),
    },
    {
      method: 'POST',
      path: '/orders/:id/cancel',
      handle: ({ param }) =>
        answer(
          param('id'),
          (order) => order,
          (id) => book.cancel(id),
        ),
    },
    {
      method: 'POST',
      path: '/orders',
      handle: ({ request }) =>
        withBody(request, checkNewOrder, (wanted) => {
          const { order, replayed } = book.place(wanted, request.headers.get('idempotency-key'));
          const headers = {
            location: `/orders/${order.id}`,
            'idempotency-replayed': `${replayed}`,
          };
          return json(order, { status: 201, headers });
        }),
    },
  ]);
}

function checkNewOrder(body: unknown): Checked<NewOrder> {
  const given = fields(body);
  const customerId = given.get('customerId');
  const rawLines = given.get('lines');
  const reasons: string[] = [];
  if (!isCount(customerId)) reasons.push('"customerId" must be a whole number of at least 1.');
  const lines: OrderLine[] = [];
  if (!Array.isArray(rawLines) || rawLines.length === 0 || rawLines.length > 20) {
    reasons.push('"lines" must be a list of 1 to 20 entries.');
  } else {
    rawLines.forEach((raw: unknown, i) => {
      const line = fields(raw);
      const sku = line.get('sku');
      const quantity = line.get('quantity');
      if (typeof sku !== 'string' || !PRICES.has(sku)) {
        reasons.push(`"lines[${i}].sku" must be an article of the shop.`);
      } else if (!isCount(quantity) || quantity > 99) {
        reasons.push(`"lines[${i}].quantity" must be a whole number from 1 to 99.`);
      } else lines.push({ sku, quantity });
    });
  }
  return reasons.length === 0 && isCount(customerId)
    ? { ok: true, value: { customerId, lines } }
    : { ok: false, reasons };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
