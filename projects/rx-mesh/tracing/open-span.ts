import type { Clock } from 'rx-mesh/kernel';
import type {
  SpanKind,
  SpanStatus,
  SpanTagValue,
  TraceContext,
  TraceLog,
  TraceSpan,
} from './trace-span';

/** What a span is from its start to its end. */
export interface SpanIdentity extends TraceContext {
  readonly sampled: boolean;
  readonly parentSpanId: string | undefined;
  readonly operationName: string;
  readonly kind: SpanKind;
}

/** How much a span may hold. */
export interface SpanLimits {
  readonly maxTags: number;
  readonly maxLogs: number;
  readonly maxValueLength: number;
}

/**
 * A span that is written to. It changes in place, and a snapshot is made when somebody looks: most tags are written
 * unseen.
 */
export class OpenSpan {
  readonly #identity: SpanIdentity;
  readonly #clock: Clock;
  readonly #limits: SpanLimits;
  readonly #tags = new Map<string, SpanTagValue>();
  readonly #logs: TraceLog[] = [];
  readonly #startTime: number;
  readonly #startedAt: number;
  #duration: number | undefined;
  #status: SpanStatus = 'unset';
  #droppedTags = 0;
  #droppedLogs = 0;
  #view: TraceSpan | undefined;

  constructor(identity: SpanIdentity, clock: Clock, limits: SpanLimits) {
    this.#identity = { ...identity, operationName: clip(identity.operationName, limits) };
    this.#clock = clock;
    this.#limits = limits;
    this.#startTime = clock.now();
    this.#startedAt = clock.monotonic();
  }

  /** The span as it is now; the same object until it changes. */
  view(): TraceSpan {
    return (this.#view ??= {
      ...this.#identity,
      startTime: this.#after(0),
      endTime: this.#duration === undefined ? undefined : this.#after(this.#duration),
      duration: this.#duration,
      tags: Object.fromEntries(this.#tags),
      logs: [...this.#logs],
      status: this.#status,
      droppedTags: this.#droppedTags,
      droppedLogs: this.#droppedLogs,
    });
  }

  /** Writes a tag, or counts it as dropped. */
  tag(key: string, value: SpanTagValue): void {
    this.#view = undefined;
    if (!put(this.#tags, key, value, this.#limits)) this.#droppedTags++;
  }

  /** Adds a log, or counts it as dropped. */
  log(message: string, fields: Readonly<Record<string, SpanTagValue>> = {}): void {
    this.#view = undefined;
    if (this.#logs.length >= this.#limits.maxLogs) {
      this.#droppedLogs++;
      return;
    }
    const kept = new Map<string, SpanTagValue>();
    for (const [key, value] of Object.entries(fields)) put(kept, key, value, this.#limits);
    this.#logs.push({
      timestamp: this.#after(this.#elapsed()),
      message: clip(message, this.#limits),
      fields: kept.size > 0 ? Object.fromEntries(kept) : undefined,
    });
  }

  /** Stops the watch. */
  end(status: SpanStatus): void {
    this.#view = undefined;
    this.#duration = this.#elapsed();
    this.#status = status;
  }

  // Never negative: in a test, the reading at the start may come from another clock than this one.
  #elapsed(): number {
    return Math.max(0, this.#clock.monotonic() - this.#startedAt);
  }

  // The wall may jump while the span is active; its times must not. A new one each time, for a date can be changed.
  #after(elapsed: number): Date {
    return new Date(this.#startTime + elapsed);
  }
}

function put(
  tags: Map<string, SpanTagValue>,
  key: string,
  value: unknown,
  limits: SpanLimits,
): boolean {
  const name = clip(key, limits);
  const isText = typeof value === 'string';
  if (!isText && typeof value !== 'number' && typeof value !== 'boolean') return false;
  if (name === '' || (tags.size >= limits.maxTags && !tags.has(name))) return false;
  tags.set(name, isText ? clip(value, limits) : value);
  return true;
}

// What is no text at all came past the compiler: nothing that is recorded may break what is recorded.
function clip(text: unknown, { maxValueLength }: SpanLimits): string {
  if (typeof text !== 'string') return '';
  // Half of a pair at the end would be no character.
  return text.length > maxValueLength
    ? text.slice(0, maxValueLength).replace(/[\ud800-\udbff]$/, '')
    : text;
}
