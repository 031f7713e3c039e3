import { InjectionToken } from '@angular/core';
import type { Diagnostics } from 'rx-mesh/kernel';
import type { TraceSpan } from '../trace-span';
import { AgingMap } from './aging-map';
import { tellOnce } from './guarded-sampler';
import {
  TAIL_SAMPLING,
  type TailSamplingOptions,
  type TailSamplingValues,
} from './tail-sampling-options';
import { WaitingTraces, isRoot } from './waiting-traces';

declare const ngDevMode: boolean;

/** Why a trace is kept: a span failed, a span took long, or `keep` said so. */
export type TailReason = 'error' | 'slow' | 'rule';

/** What became of the spans that were not sampled. Each is in one of the first four numbers. */
export interface TailSamplerStatistics {
  /** How many spans wait. */
  readonly waiting: number;
  /** How many spans came out after all. */
  readonly kept: number;
  /** How many spans gave way to a limit, or waited longer than `maxAge`: what is kept may lack them. */
  readonly forgotten: number;
  /** How many spans went because their trace was over, and well. */
  readonly settled: number;
  /** How many traces wait. */
  readonly waitingTraces: number;
  /** How many traces are remembered whose later spans come out at once. */
  readonly keptTraces: number;
}

/**
 * Decides at the end what the sampler could not know at the start: the traces in which something goes wrong are kept,
 * though they are not sampled.
 *
 * Spans that are sampled come out at once. The others wait, a trace together, until a span of the trace ends by `error` or
 * `timeout`, takes long, or is one to `keep`. Then all of them come out, in the order in which they ended, and whatever the
 * trace has later. They have the tag `rx_mesh.sampled_by`, which says why: `error`, `slow` or `rule`.
 *
 * Their `sampled` stays `false`, for that is what the servers were told, and OTLP `flags` say so as well: a receiver has the
 * part of the page, and the parts of the servers only where these sample by themselves. Whoever sends what comes out must
 * not ask for `sampled` again.
 *
 * Taking long is a matter of spans of kind `client` and of those without a parent: what a user waits for, and requests. Any
 * other span may last for good reasons, and what it waits for is measured. A request that stays open by design, such as a
 * long poll, is slow by this: raise `slow`, or set it to `Infinity` and let `keep` tell.
 *
 * A trace that another service has begun has no span here without a parent: it waits for `maxAge`, not for `settle`.
 *
 * Nothing runs in between: what is too old goes when the next span comes.
 *
 * @usageNotes
 * ```ts
 * const tail = new TailSampler({ slow: 1000 }, inject(DIAGNOSTICS));
 * tracer.finished$.pipe(concatMap((span) => tail.select(span, clock.monotonic())));
 * ```
 */
export class TailSampler {
  readonly #options: TailSamplingValues;
  readonly #tell: (cause: unknown) => void;
  readonly #waiting: WaitingTraces;
  readonly #reasons = new AgingMap<TailReason>();
  #now = -Infinity;
  #kept = 0;

  /**
   * @param options What differs from the defaults.
   * @param diagnostics Hears of it when `keep` throws, the first time.
   * @throws InvalidOptionError when an option is out of its range.
   */
  constructor(options: TailSamplingOptions, diagnostics: Diagnostics) {
    this.#options = TAIL_SAMPLING.resolve(options);
    this.#waiting = new WaitingTraces(this.#options);
    this.#tell = tellOnce(
      diagnostics,
      'The `keep` of tailSampling threw, so it keeps no trace for this span, nor for others of which it does. Let it answer false where it cannot tell.',
    );
  }

  /** What became of the spans up to now. */
  get statistics(): TailSamplerStatistics {
    const { spans, traces, forgotten, settled } = this.#waiting;
    return {
      waiting: spans,
      kept: this.#kept,
      forgotten,
      settled,
      waitingTraces: traces,
      keptTraces: this.#reasons.size,
    };
  }

  /**
   * Takes a span that has ended, and gives those that are to be sent now: none, the span itself, or a whole trace. Each span
   * is to be handed over once. Never throws.
   *
   * @param now A reading of `CLOCK.monotonic()`; an earlier one than before counts as the same.
   */
  select(span: TraceSpan, now: number): readonly TraceSpan[] {
    if (now > this.#now) this.#now = now;
    this.#expire();
    const reason = this.#reasons.get(span.traceId) ?? this.#reasonOf(span);
    if (reason) return this.#letOut(span, reason);
    this.#waiting.note(span, this.#now);
    return span.sampled ? [span] : [];
  }

  #letOut(span: TraceSpan, reason: TailReason): readonly TraceSpan[] {
    const { traceId } = span;
    this.#reasons.put(traceId, reason, this.#now);
    if (this.#reasons.size > this.#options.maxTraces) this.#reasons.takeOldest();
    return [...this.#waiting.take(traceId), span].map((one) => {
      if (one.sampled) return one;
      this.#kept++;
      return { ...one, tags: { ...one.tags, 'rx_mesh.sampled_by': reason } };
    });
  }

  #reasonOf(span: TraceSpan): TailReason | undefined {
    const { errors, slow } = this.#options;
    const { status, kind, duration = 0 } = span;
    if (errors && (status === 'error' || status === 'timeout')) return 'error';
    if ((kind === 'client' || isRoot(span)) && duration >= slow) return 'slow';
    return this.#isToKeep(span) ? 'rule' : undefined;
  }

  #isToKeep(span: TraceSpan): boolean {
    try {
      // Not what merely counts as true: the promise of an answer would keep everything.
      return (this.#options.keep(span) as unknown) === true;
    } catch (cause) {
      this.#tell(cause);
      return false;
    }
  }

  #expire(): void {
    this.#waiting.expire(this.#now);
    const until = this.#now - this.#options.maxAge;
    while (this.#reasons.takeOldest(until)) continue;
  }
}

/**
 * Who decides at the end which spans are sent. While there is somebody, the spans that are not sampled are recorded too.
 * @default null, for nobody: spans that are sampled are sent, and no others
 */
export const TAIL_SAMPLER = new InjectionToken<TailSampler | null>(
  ngDevMode ? 'rx-mesh TAIL_SAMPLER' : '',
  { providedIn: 'root', factory: () => null },
);
