import { Injectable, inject } from '@angular/core';
import { context, trace } from '@opentelemetry/api';
import type { TraceContext } from 'rx-mesh/tracing';
import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { activeTrace, activeWith, hasIds } from './span-contexts';
import { SpanTwins } from './span-twins';

/**
 * The way between spans of ours and what is active in OpenTelemetry. It needs the context manager of the application, which the
 * SDK registers; without one nothing is ever active, and work runs as it is.
 *
 * @usageNotes
 * ```ts
 * const otel = inject(OpenTelemetryContext);
 * withSpan('checkout', (span) => otel.run(span, () => legacyCheckout(cart)));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class OpenTelemetryContext {
  readonly #twins = inject(SpanTwins, { optional: true });

  /** The span of the application that is active now, to be the parent or the link of one of ours; `undefined` when none is. */
  active(): TraceContext | undefined {
    return activeTrace();
  }

  /**
   * Does some work while a span of ours is active in OpenTelemetry: what instrumentations record meanwhile is a part of it. How
   * far that reaches beyond the first `await` is a matter of the context manager; in a browser most end there.
   *
   * @param span A span, or its context. One whose ids are malformed is not made active.
   * @returns What the work returns; what it throws is thrown.
   */
  run<T>(span: TraceContext, work: () => T): T {
    if (!hasIds(span)) return work();
    const twin = this.#twins?.spanOf(span);
    const around = activeWith(span);
    return context.with(twin ? trace.setSpan(around, twin) : around, work);
  }

  /**
   * Subscribes to a stream while a span of ours is active in OpenTelemetry. What the stream does later, it does in whatever is
   * active then.
   *
   * @param span As of `run`.
   */
  subscribeIn<T>(span: TraceContext): MonoTypeOperatorFunction<T> {
    return (source) =>
      new Observable((subscriber) => this.run(span, () => source.subscribe(subscriber)));
  }
}
