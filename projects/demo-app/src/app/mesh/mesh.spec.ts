import { HttpBackend, HttpResponse, provideHttpClient } from '@angular/common/http';
import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  REGISTRY_FETCH,
  TRAFFIC_POLICIES,
  provideRxMesh,
  withHealthChecks,
  withRxMeshInterceptors,
  withServiceMesh,
  withStaticServices,
  withTrafficPolicy,
} from 'rx-mesh';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { map, timer } from 'rxjs';
import { setImmediate } from 'node:timers/promises';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { FaultControls } from '../backends/fault-controls';
import { MeshRegistries } from '../backends/mesh-registries';
import { createMockBackends } from '../backends/mock-backends';
import { provideRegistries } from './lazy-registries';
import { Mesh } from './mesh';
import { MeshRules } from './mesh-rules';

const setUp = async () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRegistries(),
      provideRxMesh(
        withStaticServices(CATALOG),
        withServiceMesh({ name: 'shop' }),
        withHealthChecks({ period: 3000, eager: false }),
        withTrafficPolicy(() => inject(MeshRules).policy),
      ),
      { provide: REGISTRY_FETCH, useValue: web.fetch },
      { provide: FaultControls, useFactory: () => new FaultControls(INSTANCES, { seed: 1 }) },
      {
        provide: HttpBackend,
        useFactory: () => {
          const { scheduler } = inject(ManualClock);
          const handle: HttpBackend['handle'] = () =>
            timer(40, scheduler).pipe(map(() => new HttpResponse({ status: 200, body: {} })));
          return { handle };
        },
      },
    ],
  });
  const clock = TestBed.inject(ManualClock);
  const faults = TestBed.inject(FaultControls);
  const backends = [
    ...createMockBackends(faults, clock),
    ...TestBed.inject(MeshRegistries).backends,
  ];
  for (const { handle, origin } of backends) web.host(origin, handle);
  const fixture = TestBed.createComponent(Mesh);
  const host = fixture.nativeElement as HTMLElement;
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      clock.advance(Math.min(250, left));
      for (let turn = 0; turn < 20; turn++) await setImmediate();
    }
    TestBed.tick();
  };
  const press = async (label: string, ms = 3000) => {
    [...host.querySelectorAll('button')]
      .find((one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label)
      ?.click();
    await pass(ms);
  };
  // Angular leaves no blanks between elements, which a reader sees apart.
  const text = (selector: string) =>
    [...host.querySelectorAll(`${selector} *`)]
      .filter(({ children }) => children.length === 0)
      .map(({ textContent }) => textContent.trim())
      .join(' ');
  const badge = (id: string) =>
    [...host.querySelectorAll('app-mesh-instance')]
      .find((each) => each.querySelector('.name')?.textContent === id)
      ?.querySelector('.badge')
      ?.textContent.trim();
  await pass(3000);
  return { badge, clock, faults, fixture, pass, press, text, web };
};

describe(Mesh.name, () => {
  it('shows what each registry says, and whose word is believed', async () => {
    const { text } = await setUp();

    expect(text('[aria-labelledby="source-consul"]')).toContain(
      'orders orders-1 healthy orders-2 healthy orders-3 healthy',
    );
    expect(text('[aria-labelledby="source-eureka"]')).toContain('users users-1 healthy');
    expect(text('[aria-labelledby="source-kubernetes"]')).toContain('inventory inventory-1');
    expect(text('[aria-labelledby="source-static"] .believed')).toBe('rates-1 healthy');
  });

  it('shows services, their instances and who calls them', async () => {
    const { badge, text } = await setUp();

    expect(badge('orders-3')).toBe('Healthy');
    expect(text('[aria-labelledby="mesh-orders"]')).toContain('v2.0.0 · eu');
    expect(text('tbody')).toMatch(/shop orders \d/);
  });

  it('drains an instance in every registry that knows it', async () => {
    const { badge, press, text } = await setUp();
    await press('Drain users-1');

    expect(badge('users-1')).toBe('Drained');
    expect(text('[aria-labelledby="source-eureka"]')).toContain('users-1 unhealthy');
    expect(text('[aria-labelledby="source-kubernetes"]')).not.toContain('users-1');

    await press('Drain orders-1');

    expect(text('[aria-labelledby="source-consul"]')).toContain('orders-1 drained');

    await press('Reset all');

    expect(badge('users-1')).toBe('Healthy');
    expect(text('[aria-labelledby="source-kubernetes"]')).toContain('users-1 healthy');
  });

  it('finds an instance that was killed by its probes, and one that is back', async () => {
    const { badge, press } = await setUp();
    await press('Kill orders-2', 9000);

    expect(badge('orders-2')).toBe('Unhealthy');

    await press('Revive orders-2', 9000);

    expect(badge('orders-2')).toBe('Healthy');
  });

  it('slows an instance down and lets it be quick again', async () => {
    const { faults, press } = await setUp();
    await press('Slow down orders-1', 250);

    expect(faults.of('orders-1').latency.median).toBe(600);

    await press('Speed up orders-1', 250);

    expect(faults.of('orders-1').latency.median).toBe(60);
  });

  it('gives an instance another weight, by way of its registry', async () => {
    const { press, text } = await setUp();
    await press('Weight 1 of orders-1');

    expect(text('[aria-labelledby="mesh-orders"]')).toContain('Weight 2');

    await press('Weight 2 of orders-1', 250);
    await press('Weight 5 of orders-1', 250);

    expect(TestBed.inject(MeshRegistries).of('orders-1').weight).toBe(1);
  });

  it('pauses the traffic and changes its pace', async () => {
    const { fixture, press } = await setUp();
    await press('Pause traffic', 250);

    expect((fixture.nativeElement as HTMLElement).textContent).toContain('Start traffic');
  });

  it('leaves nothing open', async () => {
    const { clock, fixture, web } = await setUp();
    fixture.destroy();
    for (let turn = 0; turn < 50; turn++) await setImmediate();

    expect(web.open).toBe(0);
    expect(clock.pending).toBeLessThan(20);
  });
});

describe(MeshRules.name, () => {
  it('is obeyed by the mesh: a strategy, and a split of the orders', async () => {
    await setUp();
    const rules = TestBed.inject(MeshRules);
    const policies = TestBed.inject(TRAFFIC_POLICIES);
    rules.useStrategy('round-robin');
    rules.split(20);
    TestBed.tick();

    expect(policies.of('users')).toEqual({ balancing: { strategy: 'round-robin' } });
    expect(policies.of('orders').split).toEqual([
      { version: '1', weight: 80 },
      { version: '2', weight: 20 },
    ]);

    rules.reset();
    TestBed.tick();

    expect(policies.of('orders')).toEqual({ balancing: { strategy: 'peak-ewma' } });
  });
});
