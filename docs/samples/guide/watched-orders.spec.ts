import { TestBed } from '@angular/core/testing';
import { AlertingService, MetricsService, SloMonitor } from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { Till, watchedProviders } from './watched-orders';

describe(Till.name, () => {
  it('counts what was paid, and alerts when the error budget burns', () => {
    TestBed.configureTestingModule({ providers: [watchedProviders, provideRxMeshTesting()] });
    const clock = TestBed.inject(ManualClock);
    const metrics = TestBed.inject(MetricsService);
    const alerting = TestBed.inject(AlertingService);
    TestBed.inject(Till).paid('EUR');
    TestBed.inject(Till).paid('EUR');
    const paid = metrics.collect().find(({ name }) => name === 'orders.paid');
    expect(paid).toMatchObject({ value: 2, tags: { currency: 'EUR' } });

    const watching = see(alerting.alerts$);
    const slo = TestBed.inject(SloMonitor);
    for (let minute = 0; minute < 90; minute++) {
      for (let call = 0; call < 10; call++) {
        slo.record('orders', call < 3 ? 'failure' : 'success', 10);
      }
      clock.advance(60_000);
    }
    const firing = alerting.alerts().filter(({ state }) => state === 'firing');
    expect(new Set(firing.map(({ rule }) => rule))).toEqual(new Set(['OrdersBurn']));
    watching.leave();
  });
});
