import type { Clock } from 'rx-mesh/kernel';
import {
  type SpanLink,
  type SpanStatus,
  type SpanTagValue,
  type TraceContext,
  type TraceLog,
  type TraceSpan,
  contextOf,
  hasIds,
} from './trace-span';

/** How much a span may hold. */
export interface SpanLimits {
  readonly maxTags: number;
  readonly maxLogs: number;
  readonly maxLinks: number;
  readonly maxValueLength: number;
}

type Tags = Readonly<Record<string, SpanTagValue>>;

/**
 * A span that is written to. It changes in place, and a snapshot is made when somebody looks: most tags are written
 * unseen. Objects are not spread here: where a build has to write that out, as that of Angular does, it costs more than
 * all else of a span.
 */
export class OpenSpan {
  readonly #started: TraceSpan;
  readonly #clock: Clock;
  readonly #limits: SpanLimits;
  readonly #startTime: number;
  readonly #startedAt: number;
  readonly #tags: TagList = [];
  #logs: TraceLog[] | undefined;
  #links: SpanLink[] | undefined;
  #duration: number | undefined;
  #status: SpanStatus = 'unset';
  #droppedTags = 0;
  #droppedLogs = 0;
  #droppedLinks = 0;
  #view: TraceSpan | undefined;

  /**
   * @param started The span at its start: its view until it changes.
   * @param startedAt When it began, as a reading of the monotonic clock.
   * @param startTime The same as wall time.
   */
  constructor(
    started: TraceSpan,
    clock: Clock,
    limits: SpanLimits,
    startedAt: number,
    startTime: number,
  ) {
    this.#started = started;
    this.#view = started;
    this.#clock = clock;
    this.#limits = limits;
    this.#startedAt = startedAt;
    this.#startTime = startTime;
  }

  /** The span as it is now; the same object until it changes. */
  view(): TraceSpan {
    return (this.#view ??= this.#look());
  }

  /** Writes a tag, or counts it as dropped. */
  tag(key: string, value: SpanTagValue | undefined): void {
    this.#view = undefined;
    if (!put(this.#tags, key, value, this.#limits)) this.#droppedTags++;
  }

  /** Writes tags, as many as there is room for. One that cannot be read counts as dropped. */
  tagAll(tags: Tags): void {
    for (const key of Object.keys(tags)) this.tag(key, read(tags, key));
  }

  /** Adds a log, or counts it as dropped. */
  log(message: string, fields?: Tags): void {
    this.#view = undefined;
    this.#logs ??= [];
    if (this.#logs.length >= this.#limits.maxLogs) {
      this.#droppedLogs++;
      return;
    }
    const kept = this.#kept(fields);
    this.#logs.push({
      timestamp: this.#after(this.#elapsed(this.#clock.monotonic())),
      message: clip(message, this.#limits),
      fields: kept,
    });
  }

  /** Adds a link, or counts it as dropped. */
  link(link: SpanLink): void {
    this.#view = undefined;
    this.#links ??= [];
    if (this.#links.length >= this.#limits.maxLinks || !isLink(link)) this.#droppedLinks++;
    else this.#links.push({ context: contextOf(link.context), tags: this.#kept(link.tags) });
  }

  /** Stops the watch. */
  end(status: SpanStatus, endedAt = this.#clock.monotonic()): void {
    this.#view = undefined;
    this.#duration = this.#elapsed(endedAt);
    this.#status = status;
  }

  #look(): TraceSpan {
    const { traceId, spanId, sampled, random, traceState, baggage, debug } = this.#started;
    const { parentSpanId, operationName, kind } = this.#started;
    return {
      traceId,
      spanId,
      sampled,
      random,
      traceState,
      baggage,
      debug,
      parentSpanId,
      operationName,
      kind,
      startTime: this.#start(),
      endTime: this.#duration === undefined ? undefined : this.#after(this.#duration),
      duration: this.#duration,
      tags: toTags(this.#tags),
      logs: this.#logs?.slice() ?? NONE,
      links: this.#links?.slice() ?? NONE,
      status: this.#status,
      droppedTags: this.#droppedTags,
      droppedLogs: this.#droppedLogs,
      droppedLinks: this.#droppedLinks,
    };
  }

  #kept(tags: Tags | undefined): Tags | undefined {
    if (!tags) return undefined;
    const kept: TagList = [];
    for (const key of Object.keys(tags)) put(kept, key, read(tags, key), this.#limits);
    return kept.length > 0 ? toTags(kept) : undefined;
  }

  // The same date, unless somebody has changed it: dates are dear.
  #start(): Date {
    const { startTime } = this.#started;
    return startTime.getTime() === Math.trunc(this.#startTime) ? startTime : this.#after(0);
  }

  // Never negative: in a test, the reading at the start may come from another clock than this one. Nor without an end,
  // for which receivers have no number.
  #elapsed(at: number): number {
    const elapsed = at - this.#startedAt;
    return elapsed > 0 && elapsed < Infinity ? elapsed : 0;
  }

  // The wall may jump while the span is active; its times must not. A new one each time, for a date can be changed.
  #after(elapsed: number): Date {
    return new Date(this.#startTime + elapsed);
  }
}

/** No logs, no links. */
export const NONE: readonly never[] = /* @__PURE__ */ Object.freeze([]);

/** No tags. */
export const NO_TAGS: Tags = /* @__PURE__ */ Object.freeze({});

/** Key, value, key, value: there are few, and a list is searched fastest. */
type TagList = SpanTagValue[];

/** Puts a value under a key; tells whether there was room, and both are sound. */
function put(tags: TagList, key: string, value: unknown, limits: SpanLimits): boolean {
  const name = clip(key, limits);
  const isText = typeof value === 'string';
  if (!isText && typeof value !== 'number' && typeof value !== 'boolean') return false;
  if (name === '') return false;
  let at = 0;
  while (at < tags.length && tags[at] !== name) at += 2;
  if (at >= 2 * limits.maxTags) return false;
  if (at === tags.length) tags.push(name, '');
  tags[at + 1] = isText ? clip(value, limits) : value;
  return true;
}

function toTags(list: TagList): Tags {
  const tags: Record<string, SpanTagValue> = {};
  for (let at = 0; at < list.length; at += 2) {
    const key = list[at] as string;
    const value = list[at + 1] ?? '';
    // Under this name an assignment would be lost.
    if (key === '__proto__') Object.defineProperty(tags, key, { ...OWN, value });
    else tags[key] = value;
  }
  return tags;
}

const OWN: PropertyDescriptor = { enumerable: true, configurable: true, writable: true };

// A getter may throw, and nothing that is recorded may break what is recorded.
function read(tags: Tags, key: string): SpanTagValue | undefined {
  try {
    return tags[key];
  } catch {
    return undefined;
  }
}

function isLink(link: unknown): boolean {
  const { context } = Object(link) as Partial<SpanLink>;
  return typeof context === 'object' && hasIds(Object(context) as TraceContext);
}

/** A text that is no longer than it may be. */
// What is no text at all came past the compiler.
export function clip(text: unknown, { maxValueLength }: SpanLimits): string {
  if (typeof text !== 'string') return '';
  if (text.length <= maxValueLength) return text;
  // Half of a pair at the end would be no character.
  const cut = text.slice(0, maxValueLength).replace(/[\ud800-\udbff]$/, '');
  // A copy: to an engine a part of a text is a look at the whole of it, which would be held for as long as the span is.
  return ` ${cut}`.slice(1);
}
