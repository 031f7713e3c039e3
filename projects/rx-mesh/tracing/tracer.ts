import { Injectable, type Signal, computed, inject, signal, untracked } from '@angular/core';
import { CLOCK, DIAGNOSTICS, EventHub, ID_GENERATOR } from 'rx-mesh/kernel';
import { type Observable, distinctUntilChanged, map, merge, of } from 'rxjs';
import { OpenSpan } from './open-span';
import { isSampled } from './sampler';
import {
  type SpanKind,
  type SpanStatus,
  type SpanTagValue,
  type TraceContext,
  type TraceSpan,
  contextOf,
  hasIds,
} from './trace-span';
import { TRACING } from './tracing-options';

/** How a span begins. */
export interface SpanOptions {
  /**
   * What the span is a part of; `null` begins a new trace, and so does a parent whose ids are malformed.
   * @default the context of the page, see {@link Tracer.useTraceContext}
   */
  readonly parent?: TraceContext | null | undefined;
  /** What it covers. @default 'internal' */
  readonly kind?: SpanKind | undefined;
  /** What is known about the work from the start. */
  readonly tags?: Readonly<Record<string, SpanTagValue>> | undefined;
}

/** What a {@link Tracer} does, as it does it. */
export type TracerEvent =
  | {
      /** A span that is recorded began. */
      readonly type: 'span-started';
      /** The span at its start. */
      readonly span: TraceSpan;
    }
  | {
      /** A span ended. */
      readonly type: 'span-ended';
      /** The span as it will stay. */
      readonly span: TraceSpan;
    };

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
  private readonly page = signal<TraceContext | null>(null);
  private readonly hub = new EventHub<TracerEvent>();
  // Not a KeyedStore: spans change in place, and the oldest one has to be found without a copy.
  private readonly open = new Map<string, OpenSpan>();
  private readonly writes = signal(0);
  private readonly written = new EventHub<null>();
  private evicted = 0;

  /** What this application is called in traces, for whoever sends finished spans on. */
  readonly serviceName: string = this.options.serviceName;

  /** The spans that have begun and not ended, by span id, oldest first, as a signal. Copied when somebody looks. */
  readonly activeSpans: Signal<ReadonlyMap<string, TraceSpan>> = computed(() => {
    this.writes();
    return new Map([...this.open].map(([id, span]) => [id, span.view()]));
  });

  /** The active spans by span id: on subscribe, and after each change. */
  readonly activeSpans$: Observable<ReadonlyMap<string, TraceSpan>> = this.look(this.activeSpans);

  /** The context that spans without a parent are a part of; `null` when each begins a trace. As a signal. */
  readonly traceContext: Signal<TraceContext | null> = this.page.asReadonly();

  /** The context that spans without a parent are a part of: on subscribe, and after each change. */
  readonly traceContext$: Observable<TraceContext | null> = this.look(this.page);

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
    untracked(() => this.page.set(context && hasIds(context) ? context : null));
    this.written.emit(null);
  }

  /**
   * Begins a span. Its trace is that of its parent, which has also decided whether it is recorded; where a trace
   * begins, `sampleRatio` does. When there are too many active spans, the oldest one is ended.
   *
   * @param operationName What is done, in words that do not vary with the data: a route, not a path.
   */
  startSpan(operationName: string, options: SpanOptions = {}): TraceSpan {
    const { kind = 'internal', tags = {} } = options;
    const given = options.parent === undefined ? untracked(this.page) : options.parent;
    const parent = given && hasIds(given) ? given : undefined;
    const identity = {
      ...contextOf(parent ?? this.newTrace()),
      spanId: this.ids.spanId(),
      parentSpanId: parent?.spanId,
      operationName,
      kind,
    };
    const { sampled } = identity;
    const span = new OpenSpan(identity, this.clock, this.options);
    for (const [key, value] of sampled ? Object.entries(tags) : []) span.tag(key, value);
    const started = span.view();
    if (sampled) this.begin(span, started);
    return started;
  }

  /**
   * Notes what is known about an active span; the same key again replaces the value.
   *
   * @param key A name of up to `maxValueLength` characters, not empty.
   */
  tag(spanId: string, key: string, value: SpanTagValue): void {
    this.write(spanId, (span) => span.tag(key, value));
  }

  /** Notes that something happened now. */
  log(spanId: string, message: string, fields?: Readonly<Record<string, SpanTagValue>>): void {
    this.write(spanId, (span) => span.log(message, fields));
  }

  /**
   * Ends a span.
   *
   * @param status How it ended. @default 'ok'
   * @returns The span as it will stay; `undefined` when there is no such active span.
   */
  end(spanId: string, status: SpanStatus = 'ok'): TraceSpan | undefined {
    const span = this.open.get(spanId);
    if (!span) return undefined;
    span.end(status);
    // Before anybody hears of it, who might end it again.
    this.open.delete(spanId);
    const ended = span.view();
    this.tell({ type: 'span-ended', span: ended });
    return ended;
  }

  /** What the children of a span, here or in another service, have to know. */
  contextOf(span: TraceSpan): TraceContext {
    return contextOf(span);
  }

  private newTrace(): TraceContext {
    const traceId = this.ids.traceId();
    const sampled = isSampled(traceId, this.options.sampleRatio);
    return { traceId, spanId: '', random: true, sampled }; // ID_GENERATOR draws all of it
  }

  private begin(span: OpenSpan, started: TraceSpan): void {
    const { maxActiveSpans } = this.options;
    if (this.open.size >= maxActiveSpans) this.evict();
    this.open.set(started.spanId, span);
    this.tell({ type: 'span-started', span: started });
    // Whoever heard of these may have begun others.
    if (this.open.size > maxActiveSpans) this.evict();
  }

  private write(spanId: string, change: (span: OpenSpan) => void): void {
    const span = this.open.get(spanId);
    if (!span) return;
    change(span);
    this.tell();
  }

  private evict(): void {
    const [oldest] = this.open.keys();
    if (oldest === undefined) return;
    this.tag(oldest, 'rx_mesh.evicted', true);
    const span = this.end(oldest, 'unset');
    const most = this.options.maxActiveSpans;
    // Not each time: spans that nobody ends come in great numbers.
    if (this.evicted++ % most > 0) return;
    this.diagnostics.report({
      code: 'RXM801',
      severity: 'warning',
      source: 'tracing',
      message: `There were ${most} active spans, so the oldest, "${span?.operationName ?? ''}", was ended. End what you begin, or raise maxActiveSpans.`,
    });
  }

  private look<T>(state: Signal<T>): Observable<T> {
    return merge(this.written.events$, of(null)).pipe(
      map(() => untracked(state)),
      distinctUntilChanged(),
    );
  }

  private tell(event?: TracerEvent): void {
    // Untracked: a stream may be subscribed inside of a `computed`, where Angular refuses a write.
    untracked(() => this.writes.update((count) => count + 1));
    // First, so that a span which a listener of the active ones ends has begun before.
    if (event) this.hub.emit(event);
    this.written.emit(null);
  }
}
