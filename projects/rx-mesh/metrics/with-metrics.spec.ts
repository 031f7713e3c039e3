import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { METRICS_OPTIONS, type MetricsOptions } from './metrics-options';
import { withMetrics } from './with-metrics';

describe(withMetrics.name, () => {
  it('sets what it says, and keeps the defaults of the rest', () => {
    const feature = withMetrics({ maxSeriesPerMetric: 5 });
    TestBed.configureTestingModule({ providers: [...feature.ɵproviders] });

    expect(feature.ɵkind).toBe('metrics');
    expect(TestBed.inject(METRICS_OPTIONS.token)).toEqual({
      maxSeriesPerMetric: 5,
      maxMetrics: 200,
      reportPeriod: 1000,
    });
  });

  it('may say nothing', () => {
    TestBed.configureTestingModule({ providers: [...withMetrics().ɵproviders] });

    expect(TestBed.inject(METRICS_OPTIONS.token)).toEqual(METRICS_OPTIONS.defaults);
  });

  it.each<MetricsOptions>([
    { maxSeriesPerMetric: 0 },
    { maxMetrics: 1.5 },
    { reportPeriod: 0 },
    { reportPeriod: NaN },
    { reportPeriod: 2 ** 31 },
  ])('refuses %p where it is provided', (options) => {
    expect(() => withMetrics(options)).toThrow(InvalidOptionError);
  });
});
