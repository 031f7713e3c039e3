import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { METRICS_FETCH } from '../metrics-fetch';
import { MetricsService } from '../metrics-service';
import { MetricsExport } from './metrics-export';
import { otlpMetricsExporter } from './otlp-metrics-exporter';

describe('the export of metrics on a server', () => {
  it('never begins', async () => {
    const fetch = jest.fn();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: METRICS_FETCH, useValue: fetch },
        ...otlpMetricsExporter({ url: '/v1/metrics' }).ɵproviders,
      ],
    });
    const clock = TestBed.inject(ManualClock);
    TestBed.inject(MetricsService).incrementCounter('pages.rendered');
    clock.advance(120_000);
    await TestBed.inject(MetricsExport).flush();
    await settled();
    TestBed.resetTestingModule();
    await settled();

    expect(fetch).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});
