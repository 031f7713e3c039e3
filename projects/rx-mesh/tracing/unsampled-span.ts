import type { IdGenerator } from 'rx-mesh/kernel';
import { NONE, NO_TAGS } from './open-span';
import type { SpanKind, TraceContext, TraceSpan } from './trace-span';

/**
 * A span that is not recorded: ids to hand on, and no more. They are drawn when somebody reads them, since an application
 * that samples few traces begins many of these.
 */
export class UnsampledSpan implements TraceSpan {
  readonly #ids: IdGenerator;
  readonly #startTime: number;
  #traceId: string | undefined;
  #spanId: string | undefined;
  readonly sampled = false;
  readonly status = 'unset';
  readonly droppedTags = 0;
  readonly droppedLogs = 0;
  readonly droppedLinks = 0;
  readonly random: boolean | undefined;
  readonly traceState: string | undefined;
  readonly debug: boolean | undefined;
  readonly parentSpanId: string | undefined;

  /** @param traceId That of its parent, or one that was drawn already. */
  constructor(
    ids: IdGenerator,
    readonly operationName: string,
    readonly kind: SpanKind,
    startTime: number,
    parent: TraceContext | undefined,
    readonly baggage: TraceContext['baggage'],
    traceId?: string,
  ) {
    this.#ids = ids;
    this.#startTime = startTime;
    this.#traceId = traceId;
    this.random = parent ? parent.random : true;
    this.traceState = parent?.traceState;
    this.debug = parent?.debug;
    this.parentSpanId = parent?.spanId;
  }

  get traceId(): string {
    return (this.#traceId ??= this.#ids.traceId());
  }

  get spanId(): string {
    return (this.#spanId ??= this.#ids.spanId());
  }

  get startTime(): Date {
    return new Date(this.#startTime);
  }

  get tags(): TraceSpan['tags'] {
    return NO_TAGS;
  }

  get logs(): readonly never[] {
    return NONE;
  }

  get links(): readonly never[] {
    return NONE;
  }
}
