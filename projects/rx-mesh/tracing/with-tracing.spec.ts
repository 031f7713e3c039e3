import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { HEADER_ORIGINS } from './header-origins';
import { Tracer } from './tracer';
import { TRACING, type TracingOptions } from './tracing-options';
import { withTracing } from './with-tracing';

const provide = (options?: TracingOptions) =>
  TestBed.configureTestingModule({ providers: [...withTracing(options).ɵproviders] });

describe(withTracing.name, () => {
  it('sets what it says, and keeps the defaults of the rest', () => {
    provide({ serviceName: 'shop', maxTags: 0 });

    expect(withTracing().ɵkind).toBe('tracing');
    expect(TestBed.inject(Tracer).serviceName).toBe('shop');
    expect(TestBed.inject(TRACING.token)).toEqual({
      serviceName: 'shop',
      allowedOrigins: [],
      sampleRatio: 1,
      sampler: undefined,
      maxRecentSpans: 256,
      maxActiveSpans: 1000,
      maxTags: 0,
      maxLogs: 128,
      maxLinks: 128,
      maxValueLength: 2048,
    });
  });

  it('may say nothing', () => {
    provide();

    expect(TestBed.inject(TRACING.token)).toEqual(TRACING.defaults);
    expect(TestBed.inject(Tracer).serviceName).toBe('unknown_service');
  });

  it('takes origins as people write them', () => {
    provide({
      allowedOrigins: [
        'https://api.example',
        'HTTPS://B.example:443/',
        'http://localhost:8080',
        'https://[::1]:8443',
        'https://bücher.example',
      ],
    });

    expect([...TestBed.inject(HEADER_ORIGINS)]).toEqual([
      'http://localhost',
      'https://api.example',
      'https://b.example',
      'http://localhost:8080',
      'https://[::1]:8443',
      'https://xn--bcher-kva.example',
    ]);
  });

  it.each(['', 5, null, {}])('refuses %p as a name', (serviceName) => {
    expect(() => withTracing({ serviceName: serviceName as string })).toThrow(
      /^TracingOptions\.serviceName is .*, but must be a text that is not empty\.$/,
    );
  });

  it.each([
    '*',
    'https://*.example.com',
    'not a url',
    '',
    'api.example',
    '//api.example',
    'https://api.example/v1',
    'https://api.example/?',
    'https://api.example/#',
    'https://jo@api.example',
    'ftp://api.example',
    'data:,a',
    'null',
    null,
    undefined,
    7,
    {},
  ])('refuses %p as an origin', (origin) => {
    const attempt = () => withTracing({ allowedOrigins: ['https://a.example', origin as string] });

    expect(attempt).toThrow(InvalidOptionError);
    expect(attempt).toThrow(
      /^TracingOptions\.allowedOrigins is an array, but must be origins in full/,
    );
  });

  it('names what is wrong and what is right', () => {
    const allowedOrigins = ['https://a.example', 'https://api.example/v1'];

    expect(() => withTracing({ allowedOrigins })).toThrow(
      'TracingOptions.allowedOrigins is an array, but must be origins in full, such as "https://api.example.com", with no path and no "*", which "https://api.example/v1" is not.',
    );
  });

  it.each<TracingOptions>([
    { serviceName: '' },
    { serviceName: null as unknown as string },
    { allowedOrigins: 'https://a.example' as unknown as string[] },
    { sampleRatio: -0.1 },
    { sampleRatio: 1.1 },
    { sampleRatio: NaN },
    { maxActiveSpans: 0 },
    { maxTags: -1 },
    { maxLogs: 0.5 },
    { maxValueLength: 0 },
    { maxValueLength: Infinity },
  ])('refuses %p', (options) => {
    expect(() => withTracing(options)).toThrow(InvalidOptionError);
  });
});
