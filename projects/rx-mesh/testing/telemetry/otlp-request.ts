import type { SpanKind } from 'rx-mesh/tracing';
import { attributesOf } from './otlp-values';
import type { ReceivedSpan, ReceivedStatus } from './received-span';
import type { HeldSpan } from './received-traces';
import { MalformedBody, WireMessage } from './wire-message';

/** What a span was made of. */
export interface OtlpWire {
  readonly resource: unknown;
  readonly scope: unknown;
  readonly span: unknown;
}

/** What there is in a request: spans that are good, and why others are not. */
export interface OtlpRequest {
  readonly spans: readonly HeldSpan<OtlpWire>[];
  readonly faults: readonly string[];
}

const REQUEST = ['resourceSpans'];
const RESOURCE_SPANS = ['resource', 'scopeSpans', 'schemaUrl'];
const RESOURCE = ['attributes', 'droppedAttributesCount', 'entityRefs'];
const SCOPE_SPANS = ['scope', 'spans', 'schemaUrl'];
const SCOPE = ['name', 'version', 'attributes', 'droppedAttributesCount'];
const SPAN = [
  ...['traceId', 'spanId', 'traceState', 'parentSpanId', 'flags', 'name', 'kind'],
  ...['startTimeUnixNano', 'endTimeUnixNano', 'attributes', 'droppedAttributesCount'],
  ...['events', 'droppedEventsCount', 'links', 'droppedLinksCount', 'status'],
];
const EVENT = ['timeUnixNano', 'name', 'attributes', 'droppedAttributesCount'];
const LINK = ['traceId', 'spanId', 'traceState', 'attributes', 'droppedAttributesCount', 'flags'];
const STATUS = ['message', 'code'];

// By their number in the protocol.
const KINDS: readonly SpanKind[] = [
  'internal',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];
const STATUSES: readonly ReceivedStatus[] = ['unset', 'ok', 'error'];
const MILLION = 1_000_000n;

/**
 * Reads an `ExportTraceServiceRequest` in its JSON form.
 * @throws MalformedBody when it is none.
 */
export function readOtlp(text: string): OtlpRequest {
  const spans: HeldSpan<OtlpWire>[] = [];
  const faults: string[] = [];
  for (const group of new WireMessage(parsed(text), '', REQUEST).messages(
    'resourceSpans',
    RESOURCE_SPANS,
  )) {
    const resource = group.message('resource', RESOURCE);
    const service = (resource && attributesOf(resource))?.['service.name'] ?? '';
    group.text('schemaUrl');
    for (const scoped of group.messages('scopeSpans', SCOPE_SPANS)) {
      const scope = scoped.message('scope', SCOPE);
      if (scope) checkScope(scope);
      scoped.text('schemaUrl');
      for (const message of scoped.messages('spans', SPAN)) {
        const span = spanOf(message, service);
        const wire = { resource: resource?.wire, scope: scope?.wire, span: message.wire };
        if (typeof span === 'string') faults.push(span);
        else spans.push({ span, wire });
      }
    }
  }
  return { spans, faults };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedBody(String(error));
  }
}

function checkScope(scope: WireMessage): void {
  scope.text('name');
  scope.text('version');
  attributesOf(scope);
}

/** The span, or why a backend has no use for it although it is well formed. */
function spanOf(message: WireMessage, service: string): ReceivedSpan | string {
  const traceId = message.id('traceId', 32);
  const spanId = message.id('spanId', 16);
  const parentSpanId = message.id('parentSpanId', 16);
  const start = message.integer('startTimeUnixNano', false);
  const end = message.integer('endTimeUnixNano', false);
  const kind = KINDS[message.choice('kind')];
  const status = statusOf(message);
  const attributes = attributesOf(message);
  const name = message.text('name');
  checkRest(message);
  if (!/[^0]/.test(traceId)) return 'a span has no trace id';
  if (!/[^0]/.test(spanId)) return 'a span has no id';
  if (parentSpanId === spanId) return `span ${spanId} is its own parent`;
  if (start === 0n) return `span ${spanId} has no start`;
  if (end < start) return `span ${spanId} ends before it starts`;
  if (!kind) return `span ${spanId} is of an unknown kind`;
  if (!status) return `span ${spanId} has an unknown status`;
  return {
    traceId,
    spanId,
    ...(parentSpanId === '' ? {} : { parentSpanId }),
    name,
    kind,
    startTime: millisecondsOf(start),
    duration: millisecondsOf(end - start),
    service,
    attributes,
    status,
  };
}

function statusOf(message: WireMessage): ReceivedStatus | undefined {
  const status = message.message('status', STATUS);
  status?.text('message');
  return STATUSES[status?.choice('code') ?? 0];
}

// What the neutral shape has no place for is checked all the same: one wrong field spoils a request.
function checkRest(span: WireMessage): void {
  span.text('traceState');
  for (const count of [
    'flags',
    'droppedAttributesCount',
    'droppedEventsCount',
    'droppedLinksCount',
  ]) {
    span.integer(count, false);
  }
  for (const event of span.messages('events', EVENT)) {
    event.integer('timeUnixNano', false);
    event.text('name');
    attributesOf(event);
  }
  for (const link of span.messages('links', LINK)) {
    link.id('traceId', 32);
    link.id('spanId', 16);
    link.text('traceState');
    attributesOf(link);
  }
}

function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / MILLION) + Number(nanoseconds % MILLION) / Number(MILLION);
}
