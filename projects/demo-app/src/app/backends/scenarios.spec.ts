import { TestBed } from '@angular/core/testing';
import { PAGE_STATE } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { setImmediate } from 'node:timers/promises';
import { PriceFeed } from '../chaos/price-feed';
import { CHAOS_WORLD, CUT_OFF } from './chaos-world';
import { INSTANCES } from './catalog';
import { FaultControls } from './fault-controls';
import { MeshRegistries } from './mesh-registries';
import { MockSocket } from './mock-socket';
import { providePageSockets } from './page-sockets';
import { Scenarios } from './scenarios';
import { SCENARIOS } from './scenarios-book';
import { SEED } from './seed';

const setUp = (seed = 7) => {
  const cuts: boolean[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      { provide: SEED, useValue: seed },
      { provide: FaultControls, useFactory: () => new FaultControls(INSTANCES, { seed }) },
      { provide: CUT_OFF, useValue: (cut: boolean) => cuts.push(cut) },
      providePageSockets(),
    ],
  });
  const [scenarios, clock] = [TestBed.inject(Scenarios), TestBed.inject(ManualClock)];
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      for (let turn = 0; turn < 4; turn++) await setImmediate();
    }
  };
  const steps = async (id: (typeof SCENARIOS)[number]['id'], ms: number) => {
    const seen: string[] = [];
    scenarios.start(id);
    for (let at = 0; at < ms; at += 500) {
      if (seen.at(-1) !== scenarios.step()) seen.push(scenarios.step());
      await pass(500);
    }
    return seen;
  };
  return { clock, cuts, pass, scenarios, steps, world: TestBed.inject(CHAOS_WORLD) };
};

/** All that scenarios change. */
const state = () => {
  const faults = TestBed.inject(FaultControls);
  const registries = TestBed.inject(MeshRegistries);
  return {
    faults: [...faults.faults()],
    killed: [...faults.killed()],
    unlisted: INSTANCES.filter(({ id }) => !registries.isListed(id)).map(({ id }) => id),
    online: navigator.onLine,
  };
};

describe(Scenarios.name, () => {
  it('offers five, and runs none by itself', () => {
    const { clock, scenarios } = setUp();

    expect(SCENARIOS.map(({ id }) => id)).toEqual([
      'slow-payments',
      'dead-region',
      'flapping-registry',
      'offline',
      'lossy-socket',
    ]);
    expect(scenarios.running()).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it.each(SCENARIOS.map(({ id, title }) => [id, title] as const))(
    'undoes %s exactly, and leaves nothing that ticks',
    async (id, title) => {
      const { clock, pass, scenarios } = setUp();
      TestBed.inject(FaultControls).set('payments', { errorRate: 0.1 });
      TestBed.inject(FaultControls).kill('users-2');
      const before = state();
      scenarios.start(id);
      await pass(6000);

      expect(scenarios.running()?.id).toBe(id);
      expect(scenarios.news()).toBe(`${title} has started.`);
      expect(scenarios.step()).not.toBe('');

      scenarios.calmDown();

      expect(scenarios.running()).toBeUndefined();
      expect(scenarios.step()).toBe('');
      expect(state()).toEqual(before);

      await pass(25_000);

      expect(clock.pending).toBe(0);
      expect(TestBed.inject(MockSocket).open).toBe(0);
    },
  );

  it('repeats itself from the same seed, and not from another', async () => {
    const first = await setUp(7).steps('slow-payments', 30_000);
    TestBed.resetTestingModule();
    const second = await setUp(7).steps('slow-payments', 30_000);
    TestBed.resetTestingModule();
    const other = await setUp(8).steps('slow-payments', 30_000);

    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first.length).toBeGreaterThan(5);
  });

  it('ends what runs when another one starts', async () => {
    const { pass, scenarios, world } = setUp();
    scenarios.start('dead-region');
    await pass(6000);
    scenarios.start('dead-region');

    expect(scenarios.step()).toBe('4 of 4 instances in us are dead');
    expect(world.isAlive('orders-2')).toBe(false);

    scenarios.start('slow-payments');

    expect(world.isAlive('orders-2')).toBe(true);
    expect(world.faultsOf('payments')?.latency.median).toBeGreaterThanOrEqual(800);
  });

  it('cuts the page off, which the library sees', async () => {
    const { cuts, pass, scenarios } = setUp();
    scenarios.start('offline');

    expect([navigator.onLine, cuts]).toEqual([false, [true]]);

    await pass(7000);

    expect([navigator.onLine, cuts]).toEqual([true, [true, false]]);
    expect(TestBed.inject(PAGE_STATE).online).toBe(true);
  });

  it('loses no price to a lossy socket', async () => {
    const { pass, scenarios } = setUp();
    const { counts } = TestBed.inject(PriceFeed);
    scenarios.start('lossy-socket');
    await pass(60_000);

    expect(counts()).toMatchObject({ phase: 'publishing', gaps: 0 });
    expect(counts().sent).toBeGreaterThan(100);
    expect(counts().again + counts().reconnects).toBeGreaterThan(0);

    scenarios.calmDown();
    await pass(20_000);
    const { acknowledged, received, sent } = counts();

    expect(counts()).toMatchObject({ phase: 'over', gaps: 0 });
    expect([received, acknowledged]).toEqual([sent, sent]);
  });

  it('lets an instance be known to the others while Consul forgets it', async () => {
    const { steps } = setUp();
    const seen = await steps('flapping-registry', 40_000);

    expect(seen.join()).toMatch(/Consul does not list orders-\d.*Consul lists orders-\d again/);
    expect(seen).toContain('Consul answers with errors');
  });

  it('ends with the application', async () => {
    const { clock, pass, scenarios } = setUp();
    scenarios.start('offline');
    await pass(1000);
    TestBed.resetTestingModule();

    expect(navigator.onLine).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
