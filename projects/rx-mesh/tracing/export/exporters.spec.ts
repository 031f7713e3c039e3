import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { withTracing } from '../with-tracing';
import {
  type ExporterOptions,
  type SpanExporterFeature,
  jaegerExporter,
  otlpExporter,
  spanExporter,
  zipkinExporter,
} from './exporters';
import { SPAN_EXPORTERS } from './span-exporter';
import { zipkinJson } from './zipkin-json';

const provided = (...features: readonly SpanExporterFeature[]) => {
  TestBed.configureTestingModule({ providers: [...withTracing({}, ...features).ɵproviders] });
  return TestBed.inject(SPAN_EXPORTERS);
};
const urlOf = (feature: SpanExporterFeature) => provided(feature)[0]?.url;

describe('exporters', () => {
  it.each([
    ['https://c.example', 'https://c.example/v1/traces'],
    ['https://c.example:4318/', 'https://c.example:4318/v1/traces'],
    ['https://c.example?key=1', 'https://c.example/v1/traces?key=1'],
    ['https://c.example/otlp', 'https://c.example/otlp'],
    ['/', '/v1/traces'],
    ['/collect/v1/traces', '/collect/v1/traces'],
  ])('takes %s for %s', (url, expected) => {
    expect(urlOf(otlpExporter({ url }))).toBe(expected);
  });

  it('knows where Jaeger and Zipkin listen', () => {
    const names = provided(
      jaegerExporter(),
      jaegerExporter({ url: 'http://jaeger.test:4318' }),
      zipkinExporter({ url: 'http://zipkin.test:9411' }),
    ).map(({ name, url }) => [name, url]);

    expect(names).toEqual([
      ['jaeger', '/v1/traces'],
      ['jaeger', 'http://jaeger.test:4318/v1/traces'],
      ['zipkin', 'http://zipkin.test:9411/api/v2/spans'],
    ]);
  });

  it('keeps headers, name and attributes', () => {
    const options = {
      headers: { 'X-Key': 'public' },
      serviceName: 'other',
      attributes: { 'service.version': '1' },
    };

    expect(provided(otlpExporter({ url: '/v1/traces', ...options }))[0]).toMatchObject(options);
  });

  it('takes a receiver of the application itself', () => {
    const own = { name: 'own', url: '/spans', headers: {}, attributes: {}, format: zipkinJson };

    expect(provided(spanExporter(own))).toEqual([{ ...own, serviceName: undefined }]);
    expect(() => spanExporter({ ...own, url: 'spans' })).toThrow(InvalidOptionError);
  });

  it('is nothing without exporters', () => {
    expect(provided()).toEqual([]);
    expect(withTracing().ɵproviders).toHaveLength(1);
  });

  it.each([
    '',
    'collector',
    '//evil.example',
    '/\\evil.example',
    '/a/..//evil.example',
    'ftp://c.example',
    'data:,x',
    'https://c.example/#part',
    null,
    7,
  ])('refuses %p as a URL', (url) => {
    expect(() => otlpExporter({ url: url as string })).toThrow(
      /^ExporterOptions\.url is .*, but must be a URL of http or https, or a path/,
    );
  });

  it('refuses credentials in a URL, and does not repeat them', () => {
    const attempt = () => zipkinExporter({ url: 'https://jo:geheim@c.example' });

    expect(attempt).toThrow(InvalidOptionError);
    expect(attempt).not.toThrow(/geheim|jo:/);
  });

  it.each<Partial<ExporterOptions>>([
    { headers: { 'content-type': 'text/plain' } },
    { headers: { 'no name': 'x' } },
    { headers: { 'X-Key': 'a\nb' } },
    { headers: null as unknown as Record<string, string> },
    { serviceName: '' },
    { serviceName: 7 as unknown as string },
    { attributes: [] as unknown as Record<string, string> },
    { colour: 'red' } as Partial<ExporterOptions>,
  ])('refuses %p', (options) => {
    expect(() => otlpExporter({ url: '/v1/traces', ...options })).toThrow(InvalidOptionError);
  });
});
