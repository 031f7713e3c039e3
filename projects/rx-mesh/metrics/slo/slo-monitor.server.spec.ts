import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { SloMonitor } from './slo-monitor';

describe(SloMonitor.name, () => {
  it('is silent on the server', () => {
    TestBed.configureTestingModule({ providers: [provideRxMeshTesting()] });
    const slos = TestBed.inject(SloMonitor);
    const seen: string[] = [];
    slos.define({ name: 'a', objective: 0.9 });
    slos.reports$.subscribe({
      next: () => seen.push('reports'),
      complete: () => seen.push('end of reports'),
    });
    slos.monitor('orders', { availability: 0.9 }).subscribe({
      next: () => seen.push('report'),
      complete: () => seen.push('end of report'),
    });

    expect(seen).toEqual(['end of reports', 'end of report']);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
