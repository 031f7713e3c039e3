import { type MonoTypeOperatorFunction, type Observable, defer } from 'rxjs';

/** What a policy tells about one call while it works. */
export type PolicyEvent =
  | {
      /** An attempt failed and a new one was put off. */
      readonly type: 'retry-scheduled';
      /** The attempt that failed, counted from 1. */
      readonly attempt: number;
      /** Until the next attempt, in milliseconds. */
      readonly delay: number;
      /** What the attempt failed with. */
      readonly error: unknown;
    }
  | {
      /** A policy turned an attempt away before anything was sent. */
      readonly type: 'rejected';
      /** Why. */
      readonly error: unknown;
    };

/** What a policy may know of the call that it keeps healthy. */
export interface CallContext {
  /** What is called, for messages: the name of a service or of an operation. */
  readonly name: string;
  /**
   * Whether the work may run twice without harm. Work that may not is never repeated.
   * @default true: who wraps a stream in a retry has decided that
   */
  readonly idempotent?: boolean | undefined;
  /** When the call must be over, as a reading of `Clock.monotonic`. No retry is put off beyond it. @default never */
  readonly deadline?: number | undefined;
  /**
   * Whether a value is the answer. A subscriber that leaves after the answer took it; one that leaves before has
   * cancelled. The progress events of an HTTP request are no answer. What it throws is the error of the stream.
   * @default every value is
   */
  readonly isAnswer?: ((value: unknown) => boolean) | undefined;
  /** Told of what the policies do. Must not throw: it would be the error of the stream. @default nobody */
  readonly observe?: ((event: PolicyEvent) => void) | undefined;
}

/**
 * One way to keep a call healthy: takes the work as a cold stream and gives it back guarded. What a policy holds (a
 * permit, a timer, a slot) it gives back when the subscriber leaves, whatever the reason.
 */
export type ResiliencePolicy = <T>(source: Observable<T>, context: CallContext) => Observable<T>;

/**
 * Makes one policy of several; the first is the outermost.
 *
 * @usageNotes
 * ```ts
 * const policy = composePolicies(retryPolicy(ports), circuitBreakerPolicy(breaker), timeoutPolicy(ports));
 * ```
 */
export function composePolicies(...policies: readonly ResiliencePolicy[]): ResiliencePolicy {
  return (source, context) =>
    policies.reduceRight((guarded, policy) => policy(guarded, context), source);
}

/**
 * Puts a policy around any stream.
 *
 * @param policy The policy, or several made one by {@link composePolicies}.
 * @param context The call, or just its name.
 * @usageNotes
 * ```ts
 * loadPrices$.pipe(resilient(policy, 'prices'));
 * ```
 */
export function resilient<T>(
  policy: ResiliencePolicy,
  context: CallContext | string,
): MonoTypeOperatorFunction<T> {
  const call = typeof context === 'string' ? { name: context } : context;
  // A policy that throws while it is put on is an error of the stream, as all others are.
  return (source) => defer(() => policy(source, call));
}
