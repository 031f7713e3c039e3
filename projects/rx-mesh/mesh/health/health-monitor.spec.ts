import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import { settled } from '../../spec-support/settled';
import { REGISTRY_FETCH } from '../adapters/registry/registry-request';
import { LoadBalancerService } from '../load-balancer-service';
import { ServiceRegistry } from '../service-registry';
import { HealthMonitor } from './health-monitor';
import type { HealthCheckOptions } from './health-options';
import { ProbeVerdicts } from './probe-verdicts';
import { withHealthChecks } from './with-health-checks';

const A = anInstance('orders', 'a');
const B = anInstance('orders', 'b');
const U = anInstance('users', 'u');

const setUp = (options: HealthCheckOptions = {}) => {
  const web = new FakeWeb();
  const answers = new Map<string, () => Promise<Response> | Response>();
  for (const { id, url } of [A, B, U]) {
    web.host(new URL(url).origin, async () => (answers.get(id) ?? (() => new Response('{}')))());
  }
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withHealthChecks(options).ɵproviders,
      { provide: REGISTRY_FETCH, useValue: web.fetch },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(500, left));
      await settled();
    }
  };
  const asked = (id: string) =>
    web.requests.filter(({ url }) => url.startsWith(`https://${id}.test/`)).length;
  return {
    web,
    answers,
    asked,
    clock,
    pass,
    registry: TestBed.inject(ServiceRegistry),
    verdicts: TestBed.inject(ProbeVerdicts),
  };
};

describe(HealthMonitor.name, () => {
  it('asks each instance within a period, then once a period, at its health path', async () => {
    const { asked, pass, registry, verdicts, web } = setUp({ path: '/live', period: 5000 });
    [A, U].forEach((each) => registry.register(each));
    await pass(5000);

    expect([asked('a'), asked('u')]).toEqual([1, 1]);
    expect(web.requests[0]?.url).toMatch(/\/(orders|users)\/live$/);
    expect([...(web.requests[0]?.headers.keys() ?? [])]).toEqual([]);
    expect(verdicts.of(A)).toMatchObject({ health: 'healthy', passed: true });

    await pass(50_000);

    expect(asked('a')).toBeGreaterThanOrEqual(9);
    expect(asked('a')).toBeLessThanOrEqual(12);
  });

  it('finds an instance unhealthy after two bad probes, and healthy after one good one', async () => {
    const { answers, pass, registry, verdicts } = setUp({ period: 5000 });
    registry.register(A);
    await pass(5000);
    answers.set('a', () => new Response('', { status: 503 }));
    await pass(6000);

    expect(verdicts.of(A)).toMatchObject({ health: 'healthy', passed: false });

    await pass(6000);

    expect(verdicts.of(A)?.health).toBe('unhealthy');

    answers.delete('a');
    await pass(6000);

    expect(verdicts.of(A)?.health).toBe('healthy');
  });

  it('lets the first probe decide, and cuts off one that hangs', async () => {
    const { answers, pass, registry, verdicts, web } = setUp({ period: 3000, timeout: 1000 });
    answers.set('a', async () => new Promise<Response>(() => undefined));
    registry.register(A);
    await pass(4500);

    expect(verdicts.of(A)).toMatchObject({ health: 'unhealthy', passed: false });
    expect(web.open).toBe(0);
  });

  it('gives an unhealthy instance no calls', async () => {
    const { answers, pass, registry } = setUp({ period: 1000 });
    answers.set('a', () => new Response('', { status: 500 }));
    [A, B].forEach((each) => registry.register(each));
    await pass(2000);
    const ids: string[] = [];
    for (let call = 0; call < 10; call++) {
      TestBed.inject(LoadBalancerService)
        .getServiceInstance('orders', 'round-robin')
        .subscribe(({ id }) => ids.push(id));
    }

    expect(new Set(ids)).toEqual(new Set(['b']));
  });

  it('runs no more probes at once than it may', async () => {
    const { answers, pass, registry, web } = setUp({ period: 10, concurrency: 2, timeout: 900 });
    for (const id of ['a', 'b', 'u']) answers.set(id, async () => new Promise(() => undefined));
    [A, B, U].forEach((each) => registry.register(each));
    await pass(200);

    expect(web.open).toBe(2);

    await pass(1000);

    expect(new Set(web.requests.map(({ url }) => url)).size).toBe(3);
  });

  it('asks only instances of the services that it is for', async () => {
    const { asked, pass, registry, verdicts } = setUp({ services: ['users'], period: 1000 });
    [A, U].forEach((each) => registry.register(each));
    await pass(3000);

    expect(asked('a')).toBe(0);
    expect(asked('u')).toBeGreaterThan(0);
    expect([verdicts.covers('orders'), verdicts.covers('users')]).toEqual([false, true]);
  });

  it('asks nobody while the page is hidden or offline, and believes no probe that an outage cut', async () => {
    const { asked, pass, registry, verdicts, web } = setUp({ period: 1000 });
    const page = TestBed.inject(ManualPage);
    registry.register(A);
    page.hidden = true;
    await pass(5000);

    expect(asked('a')).toBe(0);

    page.hidden = false;
    page.goOffline();
    await pass(5000);

    expect(asked('a')).toBe(0);

    page.goOnline();
    await pass(2000);
    web.down = true;
    page.goOffline();
    await pass(2000);

    expect(verdicts.of(A)?.health).toBe('healthy');
  });

  it('forgets an instance that goes, and asks it anew where its URL changes', async () => {
    const { asked, pass, registry, verdicts } = setUp({ period: 2000 });
    registry.register(A);
    await pass(2000);
    registry.register({ ...A, url: 'https://b.test/orders' });

    expect(verdicts.of(A)).toBeUndefined();

    await pass(2000);

    expect(asked('b')).toBe(1);

    registry.deregister('orders', 'a');
    await pass(10_000);

    expect(verdicts.of(A)).toBeUndefined();
    expect(asked('b')).toBe(1);
  });

  it('asks one machine under each service that it serves, and mixes nothing up', async () => {
    const { answers, pass, registry, verdicts } = setUp({ period: 1000 });
    const pod = { ...A, url: 'https://a.test/orders' };
    registry.register(pod);
    registry.register({ ...pod, name: 'admin', url: 'https://b.test/admin' });
    answers.set('b', () => new Response('', { status: 404 }));
    await pass(3000);

    expect(verdicts.of(pod)?.health).toBe('healthy');
    expect(verdicts.of({ name: 'admin', id: 'a' })?.health).toBe('unhealthy');
  });

  it('does not measure an answer against refusals', async () => {
    const { answers, pass, registry, verdicts } = setUp({ period: 1000 });
    [A, B].forEach((each) => registry.register(each));
    answers.set('b', () => new Response('', { status: 503 }));
    await pass(4000);

    expect(verdicts.of(A)?.passed).toBe(true);
  });

  it('reads each answer to its end', async () => {
    const { answers, pass, registry } = setUp({ period: 1000 });
    let cancelled = 0;
    let read = 0;
    answers.set('a', () => {
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          read++;
          controller.enqueue(new TextEncoder().encode('{}'));
          controller.close();
        },
        cancel: () => {
          cancelled++;
        },
      });
      return new Response(body);
    });
    registry.register(A);
    await pass(2500);

    expect(read).toBeGreaterThan(0);
    expect(cancelled).toBe(0);
  });

  it('waits for somebody who watches, where it is told to', async () => {
    const { asked, clock, pass, registry } = setUp({ period: 1000, eager: false });
    registry.register(A);
    await pass(3000);

    expect(asked('a')).toBe(0);

    const watching = TestBed.inject(HealthMonitor).probing$.subscribe();
    await pass(3000);

    expect(asked('a')).toBeGreaterThan(0);

    watching.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('stops with the application', async () => {
    const { clock, pass, registry, verdicts } = setUp({ period: 1000 });
    registry.register(A);
    await pass(1500);
    TestBed.resetTestingModule();

    expect(clock.pending).toBe(0);
    expect(verdicts.of(A)).toBeUndefined();
    expect(verdicts.covers('orders')).toBe(false);
  });

  it.each([
    [{ path: 'health' }, 'path'],
    [{ path: '//evil' }, 'path'],
    [{ period: 0 }, 'period'],
    [{ timeout: -1 }, 'timeout'],
    [{ unhealthyAfter: 0 }, 'unhealthyAfter'],
    [{ concurrency: 1.5 }, 'concurrency'],
    [{ slowFactor: 1 }, 'slowFactor'],
  ])('refuses %p and names it', (options, name) => {
    expect(() => withHealthChecks(options)).toThrow(`HealthCheckOptions.${name}`);
  });
});
