import { Injectable, inject, untracked } from '@angular/core';
import { type SpanOptions, type TraceContext, type TraceSpan, Tracer } from 'rx-mesh/tracing';
import { activeTrace, hasIds, isSampled, stateOf, toTraceContext } from './span-contexts';
import { SpanTwins } from './span-twins';
import { TwinIds } from './twin-ids';

/**
 * The tracer of an application that runs an SDK of OpenTelemetry: each of its spans is one of the SDK too, with the same ids, so
 * that servers, which are told of ours, hang theirs under what the SDK sends.
 */
@Injectable()
export class OpenTelemetryTracer extends Tracer {
  readonly #twins = inject(SpanTwins);
  readonly #ids = inject(TwinIds);

  override startSpan(operationName: string, options: SpanOptions = {}): TraceSpan {
    if (!this.#twins.isOn) return super.startSpan(operationName, options);
    const parent = this.#parentOf(options);
    const own: SpanOptions = { ...options, parent: parent ?? null };
    const twin = this.#twins.begin(operationName, own, parent);
    if (!twin) return super.startSpan(operationName, own);
    const theirs = twin.span.spanContext();
    if (!isSampled(theirs)) {
      return notSampled(operationName, own, toTraceContext(theirs), parent, twin.start);
    }
    // Before the span begins, for whoever is told of that may end it.
    this.#twins.keep(twin, this.finished$);
    const span = this.#ids.as(theirs, () =>
      super.startSpan(operationName, {
        ...own,
        parent: parent ? withState(parent, stateOf(theirs)) : null,
      }),
    );
    if (!span.sampled) this.#twins.drop(twin);
    return span;
  }

  #parentOf({ parent }: SpanOptions): TraceContext | undefined {
    const given = parent === undefined ? (activeTrace() ?? untracked(this.traceContext)) : parent;
    return given && hasIds(given) ? given : undefined;
  }
}

// A sampler of the SDK may have changed it. Member by member, for some contexts have getters, which a spread leaves out.
function withState(parent: TraceContext, traceState: string | undefined): TraceContext {
  const { traceId, spanId, sampled, random, baggage, remote, debug } = parent;
  return { traceId, spanId, sampled, random, traceState, baggage, remote, debug };
}

const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);
const NO_TAGS = /* @__PURE__ */ Object.freeze({});

// The SDK has decided: the ids are handed on, and no more.
function notSampled(
  operationName: string,
  { kind = 'internal', baggage }: SpanOptions,
  { traceId, spanId, random, traceState }: TraceContext,
  parent: TraceContext | undefined,
  [seconds, nanos]: readonly [number, number],
): TraceSpan {
  return {
    traceId,
    spanId,
    sampled: false,
    random: parent ? random : true,
    traceState,
    baggage: baggage ? { ...parent?.baggage, ...baggage } : parent?.baggage,
    debug: parent?.debug,
    parentSpanId: parent?.spanId,
    operationName,
    kind,
    startTime: new Date(seconds * 1000 + nanos / 1_000_000),
    tags: NO_TAGS,
    logs: NONE,
    links: NONE,
    status: 'unset',
    droppedTags: 0,
    droppedLogs: 0,
    droppedLinks: 0,
  };
}
