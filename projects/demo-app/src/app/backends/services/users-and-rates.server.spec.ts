import { ratesService } from './rates';
import { usersService } from './users';

describe(usersService.name, () => {
  const service = usersService('users-1');
  const get = async (path: string) => service(new Request(`https://users-1.mesh.example${path}`));

  it('lists customers, or those of one tier', async () => {
    expect(await (await get('/users')).json()).toMatchObject({ total: 6 });
    expect(await (await get('/users?tier=plus')).json()).toMatchObject({ total: 3 });
    expect((await get('/users?tier=gold')).status).toBe(400);
  });

  it('finds one customer', async () => {
    expect(await (await get('/users/4')).json()).toMatchObject({ name: 'Jonas Weber' });
    expect((await get('/users/7')).status).toBe(404);
  });
});

describe(ratesService.name, () => {
  const service = ratesService('rates-1');
  const get = async (path: string) => service(new Request(`https://rates.partner.example${path}`));

  it('quotes all currencies, or one', async () => {
    expect(await (await get('/rates')).json()).toMatchObject({ base: 'EUR', rates: { EUR: 1 } });
    expect(await (await get('/rates/sek')).json()).toEqual({
      base: 'EUR',
      currency: 'SEK',
      rate: 10.985,
    });
    expect((await get('/rates/XXX')).status).toBe(404);
  });
});
