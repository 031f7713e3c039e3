import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { anInstance } from '../../spec-support/contracts/fake-registry-source';
import { ProbeVerdicts } from '../health/probe-verdicts';
import { LoadBalancerService } from '../load-balancer-service';
import { ServiceMeshService } from '../service-mesh-service';
import { ServiceRegistry } from '../service-registry';
import { withServiceMesh } from '../with-service-mesh';
import { CallGraph } from './call-graph';
import type { ServiceTopology } from './service-topology';

const A = { name: 'orders', id: 'a' };

const setUp = () => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withServiceMesh({ name: 'shop', strategy: 'round-robin' }).ɵproviders,
    ],
  });
  const registry = TestBed.inject(ServiceRegistry);
  for (const id of ['a', 'b']) {
    registry.register(anInstance('orders', id, { version: '1', metadata: { zone: 'eu' } }));
  }
  const clock = TestBed.inject(ManualClock);
  const call = (
    outcome: 'success' | 'failure' | 'cancelled',
    took: number,
    from?: string,
  ): void => {
    TestBed.inject(LoadBalancerService)
      .lease('orders', { from })
      .subscribe((lease) => {
        lease.start();
        clock.advance(took);
        lease.done(outcome);
      });
  };
  return { call, clock, mesh: TestBed.inject(ServiceMeshService), registry };
};

describe('the topology of the mesh', () => {
  it('shows what runs at once, and after each change', () => {
    const { mesh, registry } = setUp();
    const seen: ServiceTopology[] = [];
    mesh.serviceTopology$.subscribe((topology) => seen.push(topology));
    registry.register(anInstance('users', 'u'));

    expect(seen[0]?.services).toEqual([
      {
        name: 'orders',
        instances: ['a', 'b'].map((id) => ({
          id,
          url: `https://${id}.test/orders`,
          version: '1',
          zone: 'eu',
          weight: 1,
          health: 'healthy',
          ejected: false,
          inFlight: 0,
          latency: undefined,
          sources: ['ServiceRegistry.register'],
        })),
      },
    ]);
    expect(seen.at(-1)?.services.map(({ name }) => name)).toEqual(['orders', 'users']);
  });

  it('counts who calls whom while somebody watches, and tells each second', () => {
    const { call, clock, mesh } = setUp();
    call('failure', 10);
    const seen: ServiceTopology[] = [];
    const watching = mesh.serviceTopology$.subscribe((topology) => seen.push(topology));
    for (let turn = 0; turn < 8; turn++) call('success', 100);
    call('failure', 100, 'checkout');
    call('cancelled', 100);
    clock.advance(9000);

    expect(seen.at(-1)?.calls).toEqual([
      {
        from: 'checkout',
        to: 'orders',
        rate: expect.closeTo(0.11, 1) as number,
        errorRate: 1,
        latency: { p50: 100, p95: 100, p99: 100 },
        calls: 1,
      },
      {
        from: 'shop',
        to: 'orders',
        rate: expect.closeTo(0.8, 1) as number,
        errorRate: 0,
        latency: {
          p50: expect.closeTo(100, 0) as number,
          p95: expect.closeTo(100, 0) as number,
          p99: expect.closeTo(100, 0) as number,
        },
        calls: 8,
      },
    ]);

    const told = seen.length;
    clock.advance(3000);

    expect(seen).toHaveLength(told + 3);

    watching.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('draws one picture for all who watch', () => {
    const { clock, mesh } = setUp();
    mesh.serviceTopology$.subscribe();
    mesh.serviceTopology$.subscribe();

    expect(clock.pending).toBe(1);
  });

  it('shows health as calls find it', () => {
    const { call, mesh, registry } = setUp();
    const healthOf = (id: string) =>
      mesh.serviceTopology().services[0]?.instances.find((each) => each.id === id);
    TestBed.inject(ProbeVerdicts).set(A, {
      health: 'unhealthy',
      at: 0,
      took: 1,
      ok: false,
      passed: false,
    });

    expect(healthOf('a')).toMatchObject({ health: 'unhealthy', ejected: false });

    TestBed.inject(ProbeVerdicts).delete(A);
    registry.register(anInstance('orders', 'a', { health: 'unknown' }));
    TestBed.inject(ProbeVerdicts).set(A, {
      health: 'healthy',
      at: 0,
      took: 1,
      ok: true,
      passed: true,
    });

    expect(healthOf('a')?.health).toBe('healthy');

    for (let turn = 0; turn < 6; turn++) call('failure', 1);
    const ejected = mesh.serviceTopology().services[0]?.instances.filter((each) => each.ejected);

    expect(ejected).toHaveLength(1);
    expect(ejected?.[0]?.health).toBe('unhealthy');
  });
});

describe(CallGraph.name, () => {
  it('forgets what is older than a minute', () => {
    const clock = new ManualClock();
    const graph = new CallGraph(clock);
    graph.record('app', 'orders', 'failure', 900);
    clock.advance(61_000);
    graph.record('app', 'orders', 'success', 10);

    expect(graph.edges()[0]).toMatchObject({
      errorRate: 0,
      calls: 2,
      latency: { p99: expect.closeTo(10, 0) as number },
    });
  });

  it('tells no latency of what was long ago', () => {
    const clock = new ManualClock();
    const graph = new CallGraph(clock);
    graph.record('app', 'orders', 'success', 900);
    clock.advance(600_000);

    expect(graph.edges()[0]).toMatchObject({ rate: 0, latency: { p50: 0, p99: 0 } });
  });

  it('holds at most five hundred pairs', () => {
    const graph = new CallGraph(new ManualClock());
    for (let i = 0; i < 600; i++) graph.record(`part-${i}`, 'orders', 'success', 1);
    graph.record('part-0', 'orders', 'success', 1);

    expect(graph.edges()).toHaveLength(500);
    expect(graph.edges().find(({ from }) => from === 'part-0')?.calls).toBe(2);
  });

  it('counts a call whose time is not known, but no time for it', () => {
    const graph = new CallGraph(new ManualClock());
    graph.record('app', 'orders', 'failure', undefined);

    expect(graph.edges()[0]).toMatchObject({ calls: 1, latency: { p50: 0, p95: 0, p99: 0 } });
  });
});
