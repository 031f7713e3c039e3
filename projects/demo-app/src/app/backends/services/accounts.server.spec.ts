import { jsonApi } from '../json-api';
import { TokenOffice } from '../token-office';
import { WishBook, accountRoutes } from './accounts';

const setUp = () => {
  const office = new TokenOffice();
  const service = jsonApi('users-1', accountRoutes(office, new WishBook()));
  const ask = async (path: string, init: RequestInit = {}) =>
    service(new Request(`https://users-1.mesh.example${path}`, init));
  const post = async (path: string, body: unknown) =>
    ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const get = async (path: string, token: string) =>
    ask(path, { headers: { authorization: `Bearer ${token}` } });
  return { ask, get, office, post };
};

describe(accountRoutes.name, () => {
  it('makes a token, with which it gives the account', async () => {
    const { get, post } = setUp();
    const made = await post('/tokens', { user: 'anna' });
    expect(made.status).toBe(201);
    const { token } = (await made.json()) as { token: string };
    expect(await (await get('/account', token)).json()).toEqual({
      id: 'anna',
      name: 'Anna',
      roles: ['customer'],
      card: '4242 4242 4242 4242',
    });
  });

  it('gives each his own wish list, and says how often', async () => {
    const { get, office } = setUp();
    const [anna = '', bert = ''] = ['anna', 'bert'].map((user) => office.issue(user));
    await get('/wishlist', anna);
    expect(await (await get('/wishlist', anna)).json()).toMatchObject({
      owner: 'Anna',
      edition: 2,
    });
    expect(await (await get('/wishlist', bert)).json()).toMatchObject({
      owner: 'Bert',
      edition: 1,
    });
  });

  it('refuses whoever has no token that holds', async () => {
    const { ask, get, office } = setUp();
    const token = office.issue('anna') ?? '';
    office.expireAll();
    for (const answer of [await get('/account', token), await ask('/account')]) {
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ detail: 'The token does not hold.' });
    }
  });

  it('renews a token, or not', async () => {
    const { get, office, post } = setUp();
    const token = office.issue('anna') ?? '';
    office.expireAll();
    const fresh = (await (await post('/tokens/renewals', { token })).json()) as { token: string };
    expect((await get('/account', fresh.token)).status).toBe(200);
    office.strict.set(true);
    expect((await post('/tokens/renewals', { token })).status).toBe(401);
  });

  it.each([
    ['/tokens', {}, 400],
    ['/tokens', { user: '' }, 400],
    ['/tokens', { user: 'mallory' }, 401],
    ['/tokens/renewals', { token: 7 }, 400],
  ])('refuses %s with %j', async (path, body, status) => {
    expect((await setUp().post(path, body)).status).toBe(status);
  });
});
