import { REAL } from './world';

/** One thing that can be asked of a service. */
export interface Operation {
  /** What people see, such as `GET /orders/:id`. It is the route, too: metrics group by it. */
  readonly label: string;
  readonly method: 'GET' | 'POST';
  /** Path and query as they are sent. */
  readonly path: string;
  /** The path as a template, so that the labels of metrics stay few. */
  readonly route: string;
  readonly payload?: unknown;
  /** Whether a repeat is told apart by an idempotency key, so that a failed attempt may be sent again. */
  readonly keyed?: boolean;
}

/** Where one instance of a service listens. */
export interface CatalogInstance {
  readonly id: string;
  readonly url: string;
}

/** A service of the mocked world. `name` and `instances` are what `withStaticServices` takes. */
export interface CatalogService {
  readonly name: string;
  readonly summary: string;
  /** How much of the traffic goes here, against the others. */
  readonly weight: number;
  readonly instances: readonly CatalogInstance[];
  readonly operations: readonly Operation[];
}

/** The shop: four services of its own, on several instances each, and the API of a partner. */
export const CATALOG: readonly CatalogService[] = [
  {
    name: 'orders',
    summary: 'What customers bought',
    weight: 4,
    instances: meshInstances('orders', 3),
    operations: [
      get('/orders'),
      get('/orders/:id', '/orders/1007'),
      post('/orders', { customerId: 4, lines: [{ sku: 'MUG-003', quantity: 2 }] }, true),
      get('/health'),
    ],
  },
  {
    name: 'inventory',
    summary: 'What lies in the warehouse',
    weight: 3,
    instances: meshInstances('inventory', 2),
    operations: [
      get('/stock'),
      get('/stock/:sku', '/stock/LMP-014'),
      post('/reservations', { sku: 'MUG-003', quantity: 3 }),
      get('/health'),
    ],
  },
  {
    name: 'payments',
    summary: 'Money taken for orders',
    weight: 2,
    instances: meshInstances('payments', 2),
    operations: [
      get('/payments'),
      get('/payments/:id', '/payments/pay-0003'),
      post('/payments', { orderId: 1007, amount: 3_700, method: 'card' }, true),
      get('/health'),
    ],
  },
  {
    name: 'users',
    summary: 'Who the customers are',
    weight: 3,
    instances: meshInstances('users', 2),
    operations: [get('/users'), get('/users/:id', '/users/4'), get('/health')],
  },
  {
    name: 'rates',
    summary: 'Exchange rates of a partner',
    weight: 1,
    instances: [{ id: 'rates-1', url: urlOf('rates-1', 'https://rates.partner.example') }],
    operations: [get('/rates'), get('/rates/:currency', '/rates/SEK'), get('/health')],
  },
];

/** The instances of all services, each with the name of its service. */
export const INSTANCES: readonly (CatalogInstance & { readonly service: string })[] =
  CATALOG.flatMap(({ name, instances }) =>
    instances.map((instance) => ({ ...instance, service: name })),
  );

function meshInstances(service: string, count: number): CatalogInstance[] {
  return Array.from({ length: count }, (_, i) => {
    const id = `${service}-${i + 1}`;
    return { id, url: urlOf(id, `https://${id}.mesh.example`) };
  });
}

/** Where an instance really is; else where its mock listens. */
function urlOf(id: string, mock: string): string {
  return REAL.instances.get(id) ?? mock;
}

function get(route: string, path = route): Operation {
  return { label: `GET ${route}`, method: 'GET', path, route };
}

function post(route: string, payload: unknown, keyed = false): Operation {
  return { label: `POST ${route}`, method: 'POST', path: route, route, payload, keyed };
}
