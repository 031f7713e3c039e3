import { Injectable, type Signal, inject, signal, untracked } from '@angular/core';
import { CLOCK, DIAGNOSTICS, EventHub, ID_GENERATOR } from 'rx-mesh/kernel';
import { type Observable, map } from 'rxjs';
import { AnchoredWall } from './anchored-wall';
import { NONE, NO_TAGS, OpenSpan, clip } from './open-span';
import { SAMPLER } from './sampling/sampler-in-use';
import { SpanBook } from './span-book';
import type { SpanOptions, TracerEvent } from './span-options';
import {
  type SpanLink,
  type SpanStatus,
  type SpanTagValue,
  type TraceContext,
  type TraceSpan,
  contextOf,
  hasIds,
} from './trace-span';
import { TRACING } from './tracing-options';
import { UnsampledSpan } from './unsampled-span';

/**
 * Records spans: who called whom, and how long it took.
 *
 * A span ends once. What is written to one that has ended, that is not sampled or that never was, is ignored: a trace
 * must not break what it follows. Nothing is sent anywhere: whoever wants finished spans subscribes to `finished$`.
 *
 * @usageNotes
 * ```ts
 * const tracer = inject(Tracer);
 * const span = tracer.startSpan('import prices', { tags: { 'prices.file': name } });
 * tracer.tag(span.spanId, 'prices.rows', 120);
 * tracer.end(span.spanId);
 * ```
 */
@Injectable({ providedIn: 'root' })
export class Tracer {
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly ids = inject(ID_GENERATOR);
  private readonly options = inject(TRACING.token);
  private readonly sampler = inject(SAMPLER);
  private readonly wall = new AnchoredWall(this.clock);
  private readonly page = signal<TraceContext | null>(null);
  private parent: TraceContext | null = null; // the same, for who must not be told of it
  private readonly hub = new EventHub<TracerEvent>();
  private readonly book = new SpanBook(this.options.maxRecentSpans);
  private evicted = 0;

  /** What this application is called in traces, for whoever sends finished spans on. */
  readonly serviceName: string = this.options.serviceName;

  /** The spans that have begun and not ended, by span id, oldest first, as a signal. Copied when somebody looks. */
  readonly activeSpans: Signal<ReadonlyMap<string, TraceSpan>> = this.book.active;

  /** The active spans by span id: on subscribe, and after each change. */
  readonly activeSpans$: Observable<ReadonlyMap<string, TraceSpan>> = this.book.watch(
    this.activeSpans,
  );

  /**
   * The spans that ended last, up to `maxRecentSpans`, oldest first, as a signal: what a page shows of itself. Copied when
   * somebody looks.
   */
  readonly recentSpans: Signal<readonly TraceSpan[]> = this.book.ended;

  /** The spans that ended last, oldest first: on subscribe, and after each change. */
  readonly recentSpans$: Observable<readonly TraceSpan[]> = this.book.watch(this.recentSpans);

  /** The context that spans without a parent are a part of; `null` when each begins a trace. As a signal. */
  readonly traceContext: Signal<TraceContext | null> = this.page.asReadonly();

  /** The context that spans without a parent are a part of: on subscribe, and after each change. */
  readonly traceContext$: Observable<TraceContext | null> = this.book.watch(this.page);

  /** What happens to spans, as it happens. Never errors. */
  readonly events$: Observable<TracerEvent> = this.hub.events$;

  /**
   * Each span once, when it ends. Never errors. Whoever begins spans while being told makes no end of them: send by
   * requests with `SKIP_TRACING`.
   */
  readonly finished$: Observable<TraceSpan> = this.hub
    .on('span-ended')
    .pipe(map(({ span }) => span));

  /**
   * Sets what spans without a parent are a part of: the trace of a page view, or one that a server began.
   *
   * @param context `null` for nothing; a context whose ids are malformed counts as that.
   */
  useTraceContext(context: TraceContext | null): void {
    const sound = context && hasIds(context) ? context : null;
    this.parent = sound;
    untracked(() => this.page.set(sound));
    this.book.tell();
  }

  /** Forgets the spans that ended. What is on its way to an exporter stays on its way. */
  clearRecentSpans(): void {
    this.book.clear();
    this.tell();
  }

  /**
   * Begins a span. Its trace is that of its parent; where a trace begins, the sampler decides whether it is recorded. When
   * there are too many active spans, the oldest one is ended.
   *
   * @param operationName What is done, in words that do not vary with the data: a route, not a path.
   */
  startSpan(operationName: string, options: SpanOptions = {}): TraceSpan {
    const { kind = 'internal', tags, links, startedAt } = options;
    const given = options.parent === undefined ? this.parent : options.parent;
    const parent = given && hasIds(given) ? given : undefined;
    const { clock, ids, sampler } = this;
    const baggage = options.baggage ? { ...parent?.baggage, ...options.baggage } : parent?.baggage;
    if (!parent && sampler.isOff) {
      return new UnsampledSpan(ids, operationName, kind, clock.now(), parent, baggage);
    }
    const traceId = parent ? parent.traceId : ids.traceId();
    const now = clock.monotonic();
    const sampled = sampler.sample({
      traceId,
      operationName,
      kind,
      tags: tags ?? NO_TAGS,
      parent,
      links: links ?? NONE,
      now,
    });
    if (!sampled && !sampler.recordsAll) {
      return new UnsampledSpan(ids, operationName, kind, clock.now(), parent, baggage, traceId);
    }
    // What began before it was noted has been for a while, on either clock.
    const isPast = startedAt !== undefined && startedAt < now && startedAt > -Infinity;
    const since = isPast ? startedAt : now;
    const startTime = this.wall.at(now) - (now - since);
    const started: TraceSpan = {
      traceId,
      spanId: ids.spanId(),
      sampled,
      random: parent ? parent.random : true, // ID_GENERATOR draws all of it
      traceState: parent?.traceState,
      baggage,
      debug: parent?.debug,
      parentSpanId: parent?.spanId,
      operationName: clip(operationName, this.options),
      kind,
      startTime: new Date(startTime),
      endTime: undefined,
      duration: undefined,
      tags: NO_TAGS,
      logs: NONE,
      links: NONE,
      status: 'unset',
      droppedTags: 0,
      droppedLogs: 0,
      droppedLinks: 0,
    };
    const span = new OpenSpan(started, clock, this.options, since, startTime);
    if (tags) span.tagAll(tags);
    if (links) for (const link of links) span.link(link);
    const view = span.view();
    this.begin(started.spanId, span);
    return view;
  }

  /**
   * Notes what is known about an active span; the same key again replaces the value.
   *
   * @param key A name of up to `maxValueLength` characters, not empty.
   */
  tag(spanId: string, key: string, value: SpanTagValue): void {
    const span = this.book.get(spanId);
    if (!span) return;
    span.tag(key, value);
    this.tell();
  }

  /** Notes that something happened now. */
  log(spanId: string, message: string, fields?: Readonly<Record<string, SpanTagValue>>): void {
    const span = this.book.get(spanId);
    if (!span) return;
    span.log(message, fields);
    this.tell();
  }

  /** Notes that an active span has to do with another one, which was not known at its start. */
  link(spanId: string, link: SpanLink): void {
    const span = this.book.get(spanId);
    if (!span) return;
    span.link(link);
    this.tell();
  }

  /**
   * Ends a span.
   *
   * @param status How it ended. @default 'ok'
   * @param endedAt When it ended, as a reading of `CLOCK.monotonic()`. @default now
   * @returns Whether there was such an active span. `recentSpans` and `finished$` have it as it will stay.
   */
  end(spanId: string, status: SpanStatus = 'ok', endedAt?: number): boolean {
    const span = this.book.get(spanId);
    if (!span) return false;
    span.end(status, endedAt);
    // Before anybody hears of it, who might end it again.
    this.book.end(spanId, span);
    this.tell('span-ended', span);
    return true;
  }

  /** What the children of a span, here or in another service, have to know. */
  contextOf(span: TraceSpan): TraceContext {
    return contextOf(span);
  }

  private begin(spanId: string, span: OpenSpan): void {
    const { maxActiveSpans } = this.options;
    if (this.book.size >= maxActiveSpans) this.evict();
    this.book.begin(spanId, span);
    this.tell('span-started', span);
    // Whoever heard of these may have begun others.
    if (this.book.size > maxActiveSpans) this.evict();
  }

  private evict(): void {
    const first = this.book.oldest();
    if (!first) return;
    const [oldest, span] = first;
    span.tag('rx_mesh.evicted', true);
    this.end(oldest, 'unset');
    const most = this.options.maxActiveSpans;
    // Not each time: spans that nobody ends come in great numbers.
    if (this.evicted++ % most > 0) return;
    this.diagnostics.report({
      code: 'RXM801',
      severity: 'warning',
      source: 'tracing',
      message: `There were ${most} active spans, so the oldest, "${span.view().operationName}", was ended. End what you begin, or raise maxActiveSpans.`,
    });
  }

  private tell(type?: TracerEvent['type'], span?: OpenSpan): void {
    this.book.wrote();
    // First, so that a span which a listener of the active ones ends has begun before.
    if (type && span && this.hub.observed) this.hub.emit({ type, span: span.view() });
    this.book.tell();
  }
}
