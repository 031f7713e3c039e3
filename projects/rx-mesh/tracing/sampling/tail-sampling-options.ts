import { createOptions, nonNegative, positive, positiveInteger } from 'rx-mesh/kernel';
import type { TraceSpan } from '../trace-span';

/** Options of {@link tailSampling}: which traces are kept after all, and how much waits for that. */
export interface TailSamplingOptions {
  /**
   * How long a span takes that has its trace kept, in milliseconds, at least 0; `Infinity` for never. Spans of kind
   * `client` and those without a parent are measured. @default 2000
   */
  readonly slow?: number | undefined;
  /** Whether a span that ended by `error` or `timeout` has its trace kept. @default true */
  readonly errors?: boolean | undefined;
  /**
   * Whether a span that ended has its trace kept for another reason. Only `true` counts, and what it throws counts as no.
   * It must begin no spans. @default none
   */
  readonly keep?: ((span: TraceSpan) => boolean) | undefined;
  /** The most traces that wait, and the most kept ones that are remembered, at least 1. @default 100 */
  readonly maxTraces?: number | undefined;
  /** The most spans of one trace that wait, at least 1; one more, and the oldest is forgotten. @default 128 */
  readonly maxSpansPerTrace?: number | undefined;
  /** The most spans that wait in all, at least 1; one more, and a whole trace is forgotten. @default 2048 */
  readonly maxSpans?: number | undefined;
  /** How long a trace is known after its last span, in milliseconds, above 0. @default 60000 */
  readonly maxAge?: number | undefined;
  /**
   * How long a trace waits after its last span once the span without a parent has ended well, in milliseconds, at least 0:
   * some of its children may end later. Never longer than `maxAge`. @default 5000
   */
  readonly settle?: number | undefined;
}

/** The options of tail sampling with a value for each. */
export interface TailSamplingValues {
  readonly slow: number;
  readonly errors: boolean;
  readonly keep: (span: TraceSpan) => boolean;
  readonly maxTraces: number;
  readonly maxSpansPerTrace: number;
  readonly maxSpans: number;
  readonly maxAge: number;
  readonly settle: number;
}

/** The defaults of tail sampling, and what each option may be. */
export const TAIL_SAMPLING = /* @__PURE__ */ createOptions<TailSamplingValues>(
  'TailSamplingOptions',
  {
    slow: 2000,
    errors: true,
    keep: () => false,
    maxTraces: 100,
    maxSpansPerTrace: 128,
    maxSpans: 2048,
    maxAge: 60_000,
    settle: 5000,
  },
  {
    slow: (slow) =>
      slow === Infinity || nonNegative(slow) === undefined
        ? undefined
        : 'a number of at least 0, or Infinity for never',
    errors: (errors) => (typeof errors === 'boolean' ? undefined : 'true or false'),
    keep: (keep) => (typeof keep === 'function' ? undefined : 'a function of a span'),
    maxTraces: positiveInteger,
    maxSpansPerTrace: positiveInteger,
    maxSpans: positiveInteger,
    maxAge: positive,
    settle: nonNegative,
  },
);
