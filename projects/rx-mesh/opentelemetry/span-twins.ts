import { Injectable, type OnDestroy, inject } from '@angular/core';
import {
  type HrTime,
  type Span,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { CLOCK } from 'rx-mesh/kernel';
import type { SpanOptions, TraceContext, TraceSpan } from 'rx-mesh/tracing';
import { type Observable, type Subscription, tap } from 'rxjs';
import { SdkGuard } from './sdk-guard';
import { activeWith, hasIds } from './span-contexts';
import { attributesOf, finalTags, hrTime, kindOf, later, linksOf, statusOf } from './span-values';
import { SpanWall } from './span-wall';

/**
 * What the package has where nobody has registered a provider yet, and around one later. Asked for a tracer it would give one
 * that does nothing, and that costs. Not by its class: there may be two copies of the package.
 */
interface StandIn {
  getDelegateTracer?(name: string): Tracer | undefined;
}

/** A span of the SDK that stands for one of ours. */
export interface SpanTwin {
  /** The span of the SDK. */
  readonly span: Span;
  /** When it began. */
  readonly start: HrTime;
  /** How many links it has from its start. */
  readonly links: number;
}

/**
 * The spans of the SDK that stand for spans of ours which are active. There are never more of them than active spans. They
 * begin together, for the SDK gives the ids; what else is known is written when ours ends, and so as it will stay.
 */
@Injectable()
export class SpanTwins implements OnDestroy {
  readonly #guard = inject(SdkGuard);
  readonly #wall = new SpanWall(inject(CLOCK));
  readonly #open = new Map<string, SpanTwin>();
  #tracer: Tracer | undefined;
  #finishing: Subscription | undefined;
  #isClosed = false;

  /** Whether there is an SDK that takes spans, as far as the application has registered one by now. */
  get isOn(): boolean {
    return !this.#isClosed && this.#sdk() !== undefined;
  }

  /**
   * Begins a span of the SDK.
   *
   * @param parent What it is a part of, with proper ids; `undefined` where a trace begins.
   * @returns `undefined` when the SDK does not want spans just now, or throws.
   */
  begin(
    operationName: string,
    options: SpanOptions,
    parent: TraceContext | undefined,
  ): SpanTwin | undefined {
    return this.#guard.call(() => {
      const { kind = 'internal', tags, startedAt } = options;
      const start = hrTime(this.#wall.startOf(startedAt));
      const links = linksOf(options.links);
      const span = this.#sdk()?.startSpan(
        operationName,
        { kind: kindOf(kind), attributes: attributesOf(tags), links, startTime: start },
        this.#within(parent),
      );
      const ids = span?.spanContext();
      // No ids inside of work that the application does not want to be traced; those of the parent from an SDK that is off.
      return span && ids && hasIds(ids) && ids.spanId !== parent?.spanId
        ? { span, start, links: links.length }
        : undefined;
    });
  }

  /** Keeps a twin until its span ends. @param finished$ The spans that end, which nobody listens to before the first twin. */
  keep(twin: SpanTwin, finished$: Observable<TraceSpan>): void {
    this.#open.set(twin.span.spanContext().spanId, twin);
    this.#finishing ??= finished$.pipe(tap((ours) => this.#finish(ours))).subscribe();
  }

  /** Forgets a twin. The SDK sends what ends, so it will not send this one. */
  drop(twin: SpanTwin): void {
    this.#open.delete(twin.span.spanContext().spanId);
  }

  /** The span of the SDK that stands for a span of ours which is active. */
  spanOf({ spanId }: TraceContext): Span | undefined {
    return this.#open.get(spanId)?.span;
  }

  /** Forgets all, and begins no more: the application has ended. */
  ngOnDestroy(): void {
    this.#isClosed = true;
    this.#finishing?.unsubscribe();
    this.#open.clear();
  }

  #finish(ours: TraceSpan): void {
    const twin = this.#open.get(ours.spanId);
    if (!twin) return;
    this.#open.delete(ours.spanId);
    this.#guard.call(() => write(twin, ours));
  }

  #sdk(): Tracer | undefined {
    if (this.#tracer) return this.#tracer;
    const provider: TracerProvider & StandIn = trace.getTracerProvider();
    this.#tracer = provider.getDelegateTracer
      ? provider.getDelegateTracer('rx-mesh')
      : provider.getTracer('rx-mesh');
    return this.#tracer;
  }

  #within(parent: TraceContext | undefined): ReturnType<typeof activeWith> {
    const around = activeWith(parent);
    const span = parent && this.spanOf(parent);
    return span ? trace.setSpan(around, span) : around;
  }
}

function write({ span, start, links }: SpanTwin, ours: TraceSpan): void {
  const { operationName, logs, startTime, duration = 0 } = ours;
  // Cut, if it was too long.
  span.updateName(operationName);
  span.setAttributes(finalTags(ours));
  for (const { timestamp, message, fields } of logs) {
    // Both dates are whole milliseconds, so what lies between them may be one too long.
    const passed = Math.min(Math.max(timestamp.getTime() - startTime.getTime(), 0), duration);
    span.addEvent(message, attributesOf(fields), later(start, passed));
  }
  const more = linksOf(ours.links.slice(links));
  // Not in vain, for an SDK may be older than this method.
  if (more.length > 0) span.addLinks(more);
  span.setStatus(statusOf(ours));
  span.end(later(start, duration));
}
