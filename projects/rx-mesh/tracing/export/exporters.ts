import {
  type EnvironmentProviders,
  type Provider,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import { InvalidOptionError, createOptions, isServer } from 'rx-mesh/kernel';
import { isHttp, parseUrl } from '../request-url';
import type { SpanTagValue } from '../trace-span';
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
}

/** A receiver of spans, to be handed to `withTracing`. It brings the code that sends along. */
export interface SpanExporterFeature {
  /** What it provides. */
  readonly ɵproviders: readonly (Provider | EnvironmentProviders)[];
}

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
  const checked = EXPORTER.resolve({ url: shown(url), headers, serviceName, attributes });
  return {
    ɵproviders: [
      { provide: SPAN_EXPORTERS, multi: true, useValue: { ...exporter, ...checked } },
      provideEnvironmentInitializer(() => {
        if (!isServer()) inject(SPAN_FLOW);
      }),
    ],
  };
}

function makeExporter(
  name: string,
  path: string,
  format: SpanFormat,
  options: ExporterOptions,
): SpanExporterFeature {
  const { url: text, ...rest } = options;
  const { headers, serviceName, attributes, url } = EXPORTER.resolve({ ...rest, url: shown(text) });
  return spanExporter({ name, url: withPath(url, path), headers, serviceName, attributes, format });
}

interface ExporterValues {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string | undefined;
  readonly attributes: Readonly<Record<string, SpanTagValue>>;
}

const EXPORTER = /* @__PURE__ */ createOptions<ExporterValues>(
  'ExporterOptions',
  { url: '', headers: {}, serviceName: undefined, attributes: {} },
  {
    url: (url) => (receiverUrl(url) ? undefined : A_URL),
    headers: (headers) =>
      areHeaders(headers) ? undefined : 'headers by name, without Content-Type',
    serviceName: (name) =>
      name === undefined || (typeof name === 'string' && name !== '')
        ? undefined
        : 'a text that is not empty',
    attributes: (values) => (isRecord(values) ? undefined : 'values by name'),
  },
);

const A_URL =
  'a URL of http or https, or a path of the own origin that begins with "/", with no credentials and no fragment';

// A host that cannot exist (RFC 2606): whatever leads away from it is no path.
const NOWHERE = 'http://own.invalid';

function receiverUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string') return undefined;
  const isPath = text.startsWith('/');
  const url = isPath ? parseUrl(text, NOWHERE) : parseUrl(text);
  if (!url || !isHttp(url) || url.username || url.password || url.hash) return undefined;
  return isPath && (url.origin !== NOWHERE || url.pathname.startsWith('//')) ? undefined : url;
}

// A refusal repeats what it refuses, which must not be a password.
function shown(text: string): string {
  const url = typeof text === 'string' ? parseUrl(text, NOWHERE) : undefined;
  if (!url?.username && !url?.password) return text;
  throw new InvalidOptionError('ExporterOptions.url', '(credentials)', A_URL);
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
    return isRecord(headers) && !new Headers(headers).has('Content-Type');
  } catch {
    return false;
  }
}
