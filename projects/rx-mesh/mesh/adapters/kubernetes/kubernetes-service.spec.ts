import { TestBed } from '@angular/core/testing';
import { NEVER } from 'rxjs';
import { byService } from '../../../spec-support/contracts/fake-registry-source';
import { describeLiveRegistrySource } from '../../../spec-support/contracts/registry-source';
import {
  kubernetesWorld,
  endpointsAt,
  watchKubernetes,
} from '../../../spec-support/kubernetes-world';
import { settled } from '../../../spec-support/settled';
import type { ServiceInstance } from '../../service-instance';
import { LongPollSlots } from '../registry/long-poll-slots';
import type { KubernetesOptions } from './kubernetes-options';
import { KubernetesService } from './kubernetes-service';

// One after the other, for a contract makes a source and then an injector of its own.
describeLiveRegistrySource(KubernetesService.name, (world) => {
  const { service, kubernetes, web, tick } = kubernetesWorld({
    instanceUrl: ({ service: name, id }) => `https://${id}.test/${name}`,
  });
  TestBed.resetTestingModule();
  const known = new Set<string>();
  const change = (instances: readonly ServiceInstance[]) => {
    const services = byService(instances);
    for (const name of [...services.keys()]) known.add(name);
    for (const name of known) {
      const endpoints = (services.get(name) ?? []).map(({ id, health }, index) => ({
        address: `10.0.0.${index + 1}`,
        port: 80,
        uid: id,
        ready: health !== 'unhealthy',
        terminating: health === 'unhealthy',
      }));
      kubernetes.setEndpoints(name, endpoints);
    }
  };
  change(world);
  return { source: service, change, open: () => web.open, settle: tick };
});

describe(KubernetesService.name, () => {
  it('lists once, then watches from there', async () => {
    const world = kubernetesWorld({
      namespace: 'default',
      services: ['orders', 'users'],
      token: 'secret',
    });
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    world.kubernetes.setEndpoints('carts', endpointsAt(9));
    const { urls, snapshots, stop } = await watchKubernetes(world);

    expect(urls()).toEqual(['http://10.0.0.1']);

    const [list, watch] = world.web.requests.map(({ url }) => new URL(url));

    expect(world.web.requests).toHaveLength(2);
    expect(list?.pathname).toBe('/api/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
    expect(Object.fromEntries(list?.searchParams ?? [])).toEqual({
      labelSelector: 'kubernetes.io/service-name in (orders,users)',
      limit: '500',
    });
    expect(Object.fromEntries(watch?.searchParams ?? [])).toMatchObject({
      labelSelector: 'kubernetes.io/service-name in (orders,users)',
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '3',
    });
    expect(world.web.requests.map(({ headers }) => headers.get('Authorization'))).toEqual([
      'Bearer secret',
      'Bearer secret',
    ]);

    world.kubernetes.setEndpoints('users', endpointsAt(2));
    world.kubernetes.setEndpoints('carts', []);
    await world.tick();

    expect(urls()).toEqual(['http://10.0.0.1', 'http://10.0.0.2']);
    expect(snapshots).toHaveLength(2);

    stop();
    await settled();

    expect([world.web.open, world.kubernetes.open, world.clock.pending]).toEqual([0, 0, 0]);
  });

  it.each<[Partial<KubernetesOptions>, string]>([
    [{}, 'kubernetes.io/service-name'],
    [{ services: ['a'] }, 'kubernetes.io/service-name=a'],
    [{ services: { own: 'a', other: 'a' } }, 'kubernetes.io/service-name=a'],
    [{ services: ['a'], labelSelector: 'x!=y' }, 'kubernetes.io/service-name=a,x!=y'],
    [
      { services: Array.from({ length: 900 }, (_, index) => `service-${index}`) },
      'kubernetes.io/service-name',
    ],
  ])('selects %p by labels', async (options, selector) => {
    const world = kubernetesWorld(options);
    const { stop } = await watchKubernetes(world);

    expect(
      world.web.requests.map(({ url }) => new URL(url).searchParams.get('labelSelector')),
    ).toEqual([selector, selector]);

    stop();
  });

  it('calls services as the application does, also one that it knows by two names', async () => {
    const world = kubernetesWorld({ services: { orders: 'orders-svc', cart: 'orders-svc' } });
    world.kubernetes.setEndpoints('orders-svc', endpointsAt(1));
    const { snapshots, stop } = await watchKubernetes(world);

    expect([...(snapshots[0]?.keys() ?? [])]).toEqual(['orders', 'cart']);

    stop();
  });

  it('reads a list page by page', async () => {
    const world = kubernetesWorld({ limit: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      world.kubernetes.setEndpoints(name, endpointsAt(1));
    const { snapshots, stop } = await watchKubernetes(world);

    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]?.size).toBe(5);
    expect(world.asked()).toEqual([
      'list',
      'list 6.b-ipv4-80-http',
      'list 6.d-ipv4-80-http',
      'watch 6',
    ]);

    stop();
  });

  it('resumes where it was when its time is over, without reading the list again', async () => {
    const world = kubernetesWorld({ watchTimeout: 60_000 });
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    const { snapshots, stop } = await watchKubernetes(world);
    world.kubernetes.setEndpoints('orders', endpointsAt(2));
    await world.tick(60_000);
    await world.tick();

    expect(world.asked()).toEqual(['list', 'watch 2', 'watch 3']);
    expect(new URL(world.web.requests[2]?.url ?? '').searchParams.get('timeoutSeconds')).toBe('60');

    world.kubernetes.setEndpoints('orders', endpointsAt(3));
    await world.tick();

    expect(snapshots.at(-1)?.get('orders')?.[0]?.url).toBe('http://10.0.0.3');

    stop();
  });

  it('tells the same snapshot again when it is confirmed', async () => {
    const world = kubernetesWorld({ watchTimeout: 60_000 });
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    const flat: unknown[] = [];
    world.service.watchServices().subscribe((instances) => flat.push(instances));
    const { snapshots, stop } = await watchKubernetes(world);
    world.kubernetes.bookmark();
    await world.tick();
    await world.tick(60_000);

    expect(snapshots.length).toBeGreaterThan(2);
    expect(new Set(snapshots).size).toBe(1);
    expect(flat).toEqual([[expect.objectContaining({ id: 'orders@10.0.0.1:80' })]]);
    expect(world.service.lease).toBe(120_000);

    stop();
  });

  it('watches from five to ten minutes, each time another while', async () => {
    const world = kubernetesWorld();
    const { stop } = await watchKubernetes(world);
    const seconds = () =>
      Number(new URL(world.web.requests.at(-1)?.url ?? '').searchParams.get('timeoutSeconds'));
    const first = seconds();
    await world.tick(first * 1000);
    await world.tick();

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 1']);
    expect(seconds()).not.toBe(first);
    for (const each of [first, seconds()]) {
      expect(each).toBeGreaterThanOrEqual(300);
      expect(each).toBeLessThanOrEqual(600);
    }
    expect(world.service.lease).toBe(660_000);

    stop();
  });

  it('shares one watch among its subscribers', async () => {
    const world = kubernetesWorld();
    const one = await watchKubernetes(world);
    const two = await watchKubernetes(world);

    expect(world.asked()).toEqual(['list', 'watch 1']);
    expect(two.snapshots[0]).toBe(one.snapshots[0]);

    one.stop();
    await settled();

    expect(world.web.open).toBe(1);

    two.stop();
    await settled();

    expect(world.web.open).toBe(0);
  });

  it('waits for a connection, and lets others have it soon', async () => {
    const world = kubernetesWorld();
    const slots = TestBed.inject(LongPollSlots);
    const others = Array.from({ length: 4 }, () =>
      slots.hold('http://k8s.test/', NEVER).subscribe(),
    );
    const { stop } = await watchKubernetes(world);

    expect(world.asked()).toEqual(['list']);

    slots.hold('http://k8s.test/', NEVER).subscribe();
    for (const other of others.slice(0, 2)) other.unsubscribe();
    await world.tick();

    expect(world.asked()).toEqual(['list', 'watch 1']);
    expect(new URL(world.web.requests[1]?.url ?? '').searchParams.get('timeoutSeconds')).toBe('30');

    stop();
  });

  it('takes what a label no longer fits for gone', async () => {
    const world = kubernetesWorld({ services: ['orders'] });
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    const { snapshots, stop } = await watchKubernetes(world);
    const labels = { 'kubernetes.io/service-name': 'users' };
    world.kubernetes.apply({ metadata: { name: 'orders-ipv4-80-http', labels } });
    await world.tick();

    expect(snapshots.at(-1)?.size).toBe(0);

    stop();
  });

  it('leaves out what cannot be used, and says so once until all is well', async () => {
    const world = kubernetesWorld();
    const bad = [{ address: '169.254.169.254', port: 80 }];
    world.kubernetes.setEndpoints('orders', [...endpointsAt(1), ...bad]);
    const { urls, stop } = await watchKubernetes(world);
    world.kubernetes.setEndpoints('users', endpointsAt(2));
    await world.tick();

    expect(urls()).toEqual(['http://10.0.0.1', 'http://10.0.0.2']);
    expect(world.diagnostics.records).toEqual([
      expect.objectContaining({ code: 'RXM305', source: 'KubernetesService', severity: 'warning' }),
    ]);

    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    await world.tick();
    world.kubernetes.setEndpoints('orders', bad);
    await world.tick();

    expect(world.diagnostics.codes).toEqual(['RXM305', 'RXM305']);

    stop();
  });

  it('leaves out what has no URL', async () => {
    const world = kubernetesWorld({
      instanceUrl: ({ address }) => (address === '10.0.0.1' ? '/a' : undefined),
    });
    world.kubernetes.setEndpoints('orders', endpointsAt(1, 2));
    const { urls, stop } = await watchKubernetes(world);

    expect(urls()).toEqual(['/a']);
    expect(world.diagnostics.codes).toEqual([]);

    stop();
  });
});
