import { TestBed } from '@angular/core/testing';
import { METRICS_EXPORTERS } from './metrics-exporter';
import { type OtlpMetricsExporterOptions, otlpMetricsExporter } from './otlp-metrics-exporter';

const exporterOf = (options: OtlpMetricsExporterOptions) => {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({ providers: [...otlpMetricsExporter(options).ɵproviders] });
  return TestBed.inject(METRICS_EXPORTERS)[0];
};

describe(otlpMetricsExporter.name, () => {
  it.each([
    ['https://collector.test', 'https://collector.test/v1/metrics'],
    ['https://collector.test/', 'https://collector.test/v1/metrics'],
    ['https://collector.test/?key=a', 'https://collector.test/v1/metrics?key=a'],
    ['https://collector.test/otlp', 'https://collector.test/otlp'],
    ['/', '/v1/metrics'],
    ['/metrics', '/metrics'],
  ])('sends to %s at %s', (url, expected) => {
    expect(exporterOf({ url })?.url).toBe(expected);
  });

  it('sends differences each minute unless it is told otherwise', () => {
    expect(exporterOf({ url: '/' })).toEqual({
      name: 'otlp',
      url: '/v1/metrics',
      headers: {},
      period: 60_000,
      temporality: 'delta',
      attributes: {},
      serviceName: 'unknown_service',
    });
  });

  it.each<[string, object]>([
    ['url', { url: 'collector' }],
    ['url', { url: 'ftp://collector.test' }],
    ['url', { url: '//collector.test' }],
    ['url', { url: '/a#b' }],
    ['url', { url: undefined }],
    ['headers', { headers: { 'Content-Type': 'text/plain' } }],
    ['headers', { headers: { 'a b': 'c' } }],
    ['headers', { headers: [] }],
    ['period', { period: 0 }],
    ['temporality', { temporality: 'none' }],
    ['attributes', { attributes: null }],
    ['serviceName', { serviceName: '' }],
  ])('refuses %s as in %j', (option, options) => {
    expect(() => otlpMetricsExporter({ url: '/', ...options })).toThrow(
      `OtlpMetricsExporterOptions.${option} is`,
    );
  });

  it('does not repeat a password', () => {
    const url = 'https://user:secret@collector.test';

    expect(() => otlpMetricsExporter({ url })).toThrow(/is "\(credentials\)"/);
    expect(() => otlpMetricsExporter({ url })).not.toThrow(/secret/);
  });
});
