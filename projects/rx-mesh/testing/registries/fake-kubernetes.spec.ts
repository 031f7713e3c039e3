import { TestBed } from '@angular/core/testing';
import { CLOCK } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { FakeKubernetes, type FakeKubernetesOptions } from './fake-kubernetes';

const URL_OF = 'http://k8s.test/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';

interface Event {
  readonly type: string;
  readonly object: {
    readonly code?: number;
    readonly metadata: { readonly name?: string; readonly resourceVersion?: string };
  };
}

interface List {
  readonly code?: number;
  readonly details?: object;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

const setUp = (options: FakeKubernetesOptions = {}) => {
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
  const clock = TestBed.inject(ManualClock);
  return { clock, kubernetes: new FakeKubernetes({ clock: TestBed.inject(CLOCK), ...options }) };
};

const slice = (name: string, service = 'orders') => ({
  metadata: { name, labels: { 'kubernetes.io/service-name': service } },
});

const get = async (kubernetes: FakeKubernetes, query = '', init: RequestInit = {}) =>
  kubernetes.handle(new Request(`${URL_OF}?${query}`, init));

const list = async (kubernetes: FakeKubernetes, query = '') =>
  (await (await get(kubernetes, query)).json()) as List;

const namesOf = ({ items }: List) => items.map(({ metadata }) => metadata.name);

const watch = async (kubernetes: FakeKubernetes, query = '', init: RequestInit = {}) => {
  const response = await get(kubernetes, `watch=true&${query}`, init);
  const events: string[] = [];
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const run = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const { type, object } = JSON.parse(decoder.decode(chunk.value)) as Event;
      events.push(`${type} ${object.code ?? object.metadata.name ?? ''}`.trim());
    }
    events.push('end');
  };
  run().catch(() => events.push('broken'));
  await settled();
  return { events, response, reader };
};

describe(FakeKubernetes.name, () => {
  it('lists in pages of one version', async () => {
    const { kubernetes } = setUp();
    for (const name of ['a', 'b', 'c']) kubernetes.apply(slice(name));
    const first = await list(kubernetes, 'limit=2');
    kubernetes.remove('c');
    const second = await list(kubernetes, `limit=2&continue=${first.metadata.continue ?? ''}`);

    expect([namesOf(first), namesOf(second)]).toEqual([['a', 'b'], ['c']]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(second.metadata.continue).toBeUndefined();
  });

  it('answers 410 and a fresh token to one that has expired', async () => {
    const { kubernetes } = setUp();
    for (const name of ['a', 'b']) kubernetes.apply(slice(name));
    const { metadata } = await list(kubernetes, 'limit=1');
    kubernetes.compact();
    const expired = await get(kubernetes, `limit=1&continue=${metadata.continue ?? ''}`);
    const status = (await expired.json()) as List & { readonly reason: string };
    const rest = await list(kubernetes, `continue=${status.metadata.continue ?? ''}`);

    expect([expired.status, status.code, status.reason]).toEqual([410, 410, 'Expired']);
    expect(namesOf(rest)).toEqual(['b']);
  });

  it('answers 504 with a rest to a version that is yet to come', async () => {
    const { kubernetes } = setUp();
    const answer = await get(kubernetes, 'resourceVersion=99');

    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({
      details: { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge' }] },
    });
  });

  it.each([
    ['kubernetes.io/service-name=x', ['x']],
    ['kubernetes.io/service-name in (x, y)', ['x', 'y']],
    ['kubernetes.io/service-name notin (x)', ['y', 'z']],
    ['kubernetes.io/service-name!=x', ['y', 'z']],
    ['kubernetes.io/service-name', ['x', 'y', 'z']],
    ['!kubernetes.io/service-name', []],
    ['kubernetes.io/service-name in (x,y),kubernetes.io/service-name==y', ['y']],
  ])('selects by %s', async (selector, names) => {
    const { kubernetes } = setUp();
    for (const name of ['x', 'y', 'z']) kubernetes.apply(slice(name, name));

    expect(
      namesOf(await list(kubernetes, `labelSelector=${encodeURIComponent(selector)}`)),
    ).toEqual(names);
  });

  it('keeps to a namespace', async () => {
    const { kubernetes } = setUp({ namespace: 'shop' });
    kubernetes.apply(slice('a'));

    expect(namesOf(await list(kubernetes))).toEqual([]);
  });

  it('tells a watch what happens after its version, and ends it with a bookmark', async () => {
    const { clock, kubernetes } = setUp();
    const version = kubernetes.resourceVersion;
    kubernetes.apply(slice('a'));
    const query = `resourceVersion=${version}&timeoutSeconds=5&allowWatchBookmarks=true`;
    const { events } = await watch(kubernetes, query);
    kubernetes.apply(slice('a'));
    kubernetes.remove('a');
    kubernetes.remove('never');
    await settled();

    expect(events).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);

    clock.advance(5000);
    await settled();

    expect(events.slice(3)).toEqual(['BOOKMARK', 'end']);
    expect([kubernetes.open, clock.pending]).toEqual([0, 0]);
  });

  it('begins a watch without a version with all that is there', async () => {
    const { kubernetes } = setUp();
    kubernetes.apply(slice('a'));

    expect((await watch(kubernetes)).events).toEqual(['ADDED a']);
  });

  it('tells a watch that a slice is gone when its label fits no more', async () => {
    const { kubernetes } = setUp();
    kubernetes.apply(slice('a'));
    const { events } = await watch(kubernetes, 'labelSelector=kubernetes.io/service-name=orders');
    kubernetes.apply(slice('a', 'users'));
    kubernetes.apply(slice('a', 'users'));
    kubernetes.apply(slice('a', 'orders'));
    await settled();

    expect(events).toEqual(['ADDED a', 'DELETED a', 'ADDED a']);
  });

  it('says 410 inside a stream when the version is forgotten', async () => {
    const { kubernetes, clock } = setUp();
    kubernetes.apply(slice('a'));
    kubernetes.compact();
    const { events, response } = await watch(kubernetes, 'resourceVersion=1');

    expect(response.status).toBe(200);
    expect(events).toEqual(['ERROR 410', 'end']);
    expect([kubernetes.open, clock.pending]).toEqual([0, 0]);
  });

  it('forgets by itself what is long ago', async () => {
    const { kubernetes } = setUp();
    for (let at = 0; at < 1100; at++) kubernetes.apply(slice('a'));

    expect((await watch(kubernetes, 'resourceVersion=1')).events).toEqual(['ERROR 410', 'end']);
  });

  it('says nothing to a watch from a version that is yet to come', async () => {
    const { kubernetes, clock } = setUp();
    const { events } = await watch(kubernetes, 'resourceVersion=99&timeoutSeconds=5');
    kubernetes.apply(slice('a'));
    clock.advance(60_000);
    await settled();

    expect(events).toEqual([]);
    expect(kubernetes.open).toBe(1);
  });

  it('can hang, break, end and fail its watches', async () => {
    const { kubernetes, clock } = setUp();
    const broken = await watch(kubernetes);
    kubernetes.breakConnections();
    const ended = await watch(kubernetes);
    kubernetes.bookmark();
    kubernetes.endWatches();
    const failed = await watch(kubernetes);
    kubernetes.send('{"type":"X","object":{"metadata":{}}}\n');
    kubernetes.sendError(500, 'InternalError');
    kubernetes.hang();
    const hanging = await watch(kubernetes);
    kubernetes.bookmark();
    await settled();

    expect([broken, ended, failed, hanging].map(({ events }) => events)).toEqual([
      ['broken'],
      ['BOOKMARK', 'end'],
      ['X', 'ERROR 500', 'end'],
      [],
    ]);

    await hanging.reader.cancel();

    expect([kubernetes.open, clock.pending]).toEqual([0, 0]);
  });

  it('ends a watch whose request is aborted', async () => {
    const { kubernetes, clock } = setUp();
    const abort = new AbortController();
    const { events } = await watch(kubernetes, '', { signal: abort.signal });
    abort.abort();
    await settled();

    expect(events).toEqual(['broken']);
    expect([kubernetes.open, clock.pending]).toEqual([0, 0]);
  });

  it('refuses', async () => {
    const { kubernetes, clock } = setUp({ requireToken: 'good' });
    const init = { headers: { Authorization: 'Bearer good' } };
    const status = async (query = '', request: RequestInit = init) =>
      (await get(kubernetes, query, request)).status;

    expect(await status('', {})).toBe(401);
    expect(await status('', { headers: { Authorization: 'Bearer bad' } })).toBe(401);
    expect(await status()).toBe(200);
    expect(await status('labelSelector=a b')).toBe(400);
    expect(await status('continue=x')).toBe(400);
    expect(await status('watch=true&resourceVersion=x')).toBe(400);
    expect(await status('', { ...init, method: 'DELETE' })).toBe(405);
    expect((await kubernetes.handle(new Request('http://k8s.test/api', init))).status).toBe(404);

    kubernetes.throttle(3);
    clock.advance(1000);
    const throttled = await get(kubernetes, '', init);

    expect([throttled.status, throttled.headers.get('Retry-After')]).toEqual([429, '2']);

    clock.advance(2000);
    kubernetes.failWith(500);

    expect(await status()).toBe(500);

    kubernetes.failWith(undefined);
    kubernetes.forbid = true;

    expect(await status()).toBe(403);
  });

  it('makes slices of endpoints, and takes away those that are no more', async () => {
    const { kubernetes } = setUp();
    kubernetes.setEndpoints('orders', [
      { address: '10.0.0.1', port: 80 },
      { address: '10.0.0.2', port: 80, ready: false, uid: 'u', zone: 'a' },
      { address: 'fd00::1', port: 80 },
      { address: 'db.test', port: 443, portName: 'https', version: '2' },
    ]);

    expect(namesOf(await list(kubernetes))).toEqual([
      'orders-fqdn-443-https-v2',
      'orders-ipv4-80-http',
      'orders-ipv6-80-http',
    ]);

    kubernetes.setEndpoints('orders', [{ address: '10.0.0.2', port: 80, uid: 'u', zone: 'a' }]);
    const { items } = await list(kubernetes);

    expect(items).toEqual([
      expect.objectContaining({
        addressType: 'IPv4',
        endpoints: [
          {
            addresses: ['10.0.0.2'],
            conditions: {},
            zone: 'a',
            targetRef: { kind: 'Pod', name: 'pod-u', uid: 'u' },
          },
        ],
        ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
      }),
    ]);
  });
});
