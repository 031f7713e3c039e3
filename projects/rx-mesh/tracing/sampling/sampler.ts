import type { SpanKind, SpanLink, SpanTagValue, TraceContext } from '../trace-span';

/** What is known of a span when it is decided whether it is sampled: it has not begun yet. */
export interface SamplingRequest {
  /** The trace that the span is a part of, or begins: 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** What is going to be done. */
  readonly operationName: string;
  /** What the span covers. */
  readonly kind: SpanKind;
  /** What is known about the work from the start. Whatever is told later cannot be sampled by. */
  readonly tags: Readonly<Record<string, SpanTagValue>>;
  /** What the span is a part of; `undefined` where a trace begins. */
  readonly parent: TraceContext | undefined;
  /** The spans that this one has to do with beside its parent. */
  readonly links: readonly SpanLink[];
  /** When, in milliseconds: a reading of `CLOCK.monotonic()`. */
  readonly now: number;
}

/**
 * Decides which spans are sampled, that is recorded and sent. It is asked once for each span as it begins, those with a
 * parent too: {@link parentBased} is what keeps traces whole. The servers are told of the decision, so that they record
 * the same traces.
 *
 * @usageNotes
 * ```ts
 * const noPolling: Sampler = { sample: ({ tags }) => tags['app.polling'] !== true };
 * ```
 */
export interface Sampler {
  /** Whether a span is sampled. It must begin no spans. What it throws counts as no. */
  sample(request: SamplingRequest): boolean;
}

/**
 * Samples every span.
 *
 * @usageNotes
 * ```ts
 * sampleBy([{ name: 'checkout', sampler: alwaysSample }], ratioSampler(0.01));
 * ```
 */
export const alwaysSample: Sampler = { sample: () => true };

/**
 * Samples no span.
 *
 * @usageNotes
 * ```ts
 * sampleBy([{ name: /heartbeat/, sampler: neverSample }], ratioSampler(0.1));
 * ```
 */
export const neverSample: Sampler = { sample: () => false };
