import {
  type Attributes,
  type HrTime,
  type Link,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { SpanKind as OurKind, SpanLink, TraceSpan } from 'rx-mesh/tracing';
import { hasIds, toSpanContext } from './span-contexts';

/** A kind of span as OpenTelemetry has it. */
export function kindOf(kind: OurKind): SpanKind {
  return SpanKind[kind.toUpperCase() as Uppercase<OurKind>];
}

/** How a span ended, as `otlpExporter` says it too. */
export function statusOf({ status, tags }: TraceSpan): SpanStatus {
  switch (status) {
    case 'ok': {
      // HTTP semantic conventions: a good answer leaves the status unset.
      const isAnswered = Object.hasOwn(tags, 'http.response.status_code');
      return { code: isAnswered ? SpanStatusCode.UNSET : SpanStatusCode.OK };
    }
    case 'error':
      return { code: SpanStatusCode.ERROR };
    case 'timeout':
      return { code: SpanStatusCode.ERROR, message: 'timeout' };
    // Whoever asked has left: OpenTelemetry takes that for no failure.
    case 'cancelled':
    case 'unset':
      return { code: SpanStatusCode.UNSET };
  }
}

/** The tags of a span that ended. */
export function finalTags({ status, tags }: TraceSpan): Attributes {
  return status === 'cancelled' ? { ...tags, 'rx_mesh.cancelled': true } : tags;
}

/**
 * Tags as attributes: texts, numbers and booleans under names that are not empty. What cannot be read is left out, for these
 * come from the application as they are.
 */
export function attributesOf(tags: object | undefined): Attributes {
  if (!tags) return NONE;
  const kept: [string, string | number | boolean][] = [];
  for (const key of Object.keys(tags)) {
    const value = read(tags, key);
    if (key !== '' && isValue(value)) kept.push([key, value]);
  }
  // Makes own properties, whatever they are called.
  return Object.fromEntries(kept);
}

const NONE: Attributes = /* @__PURE__ */ Object.freeze({});

/** Links as OpenTelemetry has them; those with malformed ids are left out. */
export function linksOf(links: readonly SpanLink[] | undefined): Link[] {
  const kept: Link[] = [];
  for (const { context, tags } of links ?? []) {
    if (hasIds(Object(context) as SpanLink['context'])) {
      kept.push({ context: toSpanContext(context), attributes: attributesOf(tags) });
    }
  }
  return kept;
}

const THOUSAND = 1000;
const MILLION = 1_000_000;
const BILLION = 1_000_000_000;

/** Milliseconds since the epoch, as seconds and nanoseconds. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / THOUSAND);
  return later([seconds, 0], ms - seconds * THOUSAND);
}

/** A time and what passed since, in milliseconds of at least 0. */
export function later([seconds, nanos]: HrTime, passed: number): HrTime {
  // The two are added as whole nanoseconds: since the epoch there are more of them than a number can count.
  const sum = nanos + Math.round((passed % THOUSAND) * MILLION);
  const carried = Math.floor(sum / BILLION);
  return [seconds + Math.floor(passed / THOUSAND) + carried, sum - carried * BILLION];
}

function read(tags: object, key: string): unknown {
  try {
    return (tags as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

function isValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
