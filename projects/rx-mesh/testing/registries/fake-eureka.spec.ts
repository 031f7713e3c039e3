import { ManualClock } from '../manual-clock';
import { FakeEureka, type FakeEurekaOptions } from './fake-eureka';

const JSON_PLEASE = { Accept: 'application/json' };

const setUp = (options: FakeEurekaOptions = {}) => {
  const clock = new ManualClock({ startAt: 1000 });
  const eureka = new FakeEureka({ clock, ...options });
  const base = options.base ?? '/eureka';
  const ask = async (path: string, method = 'GET', body?: unknown) =>
    eureka.handle(
      new Request(`http://eureka.test${base}${path}`, {
        method,
        headers: JSON_PLEASE,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  const read = async (path: string) => (await ask(path)).json() as Promise<unknown>;
  const statusOf = async (path: string, method?: string, body?: unknown) =>
    (await ask(path, method, body)).status;
  return { clock, eureka, ask, read, statusOf };
};

const POSTED = {
  instanceId: 'a',
  hostName: 'a.test',
  app: 'ORDERS',
  ipAddr: '10.0.0.1',
  status: 'UP',
  dataCenterInfo: { name: 'MyOwn' },
  lastDirtyTimestamp: '1000',
};
const AT = '/apps/ORDERS/a';
const changes = (...actions: readonly (readonly [string, string])[]) => [
  { name: 'ORDERS', instance: actions.map(([actionType, status]) => ({ actionType, status })) },
];

describe(FakeEureka.name, () => {
  it('lists nothing at first', async () => {
    expect(await setUp().read('/apps')).toEqual({
      applications: { versions__delta: '1', apps__hashcode: '', application: [] },
    });
  });

  it('lists what is registered, as Eureka writes it', async () => {
    const { eureka, read } = setUp();
    eureka.register({ app: 'orders', id: 'a', hostName: 'a.test', status: 'DOWN' });
    eureka.register({ app: 'orders', id: 'b', port: 8443, secure: true, metadata: { zone: 'z' } });
    eureka.register({ app: 'users', id: 'u' });

    expect(await read('/apps/')).toMatchObject({
      applications: {
        versions__delta: '1',
        apps__hashcode: 'DOWN_1_UP_2_',
        application: [
          {
            name: 'ORDERS',
            instance: [
              {
                instanceId: 'a',
                hostName: 'a.test',
                app: 'ORDERS',
                status: 'DOWN',
                port: { $: 8080, '@enabled': 'true' },
                securePort: { $: 443, '@enabled': 'false' },
                metadata: { '@class': 'java.util.Collections$EmptyMap' },
                lastDirtyTimestamp: '1000',
                actionType: 'ADDED',
              },
              {
                port: { '@enabled': 'false' },
                securePort: { $: 8443, '@enabled': 'true' },
                metadata: { zone: 'z' },
              },
            ],
          },
          { name: 'USERS', instance: [{ instanceId: 'u' }] },
        ],
      },
    });
  });

  it('tells one application, one instance and a virtual address', async () => {
    const { eureka, read, statusOf } = setUp();
    eureka.register({ app: 'orders', id: 'a' });
    const instance = { instanceId: 'a' };

    expect(await read('/apps/orders')).toMatchObject({
      application: { name: 'ORDERS', instance: [instance] },
    });
    expect(await read(AT)).toMatchObject({ instance });
    expect(await read('/instances/a')).toMatchObject({ instance });
    expect(await read('/vips/orders')).toMatchObject({
      applications: { application: [{ instance: [instance] }] },
    });
    expect(await read('/svips/orders')).toHaveProperty('applications');
    expect(
      await Promise.all(
        ['/apps/NOPE', '/apps/ORDERS/x', '/apps/USERS/a', '/instances/x', '/vips/x', '/x'].map(
          (path) => statusOf(path),
        ),
      ),
    ).toEqual([404, 404, 404, 404, 404, 404]);
  });

  it('tells changes in their order, and forgets them after three minutes', async () => {
    const { clock, eureka, read } = setUp();
    eureka.register({ app: 'orders', id: 'a' });
    eureka.setStatus('a', 'OUT_OF_SERVICE');
    eureka.cancel('a');
    eureka.register({ app: 'orders', id: 'a' });

    expect(await read('/apps/delta')).toMatchObject({
      applications: {
        versions__delta: '5',
        apps__hashcode: 'UP_1_',
        application: changes(
          ['ADDED', 'UP'],
          ['MODIFIED', 'OUT_OF_SERVICE'],
          ['DELETED', 'OUT_OF_SERVICE'],
          ['ADDED', 'UP'],
        ),
      },
    });

    clock.advance(180_001);

    expect(await read('/apps/delta')).toMatchObject({
      applications: { apps__hashcode: 'UP_1_', application: [] },
    });
  });

  it('takes registrations', async () => {
    const { eureka, statusOf, read } = setUp();

    expect(await statusOf('/apps/ORDERS', 'POST', { instance: POSTED })).toBe(204);
    expect(eureka.instances).toEqual([{ app: 'ORDERS', id: 'a', status: 'UP' }]);
    expect(await read(AT)).toMatchObject({ instance: { hostName: 'a.test' } });
  });

  it.each([
    [{}, 'Cannot construct instance'],
    [{ instance: null }, 'Cannot construct instance'],
    [{ instance: { ...POSTED, instanceId: undefined } }, 'Missing instanceId'],
    [{ instance: { ...POSTED, hostName: '' } }, 'Missing hostname'],
    [{ instance: { ...POSTED, ipAddr: undefined } }, 'Missing ip address'],
    [{ instance: { ...POSTED, app: undefined } }, 'Missing appName'],
    [
      { instance: { ...POSTED, app: 'BILLING' } },
      'Mismatched appName, expecting ORDERS but was BILLING',
    ],
    [{ instance: { ...POSTED, dataCenterInfo: undefined } }, 'Missing dataCenterInfo'],
    [{ instance: { ...POSTED, dataCenterInfo: {} } }, 'Missing dataCenterInfo Name'],
  ])('refuses the registration %j', async (body, text) => {
    const { ask, eureka } = setUp();
    const response = await ask('/apps/ORDERS', 'POST', body);

    expect([response.status, await response.text()]).toEqual([400, text]);
    expect(eureka.instances).toEqual([]);
  });

  it('refuses a registration that is no JSON', async () => {
    const request = new Request('http://a.test/eureka/apps/A', { method: 'POST', body: '<xml/>' });

    expect((await setUp().eureka.handle(request)).status).toBe(400);
  });

  it('renews whom it knows, and wants the news of who has some', async () => {
    const { eureka, statusOf } = setUp();
    eureka.register({ app: 'orders', id: 'a' });

    expect(await statusOf(`${AT}?status=UP&lastDirtyTimestamp=1000`, 'PUT')).toBe(200);
    expect(await statusOf(`${AT}?status=UP&lastDirtyTimestamp=999`, 'PUT')).toBe(200);
    expect(await statusOf(`${AT}?status=UP&lastDirtyTimestamp=1001`, 'PUT')).toBe(404);
    expect(await statusOf('/apps/ORDERS/x?status=UP&lastDirtyTimestamp=1', 'PUT')).toBe(404);
  });

  it('takes what an operator says of a status, and keeps it over a new registration', async () => {
    const { eureka, statusOf, read } = setUp();
    eureka.register({ app: 'orders', id: 'a' });

    expect(await statusOf(`${AT}/status?value=OUT_OF_SERVICE`, 'PUT')).toBe(200);

    eureka.register({ app: 'orders', id: 'a' });

    expect(await read(AT)).toMatchObject({
      instance: { status: 'OUT_OF_SERVICE', overriddenStatus: 'OUT_OF_SERVICE' },
    });
    expect(await statusOf(`${AT}/status?value=UP`, 'DELETE')).toBe(200);
    expect(await read(AT)).toMatchObject({
      instance: { status: 'UP', overriddenStatus: 'UNKNOWN' },
    });
    expect(await statusOf(AT, 'PUT')).toBe(200);
  });

  it('wants a new registration after an override was taken back without a status', async () => {
    const { eureka, statusOf } = setUp();
    eureka.register({ app: 'orders', id: 'a' });
    await statusOf(`${AT}/status?value=DOWN`, 'PUT');

    expect(await statusOf(`${AT}/status`, 'DELETE')).toBe(200);
    expect(eureka.instances[0]?.status).toBe('UNKNOWN');
    expect(await statusOf(AT, 'PUT')).toBe(404);

    eureka.register({ app: 'orders', id: 'a' });

    expect(await statusOf(AT, 'PUT')).toBe(200);
  });

  it('refuses a status that is none', async () => {
    const { eureka, statusOf } = setUp();
    eureka.register({ app: 'orders', id: 'a' });

    expect(await statusOf(`${AT}/status?value=FLYING`, 'PUT')).toBe(500);
    expect(await statusOf(`${AT}/status`, 'PUT')).toBe(500);
    expect(await statusOf('/apps/ORDERS/x/status?value=UP', 'PUT')).toBe(404);
    expect(await statusOf('/apps/ORDERS/x/status?value=UP', 'DELETE')).toBe(404);
    expect(await statusOf(`${AT}/status?value=UP`)).toBe(405);
  });

  it('takes facts', async () => {
    const { eureka, statusOf, read } = setUp();
    eureka.register({ app: 'orders', id: 'a', metadata: { zone: 'z' } });

    expect(await statusOf(`${AT}/metadata?k=v`, 'PUT')).toBe(200);
    expect(await read(AT)).toMatchObject({ instance: { metadata: { zone: 'z', k: 'v' } } });
    expect(await statusOf('/apps/ORDERS/x/metadata?k=v', 'PUT')).toBe(404);
    expect(await statusOf(`${AT}/metadata?k=v`)).toBe(405);
  });

  it('lets an instance go', async () => {
    const { eureka, statusOf } = setUp();
    eureka.register({ app: 'orders', id: 'a:b' });

    expect(await statusOf('/apps/ORDERS/a%3Ab', 'DELETE')).toBe(200);
    expect(await statusOf('/apps/ORDERS/a%3Ab', 'DELETE')).toBe(404);
    expect(eureka.cancel('a:b')).toBe(false);
    expect(eureka.instances).toEqual([]);
  });

  it('writes single objects in place of lists of one when it is old', async () => {
    const { eureka, read } = setUp();
    eureka.legacy = true;
    eureka.register({ app: 'orders', id: 'a' });

    expect(await read('/apps')).toMatchObject({
      applications: {
        application: { name: 'ORDERS', instance: { instanceId: 'a', overriddenstatus: 'UNKNOWN' } },
      },
    });
    expect(await read(AT)).not.toHaveProperty('instance.overriddenStatus');
  });

  it('can be made difficult', async () => {
    const { eureka, statusOf, read } = setUp();
    eureka.deltaDisabled = true;

    expect([await statusOf('/apps'), await statusOf('/apps/delta')]).toEqual([200, 403]);

    eureka.syncing = true;

    expect([await statusOf('/apps'), await statusOf('/apps/delta')]).toEqual([403, 403]);

    eureka.syncing = false;
    eureka.deltaDisabled = false;
    eureka.corruptHash = true;

    expect(await read('/apps')).toMatchObject({ applications: { apps__hashcode: '' } });
    expect(await read('/apps/delta')).toMatchObject({
      applications: { apps__hashcode: 'UNKNOWN_9_' },
    });
    expect(await read('/apps/delta')).toMatchObject({ applications: { apps__hashcode: '' } });

    eureka.failWith(503);

    expect(await statusOf('/apps')).toBe(503);

    eureka.failWith(undefined);

    expect(await statusOf('/apps')).toBe(200);
  });

  it('knows nobody after it was started anew', async () => {
    const { eureka, read } = setUp();
    eureka.register({ app: 'orders', id: 'a' });
    eureka.setStatus('a', 'DOWN');
    eureka.restart();

    expect(await read('/apps/delta')).toMatchObject({
      applications: { versions__delta: '1', apps__hashcode: '', application: [] },
    });

    eureka.register({ app: 'orders', id: 'a' });

    expect(eureka.instances[0]?.status).toBe('UP');
  });

  it('answers at the base that it is given, and only there', async () => {
    const { statusOf, eureka } = setUp({ base: '/eureka/v2' });

    expect(await statusOf('/apps')).toBe(200);
    expect((await eureka.handle(new Request('http://a.test/eureka/apps'))).status).toBe(404);
    expect((await eureka.handle(new Request('http://a.test/eureka/v2x/apps'))).status).toBe(404);
    expect(await statusOf('/apps', 'PUT')).toBe(405);
    expect(await statusOf('/apps/ORDERS', 'PUT')).toBe(405);
    expect(await statusOf('/apps/ORDERS/a', 'POST')).toBe(405);
    expect(await statusOf('/apps/ORDERS/%zz')).toBe(404);
    expect(await statusOf('/apps/ORDERS/a/nothing')).toBe(404);
  });

  it('answers XML to who does not ask for JSON', async () => {
    const { eureka } = setUp();
    eureka.register({ app: 'orders', id: 'a<&>' });
    const response = await eureka.handle(new Request('http://a.test/eureka/apps'));
    const text = await response.text();

    expect(response.headers.get('Content-Type')).toBe('application/xml');
    expect(text).toMatch(/^<applications><versions__delta>1<\/versions__delta>/);
    expect(text).toMatch('<application><name>ORDERS</name><instance><instanceId>a&lt;&amp;&gt;<');
  });

  it('takes the clock of the platform where it is given none', async () => {
    const eureka = new FakeEureka();
    eureka.register({ app: 'orders', id: 'a' });

    expect((await eureka.handle(new Request('http://a.test/eureka/apps/delta'))).status).toBe(200);
  });
});
