import { ManualClock } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { FakeConsul } from './fake-consul';

const setUp = () => {
  const clock = new ManualClock();
  const consul = new FakeConsul({ clock });
  const answers: (readonly [number, string | null])[] = [];
  const ask = async (path: string, init?: RequestInit) =>
    consul.handle(new Request(`http://consul.test/any/v1/${path}`, init));
  const wait = (path: string, init?: RequestInit) => {
    ask(path, init).then(
      ({ status, headers }) => answers.push([status, headers.get('X-Consul-Index')]),
      () => answers.push([0, null]),
    );
  };
  consul.register({ name: 'orders', id: 'a', address: 'a.test', port: 80, tags: ['web'] });
  return { clock, consul, ask, wait, answers };
};

describe(FakeConsul.name, () => {
  it('answers at once without an index', async () => {
    const { ask } = setUp();
    const answer = await ask('health/service/orders');

    expect(await answer.json()).toMatchObject([
      {
        Service: { ID: 'a', Tags: ['web'], Meta: null },
        Checks: [
          { CheckID: 'serfHealth', ServiceID: '', Status: 'passing' },
          { CheckID: 'service:a', ServiceID: 'a', Status: 'passing' },
        ],
      },
    ]);
    expect(answer.headers.get('X-Consul-Index')).toBe('2');
    expect(answer.headers.get('X-Consul-KnownLeader')).toBe('true');
  });

  it('wakes those who wait for the service that changed', async () => {
    const { wait, consul, answers, clock } = setUp();
    wait('health/service/orders?index=2&wait=1m30s');
    wait('health/service/users?index=2&wait=90s');
    wait('catalog/services?index=2');
    await settled();

    expect(consul.open).toBe(3);

    consul.setCheck('a', 'passing', 'only the output');
    await settled();

    expect(answers).toEqual([[200, '3']]);

    consul.register({ name: 'users' });
    await settled();

    expect(answers).toEqual([
      [200, '3'],
      [200, '4'],
      [200, '4'],
    ]);
    expect([consul.open, clock.pending]).toEqual([0, 0]);
  });

  it('answers with the same index when the wait has passed, also to one of the future', async () => {
    const { wait, clock, answers } = setUp();
    wait('health/service/orders?index=2&wait=2000ms');
    wait('health/service/orders?index=99&wait=3s');
    await settled();
    clock.advance(2000);
    await settled();

    expect(answers).toEqual([[200, '2']]);

    clock.advance(1000);
    await settled();

    expect(answers).toHaveLength(2);
  });

  it('lets go of a query that is aborted, and of all when it restarts', async () => {
    const { wait, consul, clock, answers } = setUp();
    const abort = new AbortController();
    wait('health/service/orders?index=2', { signal: abort.signal });
    wait('health/service/orders?index=2');
    await settled();
    abort.abort();
    await settled();

    expect(consul.open).toBe(1);

    consul.restart();
    await settled();

    expect(answers).toEqual([
      [0, null],
      [0, null],
    ]);
    expect([consul.open, clock.pending]).toEqual([0, 0]);
  });

  it.each([
    ['health/service/orders?index=2&wait=30', 400, 'Invalid wait time'],
    ['health/service/orders?index=x', 400, 'Invalid index'],
    ['health/service/orders?dc=nowhere', 500, 'No path to datacenter'],
    ['health/service/orders?stale&consistent', 400, 'Cannot specify'],
    ['health/service/', 400, 'Missing service name'],
    ['nothing/here', 404, ''],
  ])('answers %p with %p', async (path, status, text) => {
    const answer = await setUp().ask(path);

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(text);
  });

  it.each([
    ['health/service/orders?dc=nowhere', {}],
    ['health/service/orders', { 'X-Consul-Token': 'other' }],
  ])('gives an index of no meaning with the error of %p', async (path, headers) => {
    const { ask, consul } = setUp();
    consul.requireToken = 'secret';
    const answer = await ask(path, { headers });

    expect(answer.ok).toBe(false);
    expect(answer.headers.get('X-Consul-Index')).toBe('1');
  });

  it('lists nothing without the token that it requires, and refuses an unknown one', async () => {
    const { ask, consul } = setUp();
    consul.requireToken = 'secret';
    consul.tellFiltered = true;
    const nothing = await ask('health/service/orders');
    const unknown = await ask('catalog/services', { headers: { 'X-Consul-Token': 'other' } });
    const write = await ask('agent/service/deregister/a', { method: 'PUT' });

    expect(await nothing.json()).toEqual([]);
    expect(nothing.headers.get('X-Consul-Results-Filtered-By-ACLs')).toBe('true');
    expect([unknown.status, await unknown.text()]).toEqual([403, 'ACL not found']);
    expect(write.status).toBe(403);
  });

  it('filters by passing and tag, and knows maintenance', async () => {
    const { ask, consul } = setUp();
    const count = async (query: string) =>
      ((await (await ask(`health/service/orders?${query}`)).json()) as unknown[]).length;

    expect([await count('passing'), await count('tag=web'), await count('tag=db')]).toEqual([
      1, 1, 0,
    ]);

    consul.maintenance('a', 'upgrade');

    expect(await count('passing')).toBe(0);
    expect(await (await ask('health/service/orders')).json()).toMatchObject([
      { Checks: [{}, {}, { CheckID: '_service_maintenance:a', Notes: 'upgrade' }] },
    ]);

    consul.maintenance('a', undefined);

    expect(await count('passing')).toBe(1);
  });

  it('takes registrations and takes them back', async () => {
    const { ask, consul } = setUp();
    const put = async (path: string, body = '') =>
      (await ask(`agent/service/${path}`, { method: 'PUT', body })).status;

    expect(await put('register', '{"Name":"users","ID":"u","Port":1}')).toBe(200);
    expect(await (await ask('catalog/services')).json()).toEqual({
      consul: [],
      orders: ['web'],
      users: [],
    });
    expect(await (await ask('health/service/consul')).json()).toHaveLength(1);
    expect(await put('deregister/u')).toBe(200);
    expect(await put('deregister/u')).toBe(404);
    expect(consul.deregister('u')).toBe(false);
    expect(await (await ask('agent/service/register')).text()).toBe('method GET not allowed');
    expect((await ask('catalog/services', { method: 'DELETE' })).status).toBe(405);
  });

  it('fails, hides its headers and is cut off on demand', async () => {
    const { ask, wait, consul, clock, answers } = setUp();
    consul.failWith(429, { 'Retry-After': '3' });

    expect((await ask('catalog/services')).headers.get('Retry-After')).toBe('3');

    consul.failWith(undefined);
    consul.exposeHeaders = false;

    expect((await ask('catalog/services')).headers.get('X-Consul-Index')).toBeNull();

    consul.proxyTimeout = 1000;
    wait('catalog/services?index=9');
    await settled();
    clock.advance(1000);
    await settled();

    expect(answers).toEqual([[504, null]]);
  });
});
