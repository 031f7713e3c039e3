import { TestBed } from '@angular/core/testing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { EMPTY, of } from 'rxjs';
import { settled } from '../../spec-support/settled';
import { MetricsService } from '../metrics-service';
import { ResourceMonitor } from './resource-monitor';
import { RESOURCE_PROBE } from './resource-probe';
import type { ResourceProbe, ResourceUtilization } from './resource-utilization';

const setUp = (probe: ResourceProbe) => {
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), { provide: RESOURCE_PROBE, useValue: probe }],
  });
  const metrics = TestBed.inject(MetricsService);
  return {
    metrics,
    clock: TestBed.inject(ManualClock),
    monitor: TestBed.inject(ResourceMonitor),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    gauges: () =>
      Object.fromEntries(
        metrics.collect().map(({ name, unit, value }) => [name, [value, unit] as const]),
      ),
  };
};

describe(ResourceMonitor.name, () => {
  it('asks at once and after each period, once for all who look', async () => {
    const end = jest.fn();
    const probe = { read: jest.fn(() => Promise.resolve({ cpu: 0 })), watch: jest.fn(() => end) };
    const { clock, monitor } = setUp(probe);

    expect([probe.read.mock.calls.length, probe.watch.mock.calls.length]).toEqual([0, 0]);

    const seen: ResourceUtilization[] = [];
    const first = monitor.utilization$.subscribe((utilization) => seen.push(utilization));
    const second = monitor.utilization$.subscribe((utilization) => seen.push(utilization));
    await settled();

    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).toEqual({
      timestamp: new Date(clock.now()),
      cpu: 0,
      processors: undefined,
      longTasks: undefined,
      memory: undefined,
      disk: undefined,
      network: undefined,
    });

    clock.advance(29_999);
    await settled();

    expect(probe.read).toHaveBeenCalledTimes(1);

    clock.advance(1);
    await settled();

    expect(probe.read).toHaveBeenCalledTimes(2);
    expect(probe.watch).toHaveBeenCalledTimes(1);

    first.unsubscribe();

    expect([clock.pending, end.mock.calls.length]).toEqual([1, 0]);

    second.unsubscribe();

    expect([clock.pending, end.mock.calls.length]).toEqual([0, 1]);

    monitor.utilization$.subscribe().unsubscribe();

    expect([probe.watch.mock.calls.length, end.mock.calls.length]).toEqual([2, 2]);
  });

  it('sets gauges of what is known, and of nothing else', () => {
    const { gauges, monitor } = setUp({
      read: () =>
        of({
          cpu: 0.5,
          processors: 8,
          longTasks: 0.1,
          memory: { used: 10, limit: 40 },
          disk: { used: 0, quota: 1000 },
          network: { downlink: 10, roundTrip: 50, effectiveType: '4g', saveData: true },
        }),
    });
    monitor.utilization$.subscribe().unsubscribe();

    expect(gauges()).toEqual({
      'system.cpu.usage': [0.5, '1'],
      'system.cpu.logical.count': [8, '{cpu}'],
      'system.main_thread.long_tasks': [0.1, '1'],
      'system.memory.usage': [10, 'By'],
      'system.memory.limit': [40, 'By'],
      'system.disk.usage': [0, 'By'],
      'system.disk.limit': [1000, 'By'],
      'system.network.downlink': [10, 'Mbit/s'],
      'system.network.round_trip': [50, 'ms'],
    });
  });

  it('sets no gauge when nothing is known', () => {
    const { gauges, monitor } = setUp({ read: () => of({}) });
    const seen: ResourceUtilization[] = [];
    monitor.utilization$.subscribe((utilization) => seen.push(utilization)).unsubscribe();

    expect(gauges()).toEqual({});
    expect(seen).toMatchObject([{ cpu: undefined, memory: undefined, disk: undefined }]);
  });

  it('tells once of a probe that fails, and goes on asking', () => {
    const no = new Error('no');
    let answer: () => ReturnType<ResourceProbe['read']> = () => {
      throw no;
    };
    const { clock, diagnostics, monitor } = setUp({ read: () => answer() });
    const seen: unknown[] = [];
    const open = monitor.utilization$.subscribe({
      next: ({ processors }) => seen.push(processors),
      error: (error: unknown) => seen.push(error),
    });
    clock.advance(30_000);

    expect(seen).toEqual([]);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM876', severity: 'warning', source: 'resources', cause: no },
    ]);

    answer = () => EMPTY;
    clock.advance(30_000);
    answer = () => of({ processors: 4 }, { processors: 5 });
    clock.advance(30_000);

    expect(seen).toEqual([4]);

    open.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('bears a probe that cannot be watched', () => {
    let fails = true;
    const end = jest.fn();
    const { clock, diagnostics, monitor } = setUp({
      read: () => of({ processors: 2 }),
      watch: () => {
        if (fails) throw new Error('not yet');
        return end;
      },
    });
    const seen: unknown[] = [];
    const open = monitor.utilization$.subscribe(({ processors }) => seen.push(processors));

    expect([seen, diagnostics.codes]).toEqual([[], ['RXM876']]);

    fails = false;
    clock.advance(30_000);
    open.unsubscribe();

    expect([seen, end.mock.calls.length]).toEqual([[2], 1]);
  });

  it('lets go of an answer for which nobody waits any more, and ends with the application', async () => {
    const { clock, metrics, monitor } = setUp({ read: () => Promise.resolve({ processors: 2 }) });
    monitor.utilization$.subscribe().unsubscribe();
    await settled();

    expect(metrics.collect()).toEqual([]);

    const seen: string[] = [];
    monitor.utilization$.subscribe({ complete: () => seen.push('end') });
    await settled();
    TestBed.resetTestingModule();

    expect([seen, clock.pending]).toEqual([['end'], 0]);
  });

  it('asks the browser by default', async () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const seen: ResourceUtilization[] = [];
    const open = TestBed.inject(ResourceMonitor).utilization$.subscribe((told) => seen.push(told));
    await settled();

    // jsdom tells of processors and of nothing else.
    expect(seen).toMatchObject([
      { processors: expect.any(Number) as number, cpu: undefined, memory: undefined },
    ]);

    open.unsubscribe();
  });
});
