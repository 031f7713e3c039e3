import {
  type Checked,
  type FetchHandler,
  fields,
  invalid,
  json,
  jsonApi,
  problem,
  withBody,
} from '../json-api';
import { RecentMap } from '../recent-map';

const METHODS = ['card', 'transfer', 'voucher'] as const;
const LIMIT = 500_000;

/** Money taken for an order. */
export interface Payment {
  readonly id: string;
  readonly orderId: number;
  /** In cents. */
  readonly amount: number;
  readonly method: (typeof METHODS)[number];
  readonly state: 'authorized' | 'captured';
}

type NewPayment = Pick<Payment, 'orderId' | 'amount' | 'method'>;

/** The ledger that all instances of the payments service share. */
export class Ledger {
  readonly #payments = new RecentMap<string, Payment>(200);
  // The catalog asks for one of these by its id, so they stay when newer ones push them off the list.
  readonly #seeds: ReadonlyMap<string, Payment>;
  readonly #byKey = new RecentMap<string, Payment>(200);
  #next = 1;

  constructor() {
    for (let i = 0; i < 12; i++) {
      const method = METHODS[i % METHODS.length] ?? 'card';
      this.#add({ orderId: 1001 + i, amount: 8_900 + i * 1_150, method }, 'captured');
    }
    this.#seeds = new Map(this.list().map((payment) => [payment.id, payment]));
  }

  find(id: string): Payment | undefined {
    return this.#seeds.get(id) ?? this.#payments.get(id);
  }

  list(): readonly Payment[] {
    return this.#payments.values();
  }

  /** Authorizes a payment, once for each idempotency key. */
  authorize(payment: NewPayment, key: string | null): Payment {
    const before = key === null ? undefined : this.#byKey.get(key);
    if (before) return before;
    const made = this.#add(payment, 'authorized');
    if (key !== null) this.#byKey.set(key, made);
    return made;
  }

  #add(payment: NewPayment, state: Payment['state']): Payment {
    const made: Payment = { id: `pay-${String(this.#next++).padStart(4, '0')}`, ...payment, state };
    this.#payments.set(made.id, made);
    return made;
  }
}

/** `GET /payments`, `GET /payments/:id`, `POST /payments`. */
export function paymentsService(instance: string, ledger: Ledger): FetchHandler {
  return jsonApi(instance, [
    {
      method: 'GET',
      path: '/payments',
      handle: ({ query }) => {
        const orderId = query.get('orderId');
        if (orderId !== null && !/^\d{1,9}$/.test(orderId)) {
          return invalid(['"orderId" must be the number of an order.']);
        }
        const items = ledger
          .list()
          .filter((p) => orderId === null || p.orderId === Number(orderId));
        return json({ items: items.slice(0, 20), total: items.length });
      },
    },
    {
      method: 'GET',
      path: '/payments/:id',
      handle: ({ param }) => {
        const payment = ledger.find(param('id'));
        return payment
          ? json(payment)
          : problem(404, 'Not found', `There is no payment ${param('id')}.`);
      },
    },
    {
      method: 'POST',
      path: '/payments',
      handle: ({ request }) =>
        withBody(request, checkPayment, (payment) =>
          payment.amount > LIMIT
            ? problem(402, 'Declined', `The bank declines amounts above ${LIMIT / 100} EUR.`)
            : json(ledger.authorize(payment, request.headers.get('idempotency-key')), {
                status: 201,
              }),
        ),
    },
  ]);
}

function checkPayment(body: unknown): Checked<NewPayment> {
  const given = fields(body);
  const orderId = given.get('orderId');
  const amount = given.get('amount');
  const method = METHODS.find((known) => known === given.get('method'));
  const reasons: string[] = [];
  if (!isPositiveWhole(orderId)) reasons.push('"orderId" must be the number of an order.');
  if (!isPositiveWhole(amount)) reasons.push('"amount" must be a whole number of cents above 0.');
  if (method === undefined) reasons.push(`"method" must be one of ${METHODS.join(', ')}.`);
  return isPositiveWhole(orderId) && isPositiveWhole(amount) && method !== undefined
    ? { ok: true, value: { orderId, amount, method } }
    : { ok: false, reasons };
}

function isPositiveWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
