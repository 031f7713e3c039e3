import {
  kubernetesWorld,
  endpointsAt,
  watchKubernetes,
} from '../../../spec-support/kubernetes-world';
import { settled } from '../../../spec-support/settled';
import { KubernetesService } from './kubernetes-service';

const isWatch = ({ url }: Request) => url.includes('watch=true');

describe(`${KubernetesService.name} and its watch`, () => {
  it('gives a silent watch up after its time and resumes; after two of them it lists again', async () => {
    const world = kubernetesWorld({ watchTimeout: 60_000 });
    world.kubernetes.hang();
    const { stop } = await watchKubernetes(world);
    await world.tick(89_999);

    expect(world.asked()).toEqual(['list', 'watch 1']);
    expect(world.web.open).toBe(1);

    await world.tick(1);
    await world.tick(1000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 1']);

    world.kubernetes.hang(false);
    await world.tick(90_000);
    await world.tick(1000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 1', 'list', 'watch 1']);
    expect(world.diagnostics.codes).toEqual([]);

    stop();
    await settled();

    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('lets a watch live as long as it says something', async () => {
    const world = kubernetesWorld({ watchTimeout: 60_000, idleTimeout: 20_000 });
    const { stop } = await watchKubernetes(world);
    for (let second = 0; second < 59; second += 15) {
      await world.tick(15_000);
      world.kubernetes.bookmark();
      await world.tick();
    }

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 1']);

    await world.tick(19_000);

    expect(world.web.open).toBe(1);

    stop();
  });

  it('rests more and more between watches that end as soon as they begin', async () => {
    const world = kubernetesWorld();
    const closed = new Response('');
    world.web.host('http://k8s.test', async (request) =>
      isWatch(request) ? closed.clone() : world.kubernetes.handle(request),
    );
    const { snapshots, stop } = await watchKubernetes(world);
    for (let second = 0; second < 60; second++) await world.tick(1000);

    expect(world.asked().length).toBeGreaterThan(4);
    expect(world.asked().length).toBeLessThan(12);
    expect(world.asked().filter((what) => what === 'list')).toHaveLength(1);
    expect(snapshots).toHaveLength(1);

    stop();
    await settled();

    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('does not run in circles when each version is forgotten at once', async () => {
    const world = kubernetesWorld();
    world.web.host('http://k8s.test', async (request) =>
      isWatch(request)
        ? new Response('{"type":"ERROR","object":{"code":410}}\n')
        : world.kubernetes.handle(request),
    );
    const { errors, stop } = await watchKubernetes(world);
    for (let second = 0; second < 60; second++) await world.tick(1000);

    expect(world.asked().length).toBeLessThan(24);
    expect(errors).toEqual([]);

    stop();
  });

  it('says once that a proxy holds the watch back', async () => {
    const world = kubernetesWorld({ watchTimeout: 10_000 });
    world.web.host('http://k8s.test', async (request) => {
      const answer = await world.kubernetes.handle(request);
      return new Response(await answer.text(), answer);
    });
    const { urls, stop } = await watchKubernetes(world);
    await world.tick(10_000);

    expect(world.diagnostics.codes).toEqual([]);

    for (const host of [1, 2]) {
      await world.tick(2000);
      world.kubernetes.setEndpoints('orders', endpointsAt(host));
      await world.tick(8000);
    }

    expect(urls()).toEqual(['http://10.0.0.2']);
    expect(world.diagnostics.records).toEqual([
      expect.objectContaining({
        code: 'RXM309',
        severity: 'warning',
        message: expect.stringContaining('proxy_buffering off') as unknown,
      }),
    ]);
    expect(world.asked().slice(0, 3)).toEqual(['list', 'watch 1', 'watch 1']);

    stop();
  });

  it('does not take a late change for a proxy', async () => {
    const world = kubernetesWorld({ watchTimeout: 10_000 });
    const { stop } = await watchKubernetes(world);
    await world.tick(9500);
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    await world.tick();
    await world.tick(500);

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 2']);
    expect(world.diagnostics.codes).toEqual([]);

    stop();
  });

  it('learns a shorter watch from a proxy that gives up on it', async () => {
    const world = kubernetesWorld();
    const { clock } = world;
    world.web.host('http://k8s.test', async (request) => {
      if (!isWatch(request)) return world.kubernetes.handle(request);
      const late = new Promise<Response>((resolve) => {
        clock.scheduler.schedule(() => resolve(new Response('', { status: 504 })), 60_000);
      });
      return Promise.race([world.kubernetes.handle(request).then(async () => late), late]);
    });
    const { stop } = await watchKubernetes(world);
    await world.tick(60_000);
    await world.tick(1000);
    const last = new URL(world.web.requests.at(-1)?.url ?? '').searchParams;

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 1']);
    expect(last.get('timeoutSeconds')).toBe('48');

    stop();
  });

  it('skips a line that cannot be read, says so once, and soon lists again', async () => {
    const world = kubernetesWorld();
    const { urls, stop } = await watchKubernetes(world);
    world.kubernetes.send('{"type":"ADDED","object":{"metad\n');
    world.kubernetes.setEndpoints('orders', endpointsAt(1));
    world.kubernetes.send('nonsense\n');
    await world.tick();

    expect(urls()).toEqual(['http://10.0.0.1']);
    expect(world.diagnostics.codes).toEqual(['RXM305']);

    await world.tick(10_000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'list', 'watch 2']);
    expect(world.kubernetes.open).toBe(1);

    world.kubernetes.send('nonsense\n');
    world.kubernetes.endWatches();
    await world.tick();

    expect(world.asked().slice(4)).toEqual(['list', 'watch 2']);
    expect(world.diagnostics.codes).toEqual(['RXM305', 'RXM305']);

    stop();
    await settled();

    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('takes the last line without an end, and forgives one that is cut off', async () => {
    const world = kubernetesWorld();
    const { urls, stop } = await watchKubernetes(world);
    const slice = {
      metadata: {
        name: 'a',
        namespace: 'default',
        resourceVersion: '7',
        labels: { 'kubernetes.io/service-name': 'a' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'] }],
      ports: [{ port: 80 }],
    };
    await world.tick(2000);
    world.kubernetes.send(JSON.stringify({ type: 'ADDED', object: slice }));
    world.kubernetes.endWatches();
    await world.tick();

    expect(urls()).toEqual(['http://10.0.0.1']);

    world.kubernetes.send('{"type":"MODIF');
    world.kubernetes.endWatches();
    await world.tick();

    expect(world.asked()).toEqual(['list', 'watch 1', 'watch 7', 'watch 7']);
    expect(world.diagnostics.codes).toEqual([]);

    stop();
  });

  it('lists again after a line that is too long', async () => {
    const world = kubernetesWorld();
    const { stop } = await watchKubernetes(world);
    world.kubernetes.send('x'.repeat(4 * 1024 * 1024 + 1));
    await world.tick();
    await world.tick(1000);

    expect(world.asked()).toEqual(['list', 'watch 1', 'list', 'watch 1']);
    expect(world.diagnostics.codes).toEqual(['RXM306']);
    expect(world.kubernetes.open).toBe(1);

    stop();
  });

  it.each([
    ['no JSON', 'oops', 'no JSON'],
    ['no list', '{}', 'no list'],
    ['a text', '"x"', 'no list'],
    ['a list without a version', '{"items":[]}', 'a list without a version'],
    ['version 0', '{"items":null,"metadata":{"resourceVersion":"0"}}', 'without a version'],
    ['no end', '{"items":[],"metadata":{"resourceVersion":"1","continue":"x"}}', '1000 pages'],
  ])('does not take %s for a list', async (_, text, told) => {
    const world = kubernetesWorld();
    world.web.host('http://k8s.test', async () => Promise.resolve(new Response(text)));
    const { snapshots, stop } = await watchKubernetes(world);
    while (world.diagnostics.codes.length === 0) await settled();

    expect(snapshots).toEqual([]);
    expect(world.diagnostics.records[0]?.message).toContain(told);
    expect(world.diagnostics.codes).toEqual(['RXM306']);

    stop();
  });

  it('skips what is no slice in a list', async () => {
    const world = kubernetesWorld();
    world.web.host('http://k8s.test', async (request) =>
      isWatch(request)
        ? world.kubernetes.handle(request)
        : Response.json({ items: [null, 7, {}], metadata: { resourceVersion: '1' } }),
    );
    const { snapshots, stop } = await watchKubernetes(world);

    expect(snapshots[0]?.size).toBe(0);
    expect(world.diagnostics.codes).toEqual(['RXM305']);

    stop();
  });
});
