import { createOptions, fraction, nonNegativeInteger, positiveInteger } from 'rx-mesh/kernel';
import { isHttp, parseUrl } from './request-url';
import type { Sampler } from './sampling/sampler';

/** Options of {@link withTracing}. */
export interface TracingOptions {
  /** What this application is called in traces, not empty. @default 'unknown_service', as OpenTelemetry has it */
  readonly serviceName?: string | undefined;
  /**
   * Other origins that are told of the trace, such as `https://api.example.com`: scheme, host and port, each in full.
   * Their servers must allow the headers (`Access-Control-Allow-Headers: traceparent, tracestate`), else the browser
   * refuses the request itself. The page's own origin is always told. @default none
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The share of traces that begin here and are recorded, from 0 to 1. @default 1 */
  readonly sampleRatio?: number | undefined;
  /** Decides which spans are recorded, instead of `sampleRatio`. @default parentBased(ratioSampler(sampleRatio)) */
  readonly sampler?: Sampler | undefined;
  /** How many finished spans are kept for the page itself to show, at least 0. @default 256 */
  readonly maxRecentSpans?: number | undefined;
  /** The most spans that are active at once, at least 1; one more ends the oldest. @default 1000 */
  readonly maxActiveSpans?: number | undefined;
  /** The most tags of a span and fields of a log, at least 0. @default 128 */
  readonly maxTags?: number | undefined;
  /** The most logs of a span, at least 0; later ones are left out. @default 128 */
  readonly maxLogs?: number | undefined;
  /** The most links of a span, at least 0. @default 128 */
  readonly maxLinks?: number | undefined;
  /** The most characters of a name, a message or a value, at least 1; what is longer is cut. @default 2048 */
  readonly maxValueLength?: number | undefined;
}

/** The options of tracing with a value for each. */
export interface TracingValues {
  readonly serviceName: string;
  readonly allowedOrigins: readonly string[];
  readonly sampleRatio: number;
  readonly sampler: Sampler | undefined;
  readonly maxRecentSpans: number;
  readonly maxActiveSpans: number;
  readonly maxTags: number;
  readonly maxLogs: number;
  readonly maxLinks: number;
  readonly maxValueLength: number;
}

/** The options of tracing, and the token by which an application changes them. */
export const TRACING = /* @__PURE__ */ createOptions<TracingValues>(
  'TracingOptions',
  {
    serviceName: 'unknown_service',
    allowedOrigins: [],
    sampleRatio: 1,
    sampler: undefined,
    maxRecentSpans: 256,
    maxActiveSpans: 1000,
    maxTags: 128,
    maxLogs: 128,
    maxLinks: 128,
    maxValueLength: 2048,
  },
  {
    serviceName: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    allowedOrigins: checkOrigins,
    sampleRatio: fraction,
    sampler: (sampler) =>
      sampler === undefined || typeof (sampler as Partial<Sampler> | null)?.sample === 'function'
        ? undefined
        : 'a sampler, such as parentBased(ratioSampler(0.1))',
    maxRecentSpans: nonNegativeInteger,
    maxActiveSpans: positiveInteger,
    maxTags: nonNegativeInteger,
    maxLogs: nonNegativeInteger,
    maxLinks: nonNegativeInteger,
    maxValueLength: positiveInteger,
  },
);

/** The origin that a text says, as browsers write it; `undefined` if it says more or less than one. */
export function originOf(text: unknown): string | undefined {
  // A host may have a star in it, but no server has such a host.
  const url = typeof text === 'string' && !text.includes('*') ? parseUrl(text) : undefined;
  return url && isHttp(url) && url.href === `${url.origin}/` ? url.origin : undefined;
}

function checkOrigins(origins: readonly string[]): string | undefined {
  if (!Array.isArray(origins)) return 'a list of origins';
  const odd = origins.findIndex((text) => !originOf(text));
  return odd < 0
    ? undefined
    : `origins in full, such as "https://api.example.com", with no path and no "*", which "${origins[odd]}" is not`;
}
