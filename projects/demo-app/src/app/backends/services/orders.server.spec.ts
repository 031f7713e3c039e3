import { ManualClock } from 'rx-mesh/testing';
import { type Order, OrderBook, ordersService } from './orders';

const post = (body: unknown, key?: string) =>
  new Request('https://orders-1.mesh.example/orders', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
  });
const get = (path: string) => new Request(`https://orders-1.mesh.example${path}`);
const mugs = { customerId: 4, lines: [{ sku: 'MUG-003', quantity: 2 }] };

describe(ordersService.name, () => {
  const setUp = () => {
    const book = new OrderBook(new ManualClock({ startAt: Date.UTC(2026, 2, 1) }));
    return {
      book,
      first: ordersService('orders-1', book),
      second: ordersService('orders-2', book),
    };
  };

  it('lists the newest orders first, ten at a time', async () => {
    const { first } = setUp();
    const body = (await (await first(get('/orders'))).json()) as { items: Order[]; total: number };
    expect(body.total).toBe(24);
    expect(body.items.map(({ id }) => id)).toEqual([
      1024, 1023, 1022, 1021, 1020, 1019, 1018, 1017, 1016, 1015,
    ]);
  });

  it('filters by status and limits', async () => {
    const { first } = setUp();
    const response = await first(get('/orders?status=paid&limit=2'));
    const body = (await response.json()) as { items: Order[]; total: number };
    expect(body.total).toBe(8);
    expect(body.items.map(({ status }) => status)).toEqual(['paid', 'paid']);
  });

  it.each(['/orders?limit=0', '/orders?limit=51', '/orders?status=lost', '/orders/abc'])(
    'refuses %s',
    async (path) => expect((await setUp().first(get(path))).status).toBe(400),
  );

  it('finds one order', async () => {
    const order = (await (await setUp().first(get('/orders/1001'))).json()) as Order;
    expect(order).toEqual({
      id: 1001,
      customerId: 1,
      status: 'placed',
      lines: [{ sku: 'LMP-014', quantity: 1 }],
      total: 8_900,
      currency: 'EUR',
      placedAt: '2026-09-21T14:13:20.000Z',
    });
  });

  it('shows an order as the next version does', async () => {
    const order: unknown = await (await setUp().first(get('/v2/orders/1001'))).json();
    expect(order).toMatchObject({ id: 1001, total: { amount: 89, currency: 'EUR' } });
    expect((await setUp().first(get('/v2/orders/abc'))).status).toBe(400);
    expect((await setUp().first(get('/v2/orders/9999'))).status).toBe(404);
  });

  it('says that there is no such order', async () => {
    expect((await setUp().first(get('/orders/9999'))).status).toBe(404);
  });

  it('places an order that every instance knows', async () => {
    const { first, second } = setUp();
    const made = await first(post(mugs));
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/orders/1025');
    expect(await (await second(get('/orders/1025'))).json()).toEqual({
      id: 1025,
      customerId: 4,
      status: 'placed',
      lines: [{ sku: 'MUG-003', quantity: 2 }],
      total: 3_700,
      currency: 'EUR',
      placedAt: '2026-03-01T00:00:00.000Z',
    });
  });

  it('cancels an order, once and for all instances', async () => {
    const { first, second } = setUp();
    const cancel = (path: string) =>
      new Request(`https://orders-1.mesh.example${path}`, { method: 'POST' });
    await first(post(mugs));
    const cancelled = await first(cancel('/orders/1025/cancel'));
    expect(cancelled.status).toBe(200);
    expect((await second(cancel('/orders/1025/cancel'))).status).toBe(200);
    expect(await (await second(get('/orders/1025'))).json()).toMatchObject({ status: 'cancelled' });
    const list: unknown = await (await first(get('/orders?status=cancelled'))).json();
    expect(list).toMatchObject({ total: 1 });
    expect((await first(cancel('/orders/9999/cancel'))).status).toBe(404);
    expect((await first(cancel('/orders/abc/cancel'))).status).toBe(400);
  });

  it('answers a retry with the order of the first attempt', async () => {
    const { first, second, book } = setUp();
    const made = await first(post(mugs, 'k-1'));
    const again = await second(post(mugs, 'k-1'));
    const other = await second(post(mugs, 'k-2'));
    expect(made.headers.get('idempotency-replayed')).toBe('false');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(await made.json());
    expect(((await other.json()) as Order).id).toBe(1026);
    expect(book.list()).toHaveLength(26);
  });

  it.each([
    [{}, 2],
    [{ customerId: 0, lines: mugs.lines }, 1],
    [{ customerId: 4, lines: [] }, 1],
    [{ customerId: 4, lines: new Array(21).fill(mugs.lines[0]) }, 1],
    [{ customerId: 4, lines: [{ sku: 'NOPE', quantity: 1 }, 'x'] }, 2],
    [{ customerId: 4, lines: [{ sku: 'MUG-003', quantity: 100 }] }, 1],
    [{ customerId: 1.5, lines: [{ sku: 'MUG-003', quantity: 0 }] }, 2],
  ])('refuses %j with every reason', async (body, reasons) => {
    const { first, book } = setUp();
    const response = await first(post(body));
    expect(response.status).toBe(400);
    expect(((await response.json()) as { errors: string[] }).errors).toHaveLength(reasons);
    expect(book.list()).toHaveLength(24);
  });

  it('does not grow without end', () => {
    const { book } = setUp();
    for (let i = 0; i < 300; i++) book.place(mugs, null);
    expect(book.list()).toHaveLength(200);
  });

  it('keeps the orders that it began with', () => {
    const { book } = setUp();
    for (let i = 0; i < 300; i++) book.place(mugs, null);
    expect(book.find(1007)).toMatchObject({ id: 1007 });
    expect(book.find(1030)).toBeUndefined();
  });
});
