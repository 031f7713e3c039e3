import type { MetricDefinition, MetricTrace } from './metric-data';

/** What is said of the duration of requests; the bounds are those that the semantic conventions advise. */
export const DURATION: MetricDefinition = {
  unit: 's',
  description: 'Duration of HTTP client requests.',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
};

/** What is said of the requests under way. */
export const ACTIVE: MetricDefinition = {
  unit: '{request}',
  description: 'Number of active HTTP requests.',
};

/** What is said of the size of bodies. */
export const BODY_SIZE: MetricDefinition = { unit: 'By', description: 'Size of HTTP bodies.' };

/** The span that a `traceparent` header tells of. */
export function traceOf(header: string | null): MetricTrace | undefined {
  const [, traceId, spanId, flags = ''] =
    /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, sampled: Number.parseInt(flags, 16) % 2 === 1 };
}

/** The bytes of a body that goes out as it is; what is made a text on its way is not known. */
export function sizeOfBody(body: unknown): number | undefined {
  if (typeof body === 'string') return new TextEncoder().encode(body).length;
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer ? body.byteLength : undefined;
}

/** The bytes that a `Content-Length` header tells of. */
export function sizeOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
