import { Ledger, type Payment, paymentsService } from './payments';

const origin = 'https://payments-1.mesh.example';
const get = (path: string) => new Request(`${origin}${path}`);
const pay = (body: unknown, key?: string) =>
  new Request(`${origin}/payments`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
  });
const sound = { orderId: 1007, amount: 3_700, method: 'card' };

describe(paymentsService.name, () => {
  const setUp = () => {
    const ledger = new Ledger();
    return { ledger, service: paymentsService('payments-1', ledger) };
  };

  it('lists payments, or those of one order', async () => {
    const { service } = setUp();
    expect(await (await service(get('/payments'))).json()).toMatchObject({ total: 12 });
    expect(await (await service(get('/payments?orderId=1003'))).json()).toEqual({
      items: [
        { id: 'pay-0003', orderId: 1003, amount: 11_200, method: 'voucher', state: 'captured' },
      ],
      total: 1,
    });
    expect((await service(get('/payments?orderId=x'))).status).toBe(400);
  });

  it('finds one payment', async () => {
    const { service } = setUp();
    expect(await (await service(get('/payments/pay-0001'))).json()).toMatchObject({
      orderId: 1001,
    });
    expect((await service(get('/payments/pay-9999'))).status).toBe(404);
  });

  it('authorizes once for each idempotency key', async () => {
    const { service, ledger } = setUp();
    const made = (await (await service(pay(sound, 'k-1'))).json()) as Payment;
    expect(made).toEqual({ id: 'pay-0013', ...sound, state: 'authorized' });
    expect(await (await service(pay(sound, 'k-1'))).json()).toEqual(made);
    expect((await service(pay(sound))).status).toBe(201);
    expect(ledger.list()).toHaveLength(14);
  });

  it('keeps the payments that it began with', () => {
    const { ledger } = setUp();
    for (let i = 0; i < 300; i++) ledger.authorize({ ...sound, method: 'card' }, null);
    expect(ledger.list()).toHaveLength(200);
    expect(ledger.find('pay-0003')).toMatchObject({ orderId: 1003 });
    expect(ledger.find('pay-0020')).toBeUndefined();
  });

  it('declines what the bank would', async () => {
    const { service } = setUp();
    expect((await service(pay({ ...sound, amount: 500_000 }))).status).toBe(201);
    expect((await service(pay({ ...sound, amount: 500_001 }))).status).toBe(402);
  });

  it.each([
    {},
    { ...sound, amount: 0 },
    { ...sound, orderId: 'x' },
    { ...sound, method: 'shells' },
  ])('refuses %j', async (body) => expect((await setUp().service(pay(body))).status).toBe(400));
});
