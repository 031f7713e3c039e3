import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { METRICS_OPTIONS, type MetricsOptions } from './metrics-options';
import { MetricsService } from './metrics-service';
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
      views: [],
    });
  });

  it('sets views, which change what code records', () => {
    const view = { match: 'orders.*', tags: { keep: ['city'] } };
    TestBed.configureTestingModule({ providers: [...withMetrics({ views: [view] }).ɵproviders] });
    const metrics = TestBed.inject(MetricsService);
    metrics.incrementCounter('orders.paid', { city: 'Rome', user: 1 });
    metrics.incrementCounter('orders.paid', { city: 'Rome', user: 2 });

    expect(metrics.collect()).toMatchObject([{ value: 2, tags: { city: 'Rome' } }]);
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
    { views: {} as MetricsOptions['views'] },
    { views: [{ match: '' }] },
  ])('refuses %p where it is provided', (options) => {
    expect(() => withMetrics(options)).toThrow(InvalidOptionError);
  });
});
