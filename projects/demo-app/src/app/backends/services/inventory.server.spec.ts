import { Warehouse, inventoryService } from './inventory';

const origin = 'https://inventory-1.mesh.example';
const get = (path: string) => new Request(`${origin}${path}`);
const reserve = (body: unknown) =>
  new Request(`${origin}/reservations`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

describe(inventoryService.name, () => {
  const setUp = () => {
    const warehouse = new Warehouse();
    return { warehouse, service: inventoryService('inventory-1', warehouse) };
  };

  it('counts every article', async () => {
    const body = (await (await setUp().service(get('/stock'))).json()) as { items: unknown[] };
    expect(body.items).toHaveLength(6);
    expect(body.items).toContainEqual({ sku: 'MUG-003', name: 'Stoneware mug', free: 900 });
  });

  it('counts one article', async () => {
    expect(await (await setUp().service(get('/stock/CHR-201'))).json()).toEqual({
      sku: 'CHR-201',
      name: 'Reading chair, oak',
      free: 35,
    });
    expect((await setUp().service(get('/stock/NOPE'))).status).toBe(404);
  });

  it('puts goods aside', async () => {
    const { service, warehouse } = setUp();
    const response = await service(reserve({ sku: 'CHR-201', quantity: 5 }));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 1, sku: 'CHR-201', quantity: 5 });
    expect(warehouse.free('CHR-201')).toBe(30);
  });

  it('puts goods aside once for each key', async () => {
    const { service, warehouse } = setUp();
    const keyed = (key: string) => {
      const request = reserve({ sku: 'CHR-201', quantity: 5 });
      request.headers.set('idempotency-key', key);
      return request;
    };
    const first: unknown = await (await service(keyed('k-1'))).json();
    expect(await (await service(keyed('k-1'))).json()).toEqual(first);
    expect(warehouse.free('CHR-201')).toBe(30);
    await service(keyed('k-2'));
    expect(warehouse.free('CHR-201')).toBe(25);
  });

  it('puts back what was put aside, once', async () => {
    const { service, warehouse } = setUp();
    await service(reserve({ sku: 'CHR-201', quantity: 5 }));
    const release = (id: string) =>
      new Request(`${origin}/reservations/${id}/release`, { method: 'POST', body: '{}' });
    expect((await service(release('1'))).status).toBe(200);
    expect(warehouse.free('CHR-201')).toBe(35);
    await service(release('1'));
    expect(warehouse.free('CHR-201')).toBe(35);
    expect((await service(release('7'))).status).toBe(404);
  });

  it('does not put aside more than there is', async () => {
    const { service, warehouse } = setUp();
    expect((await service(reserve({ sku: 'CHR-201', quantity: 36 }))).status).toBe(409);
    expect((await service(reserve({ sku: 'CHR-201', quantity: 35 }))).status).toBe(201);
    expect((await service(reserve({ sku: 'CHR-201', quantity: 1 }))).status).toBe(409);
    expect(warehouse.free('CHR-201')).toBe(0);
  });

  it('knows its articles', async () => {
    expect((await setUp().service(reserve({ sku: 'NOPE', quantity: 1 }))).status).toBe(404);
  });

  it.each([
    {},
    { sku: '', quantity: 1 },
    { sku: 'MUG-003', quantity: 0 },
    { sku: 7, quantity: 1.5 },
  ])('refuses %j', async (body) => expect((await setUp().service(reserve(body))).status).toBe(400));

  it('lets old reservations lapse, so that the shelf never stays empty', () => {
    const { warehouse } = setUp();
    for (let i = 0; i < 1000; i++) warehouse.reserve('MUG-003', 3);
    expect(warehouse.free('MUG-003')).toBe(600);
    expect(warehouse.reserve('MUG-003', 3)).toBeDefined();
  });
});
