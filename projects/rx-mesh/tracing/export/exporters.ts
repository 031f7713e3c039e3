import { inject, provideEnvironmentInitializer } from '@angular/core';
import { createOptions, isServer } from 'rx-mesh/kernel';
import { isHttp, parseUrl } from '../request-url';
import type { SpanTagValue } from '../trace-span';
import type { TracingFeature } from '../tracing-feature';
import { otlpJson } from './otlp-json';
import { SPAN_EXPORTERS, type SpanExporter, type SpanFormat } from './span-exporter';
import { SPAN_FLOW } from './span-export';
import { zipkinJson } from './zipkin-json';

/** Options of {@link otlpExporter}, {@link jaegerExporter} and {@link zipkinExporter}. */
export interface ExporterOptions {
  /**
   * Where the receiver is: its base, such as `https://collector.example.com`, or the whole URL. http or https, or a path
   * of the page's own origin; no credentials in it. Whatever a page sends along, its users can read.
   */
  readonly url: string;
  /** Sent along, besides `Content-Type`. The receiver must allow them to pages of this origin. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What this application is called there, not empty. @default `serviceName` of `withTracing` */
  readonly serviceName?: string | undefined;
  /** What else OTLP is told of the application, such as `service.version`. Zipkin has no place for it. @default none */
  readonly attributes?: Readonly<Record<string, SpanTagValue>> | undefined;
  /**
   * Whether bodies above 1 kB are packed, where the platform can (`CompressionStream`). The receiver has to unpack
   * `Content-Encoding: gzip`, and to allow that header to pages of this origin. What is sent at the end of a page is not
   * packed, for it could not wait. @default false
   */
  readonly gzip?: boolean | undefined;
}

/** A receiver of spans, to be handed to `withTracing`. It brings the code that sends along. */
export type SpanExporterFeature = TracingFeature;

/**
 * Sends spans to a collector of OpenTelemetry, or whatever else takes OTLP/HTTP with JSON.
 *
 * @param options A `url` with no path gets `/v1/traces`.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({ serviceName: 'shop' }, otlpExporter({ url: '/v1/traces' })));
 * ```
 */
export function otlpExporter(options: ExporterOptions): SpanExporterFeature {
  return makeExporter('otlp', '/v1/traces', otlpJson, options);
}

/**
 * Sends spans to Jaeger, which takes OTLP (port 4318) since its version 1.35.
 *
 * @param options A `url` with no path gets `/v1/traces`. @default `/v1/traces` of the page's own origin
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({}, jaegerExporter({ url: 'https://jaeger.example.com:4318' })));
 * ```
 */
export function jaegerExporter(options: Partial<ExporterOptions> = {}): SpanExporterFeature {
  const { url = '/v1/traces' } = options;
  return makeExporter('jaeger', '/v1/traces', otlpJson, { ...options, url });
}

/**
 * Sends spans to Zipkin.
 *
 * @param options A `url` with no path gets `/api/v2/spans`.
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withTracing({}, zipkinExporter({ url: 'https://zipkin.example.com:9411' })));
 * ```
 */
export function zipkinExporter(options: ExporterOptions): SpanExporterFeature {
  return makeExporter('zipkin', '/api/v2/spans', zipkinJson, options);
}

/**
 * Sends spans to a receiver of your own.
 *
 * @param exporter Its format must not throw: a span that it cannot write is dropped.
 * @throws InvalidOptionError when its URL or its headers are out of their range.
 * @usageNotes
 * ```ts
 * const format = {
 *   contentType: 'application/json',
 *   encodeSpan: (span: TraceSpan) => JSON.stringify(span),
 *   wrap: (encoded: readonly string[]) => '[' + encoded.join() + ']',
 * };
 * withTracing({}, spanExporter({ name: 'own', url: '/spans', headers: {}, attributes: {}, format }));
 * ```
 */
export function spanExporter(exporter: SpanExporter): SpanExporterFeature {
  const { url, headers, serviceName, attributes } = exporter;
  EXPORTER.resolve({ url: shown(url), headers, serviceName, attributes });
  return provideExporter({ ...exporter });
}

function makeExporter(
  name: string,
  path: string,
  format: SpanFormat,
  options: ExporterOptions,
): SpanExporterFeature {
  const { gzip, url, ...rest } = EXPORTER.resolve({ ...options, url: shown(options.url) });
  const compression = gzip ? 'gzip' : undefined;
  return provideExporter({ ...rest, name, url: withPath(url, path), compression, format });
}

function provideExporter(useValue: SpanExporter): SpanExporterFeature {
  return {
    ɵproviders: [
      { provide: SPAN_EXPORTERS, multi: true, useValue },
      provideEnvironmentInitializer(() => {
        if (!isServer()) inject(SPAN_FLOW);
      }),
    ],
  };
}

interface ExporterValues {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string | undefined;
  readonly attributes: Readonly<Record<string, SpanTagValue>>;
  readonly gzip: boolean;
}

const EXPORTER = /* @__PURE__ */ createOptions<ExporterValues>(
  'ExporterOptions',
  { url: '', headers: {}, serviceName: undefined, attributes: {}, gzip: false },
  {
    url: (url) => (receiverUrl(url) ? undefined : A_URL),
    headers: (headers) =>
      areHeaders(headers)
        ? undefined
        : 'headers by name, without Content-Type and Content-Encoding',
    serviceName: (name) =>
      name === undefined || (typeof name === 'string' && name !== '')
        ? undefined
        : 'a text that is not empty',
    attributes: (values) => (isRecord(values) ? undefined : 'values by name'),
    gzip: (gzip) => (typeof gzip === 'boolean' ? undefined : 'true or false'),
  },
);

const A_URL =
  'a URL of http or https, or a path of the own origin that begins with "/", with no credentials and no fragment';

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const NOWHERE = 'http://own.invalid';

function receiverUrl(text: unknown): URL | undefined {
  const url = typeof text === 'string' ? parseUrl(text, NOWHERE) : undefined;
  if (!url || !isHttp(url) || url.username || url.password || url.hash) return undefined;
  const isOwn = url.origin === NOWHERE;
  return String(text).startsWith('/') !== isOwn || (isOwn && url.pathname.startsWith('//'))
    ? undefined
    : url;
}

// A refusal repeats what it refuses, which must not be a password.
function shown(text: string): string {
  const url = parseUrl(text, NOWHERE);
  return url?.username || url?.password ? '(credentials)' : text;
}

function withPath(text: string, path: string): string {
  const url = receiverUrl(text);
  if (url?.pathname !== '/') return text;
  url.pathname = path;
  return url.origin === NOWHERE ? `${path}${url.search}` : url.href;
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areHeaders(headers: Readonly<Record<string, string>>): boolean {
  try {
    const all = new Headers(isRecord(headers) ? headers : [['', '']]);
    return !all.has('Content-Type') && !all.has('Content-Encoding');
  } catch {
    return false;
  }
}
