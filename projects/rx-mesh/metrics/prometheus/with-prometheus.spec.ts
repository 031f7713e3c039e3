import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { PROMETHEUS, type PrometheusOptions, withoutSlash } from './prometheus-options';
import { withPrometheus } from './with-prometheus';

describe(withPrometheus.name, () => {
  it('sets what it says, and keeps the defaults of the rest', () => {
    const feature = withPrometheus({ queryUrl: '/prometheus', timeout: 5 });
    TestBed.configureTestingModule({ providers: [...feature.ɵproviders] });

    expect(feature.ɵkind).toBe('prometheus');
    expect(TestBed.inject(PROMETHEUS.token)).toEqual({
      ...PROMETHEUS.defaults,
      queryUrl: '/prometheus',
      timeout: 5,
    });
  });

  it.each<PrometheusOptions>([
    { pushUrl: 'http://gateway.test/push?extra_label=a' },
    { pushUrl: '/push', pushPeriod: 60_000, method: 'PUT' },
    { pushUrl: 'https://gateway.test/', job: 'a/b', grouping: { instance: '', _x: '1' } },
    { queryUrl: 'https://prometheus.test:9090/base', queryHeaders: { Authorization: 'Bearer x' } },
    { resource: { 'service.name': 'shop', version: 2, beta: true } },
  ])('takes %p', (options) => {
    expect(() => withPrometheus(options)).not.toThrow();
  });

  it.each<PrometheusOptions>([
    { pushUrl: 'gateway' },
    { pushUrl: '//gateway.test' },
    { pushUrl: '/\\gateway.test' },
    { pushUrl: 'ftp://gateway.test' },
    { pushUrl: 7 as unknown as string },
    { pushUrl: '/push#x' },
    { pushUrl: '/push?x', job: 'shop' },
    { queryUrl: '/query?x' },
    { pushPeriod: 1000 },
    { pushUrl: '/push', pushPeriod: 0 },
    { pushUrl: '/push', pushPeriod: 2 ** 31 },
    { method: 'GET' as 'PUT' },
    { job: 7 as unknown as string },
    { grouping: { a: 'b' } },
    { job: 'x', grouping: { job: 'y' } },
    { job: 'x', grouping: { __a: 'y' } },
    { job: 'x', grouping: { 'a.b': 'y' } },
    { job: 'x', grouping: { a: 1 as unknown as string } },
    { job: 'x', grouping: null as unknown as Record<string, string> },
    { headers: { 'Content-Type': 'x' } },
    { headers: { 'no name': 'x' } },
    { queryHeaders: { a: '\n\0' } },
    { credentials: 'yes' as 'omit' },
    { timeout: NaN },
    { resource: [] as unknown as Record<string, string> },
    { unknown: 1 } as PrometheusOptions,
  ])('refuses %p', (options) => {
    expect(() => withPrometheus(options)).toThrow(InvalidOptionError);
  });

  it.each<PrometheusOptions>([
    { pushUrl: 'http://me:secret@gateway.test' },
    { pushUrl: '/push?token=secret', job: 'shop' },
    { queryUrl: 'http://prometheus.test?token=secret' },
  ])('does not repeat the secret of %p', (options) => {
    expect(() => withPrometheus(options)).toThrow(expect.not.stringContaining('secret@') as Error);
    expect(() => withPrometheus(options)).toThrow('(secret)');
  });

  it('cuts the slash of a base', () => {
    expect(['/a/', 'http://a.test//', '/', '/a'].map(withoutSlash)).toEqual([
      '/a',
      'http://a.test',
      '',
      '/a',
    ]);
  });
});
