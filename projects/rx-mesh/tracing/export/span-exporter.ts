import { InjectionToken } from '@angular/core';
import type { SpanTagValue, TraceSpan } from '../trace-span';

declare const ngDevMode: boolean;

/** Who made the spans of a batch. */
export interface TraceResource {
  /** What the application is called, not empty. */
  readonly serviceName: string;
  /** What else is known about it, such as `service.version`. */
  readonly attributes: Readonly<Record<string, SpanTagValue>>;
}

/** What a receiver says about a batch that it took in part. */
export interface RejectedSpans {
  /** How many spans it did not take, above 0. */
  readonly count: number;
  /** Why, in its words. May be empty. */
  readonly reason: string;
}

/**
 * How spans are written for a receiver: pure functions. Each span is written by itself, so that the size of a batch is
 * known before it is made.
 */
export interface SpanFormat {
  /** What the body is, for the header `Content-Type`. */
  readonly contentType: string;
  /** One span as text. */
  readonly encodeSpan: (span: TraceSpan, resource: TraceResource) => string;
  /** The body around spans that {@link SpanFormat.encodeSpan} wrote. It adds nothing between them but a comma. */
  readonly wrap: (encoded: readonly string[], resource: TraceResource) => string;
  /** Reads the body of a good answer. @default every span was taken */
  readonly rejectedBy?: ((answer: string) => RejectedSpans | undefined) | undefined;
}

/** A receiver of spans: where it is and how it wants them. Sending is the same for all. */
export interface SpanExporter {
  /** What it is called in messages and in its status: `otlp`. */
  readonly name: string;
  /** Where batches go: http or https, or a path of the page's own origin. Holds no credentials. */
  readonly url: string;
  /** Sent along, besides `Content-Type`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the application is called there. @default `serviceName` of `withTracing` */
  readonly serviceName?: string | undefined;
  /** What else is known about the application. */
  readonly attributes: Readonly<Record<string, SpanTagValue>>;
  /**
   * How bodies above 1 kB are packed, where the platform can. Only if the receiver unpacks `Content-Encoding: gzip`.
   * @default not at all
   */
  readonly compression?: 'gzip' | undefined;
  /** How it wants spans written. */
  readonly format: SpanFormat;
}

/** The receivers of spans, one provider each (`multi`). @default none */
export const SPAN_EXPORTERS = new InjectionToken<readonly SpanExporter[]>(
  ngDevMode ? 'rx-mesh SPAN_EXPORTERS' : '',
  { providedIn: 'root', factory: () => [] },
);

/**
 * What else is known about the application or the page, one provider each (`multi`), for all exporters: attributes by
 * name. Those of an exporter win. @default none
 */
export const TRACE_RESOURCE = new InjectionToken<readonly Readonly<Record<string, SpanTagValue>>[]>(
  ngDevMode ? 'rx-mesh TRACE_RESOURCE' : '',
  { providedIn: 'root', factory: () => [] },
);

/** What spans are sent with: the `fetch` of the platform, or something of its shape. */
export type TraceFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * How spans are sent. Not `HttpClient`: its interceptors would trace the requests that send traces.
 * @default the `fetch` of the platform
 */
export const TRACE_FETCH = new InjectionToken<TraceFetch>(ngDevMode ? 'rx-mesh TRACE_FETCH' : '', {
  providedIn: 'root',
  factory: () => async (url, init) => fetch(url, init),
});
