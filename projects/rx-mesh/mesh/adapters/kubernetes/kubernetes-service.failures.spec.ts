import { TestBed } from '@angular/core/testing';
import { ManualPage } from 'rx-mesh/testing';
import {
  kubernetesWorld,
  endpointsAt,
  watchKubernetes,
} from '../../../spec-support/kubernetes-world';
import { RegistryRequestError } from '../registry/registry-errors';
import { KubernetesService } from './kubernetes-service';

describe(`${KubernetesService.name} when something fails`, () => {
  it('lists again when its version is forgotten, and takes what is gone for gone', async () => {
    const world = kubernetesWorld();
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    world.kubernetes.setEndpoints('users', endpointsAt(2));
    const { urls, stop } = await watchKubernetes(world);
    world.web.down = true;
    world.kubernetes.breakConnections();
    world.kubernetes.setEndpoints('orders', []);
    world.kubernetes.setEndpoints('users', endpointsAt(2, 3));
    world.kubernetes.compact();
    await world.tick();
    world.web.down = false;
    await world.tick(1000);
    await world.tick();

    expect(urls()).toEqual(['http://10.0.0.2', 'http://10.0.0.3']);
    expect(world.asked()).toEqual(['list', 'watch 3', 'watch 3', 'list', 'watch 5']);

    stop();
  });

  it('does the same when 410 is the status of the answer', async () => {
    const world = kubernetesWorld({ watchTimeout: 60_000 });
    const { stop } = await watchKubernetes(world);
    world.kubernetes.failWith(410);
    world.kubernetes.endWatches();
    await world.tick(0);
    await world.tick(0);
    world.kubernetes.failWith(undefined);
    await world.tick(2000);

    expect(world.asked().slice(0, 4)).toEqual(['list', 'watch 1', 'watch 1', 'list']);
    expect(world.asked().at(-1)).toBe('watch 1');

    stop();
  });

  it('begins a list anew, in one piece, when its next page has expired', async () => {
    const world = kubernetesWorld({ limit: 1 });
    for (const name of ['a', 'b']) world.kubernetes.setEndpoints(name, endpointsAt(1));
    const expiring = jest.fn(async (request: Request) => {
      if (request.url.includes('continue=')) world.kubernetes.compact();
      return world.kubernetes.handle(request);
    });
    world.web.host('http://k8s.test', expiring);
    const { snapshots, stop } = await watchKubernetes(world);

    expect(world.asked()).toEqual(['list', 'list 3.a-ipv4-80-http', 'list', 'watch 3']);
    expect(world.web.requests[2]?.url).not.toContain('limit=');
    expect(snapshots[0]?.size).toBe(2);
    expect(world.diagnostics.codes).toEqual([]);

    stop();
  });

  it('waits as long as a server asks that does not know a version yet', async () => {
    const world = kubernetesWorld();
    const late = {
      kind: 'Status',
      code: 504,
      message: 'Too large resource version: 9, current: 8',
      details: { retryAfterSeconds: 5, causes: [{ reason: 'ResourceVersionTooLarge' }] },
    };
    let answers = 0;
    world.web.host('http://k8s.test', async (request) =>
      answers++ === 0 ? Response.json(late, { status: 504 }) : world.kubernetes.handle(request),
    );
    const { snapshots, stop } = await watchKubernetes(world);
    await world.tick(4999);

    expect(world.asked()).toEqual(['list']);

    await world.tick(1);

    expect(world.asked()).toEqual(['list', 'list', 'watch 1']);
    expect(snapshots).toHaveLength(1);

    stop();
  });

  it('lists again when a watch is told that its version is too large', async () => {
    const world = kubernetesWorld();
    const { stop } = await watchKubernetes(world);
    world.kubernetes.sendError(504, 'Timeout', 'Too large resource version: 9');
    await world.tick();
    await world.tick(1000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'list', 'watch 1']);

    stop();
  });

  it('takes what came before an error of a watch, and lists again after a rest', async () => {
    const world = kubernetesWorld();
    const { urls, stop } = await watchKubernetes(world);
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    world.kubernetes.sendError(500, 'InternalError', 'etcd is gone');
    await world.tick();

    expect(urls()).toEqual(['http://10.0.0.1']);
    expect(world.asked()).toEqual(['list', 'watch 1']);
    expect(world.diagnostics.records).toEqual([
      expect.objectContaining({
        code: 'RXM306',
        message: expect.stringContaining('kubernetes answered 500 "etcd is gone"') as unknown,
      }),
    ]);

    await world.tick(1000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'list', 'watch 2']);

    stop();
  });

  it('asks for the token again each time, and goes on when it is right', async () => {
    const tokens = ['old', 'old', 'new', 'new'];
    const world = kubernetesWorld({ token: () => tokens.shift() ?? 'new' });
    world.kubernetes.requireToken = 'old';
    const { snapshots, stop } = await watchKubernetes(world);
    world.kubernetes.requireToken = 'new';
    world.kubernetes.endWatches();
    await world.tick();
    await world.tick(1000);

    expect(snapshots.length).toBeGreaterThan(0);
    expect(world.web.requests.map(({ headers }) => headers.get('Authorization'))).toEqual([
      'Bearer old',
      'Bearer old',
      'Bearer new',
    ]);

    world.kubernetes.requireToken = 'newest';
    world.kubernetes.endWatches();
    await world.tick(2000);
    await world.tick();

    expect(world.diagnostics.records[0]?.message).toContain('give a valid token');
    expect(JSON.stringify(world.diagnostics.records)).not.toContain('Bearer');

    stop();
  });

  it('goes on after a token that is none, and does not repeat it', async () => {
    let token = 'bad\ntoken';
    const world = kubernetesWorld({ token: () => token });
    const { snapshots, stop } = await watchKubernetes(world);

    expect(world.asked()).toEqual([]);
    expect(world.diagnostics.records[0]?.message).toContain('KubernetesOptions.token is "***"');

    token = ' good\n';
    await world.tick(1000);

    expect(snapshots).toHaveLength(1);
    expect(world.web.requests[0]?.headers.get('Authorization')).toBe('Bearer good');

    stop();
  });

  it('stops when it is forbidden, and says what is needed', async () => {
    const world = kubernetesWorld({ namespace: 'shop' });
    world.kubernetes.forbid = true;
    const { errors } = await watchKubernetes(world);

    expect(errors).toEqual([expect.any(RegistryRequestError)]);
    expect(String(errors[0])).toContain(
      'answered 403 "endpointslices is forbidden": let the service account get, list and watch endpointslices of the API group discovery.k8s.io in the namespace shop',
    );
    expect([world.asked(), world.clock.pending, world.web.open]).toEqual([['list'], 0, 0]);

    world.kubernetes.forbid = false;
    const again = await watchKubernetes(world);

    expect(again.snapshots).toHaveLength(1);

    again.stop();
  });

  it('keeps away for as long as it is asked to', async () => {
    const world = kubernetesWorld();
    world.kubernetes.throttle(20);
    const { snapshots, stop } = await watchKubernetes(world);
    await world.tick(19_999);

    expect(world.asked()).toEqual(['list']);

    await world.tick(1);

    expect(snapshots).toHaveLength(1);

    stop();
  });

  it('rests longer and longer while there is no network, tells it once, and resumes', async () => {
    const world = kubernetesWorld();
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    const { urls, snapshots, stop } = await watchKubernetes(world);
    world.web.down = true;
    world.kubernetes.breakConnections();
    await world.tick();
    for (let second = 0; second < 60; second++) await world.tick(1000);

    expect(world.asked().length).toBeLessThan(9);
    expect(world.diagnostics.codes).toEqual(['RXM306']);
    expect(snapshots).toHaveLength(1);

    world.kubernetes.setEndpoints('orders', endpointsAt(2));
    world.web.down = false;
    await world.tick(30_000);

    expect(urls()).toEqual(['http://10.0.0.2']);
    expect(world.asked().filter((what) => what === 'list')).toHaveLength(1);

    world.kubernetes.failWith(500);
    world.kubernetes.endWatches();
    await world.tick(1000);
    await world.tick(1000);

    expect(world.diagnostics.codes).toEqual(['RXM306', 'RXM306']);

    stop();
  });

  it('takes a connection up again that broke after a while, without a word', async () => {
    const world = kubernetesWorld();
    const { stop } = await watchKubernetes(world);
    await world.tick(20_000);
    world.kubernetes.breakConnections();
    await world.tick();
    await world.tick(1000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 1']);
    expect(world.diagnostics.codes).toEqual([]);

    stop();
  });

  it('asks nothing while the page is offline', async () => {
    const world = kubernetesWorld();
    const page = TestBed.inject(ManualPage);
    page.goOffline();
    const { stop } = await watchKubernetes(world);

    expect(world.asked()).toEqual([]);

    page.goOnline();
    await world.tick();

    expect(world.asked()).toEqual(['list', 'watch 1']);

    stop();
  });
});
