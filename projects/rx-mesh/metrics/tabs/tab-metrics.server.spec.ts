import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { MetricsService } from '../metrics-service';
import { TabMetrics } from './tab-metrics';
import { METRIC_TAB_PORTS } from './tab-ports';
import { withTabMetrics } from './with-tab-metrics';

describe('the metrics of tabs on a server', () => {
  it('are none: no channel is opened, and the stream completes', async () => {
    TestBed.configureTestingModule({
      providers: [provideRxMeshTesting(), ...withTabMetrics().ɵproviders],
    });
    TestBed.inject(MetricsService).incrementCounter('pages.rendered');
    const events: unknown[] = [];
    TestBed.inject(TabMetrics).series$.subscribe({
      next: (value) => events.push(value),
      complete: () => events.push('complete'),
    });
    await settled();

    expect(events).toEqual(['complete']);
    expect(TestBed.inject(METRIC_TAB_PORTS)).toBeUndefined();
    expect(TestBed.inject(TabMetrics).series()).toEqual([]);
    expect(TestBed.inject(ManualClock).pending).toBe(0);
  });
});
