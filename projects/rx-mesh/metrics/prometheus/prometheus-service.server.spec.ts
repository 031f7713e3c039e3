import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { METRICS_FETCH } from '../metrics-fetch';
import { MetricsService } from '../metrics-service';
import { PrometheusService } from './prometheus-service';
import { withPrometheus } from './with-prometheus';

describe(`${PrometheusService.name} on a server`, () => {
  it('writes the text, and pushes nothing by itself', () => {
    const fetch = jest.fn();
    const feature = withPrometheus({ pushUrl: 'http://gateway.test', job: 'x', pushPeriod: 1000 });
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: METRICS_FETCH, useValue: fetch },
        ...feature.ɵproviders,
      ],
    });
    TestBed.inject(MetricsService).setGauge('open', 1);
    TestBed.inject(ManualClock).advance(10_000);

    expect(TestBed.inject(PrometheusService).text()).toContain('\nopen 1\n');
    expect([fetch.mock.calls, TestBed.inject(ManualClock).pending]).toEqual([[], 0]);
  });
});
