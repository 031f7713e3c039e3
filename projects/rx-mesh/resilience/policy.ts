import type { Clock, PageState, RandomSource } from 'rx-mesh/kernel';
import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

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
    }
  | {
      /** Work that could go on is held back. */
      readonly type: 'waiting';
      /** For a network, for a slot of a bulkhead, or for its turn at a rate limit. */
      readonly reason: 'offline' | 'bulkhead' | 'rate-limit';
    }
  | {
      /** One more request went out because the first takes long. */
      readonly type: 'hedged';
      /** How many of them are under way or were, this one included. */
      readonly hedge: number;
      /** How long the call had been under way, in milliseconds. */
      readonly delay: number;
    }
  | {
      /** A stand-in answers. */
      readonly type: 'fallback';
      /** What failed. */
      readonly error: unknown;
      /** How old the answer is, in milliseconds, when it is an earlier one of the same call. */
      readonly age?: number | undefined;
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
  /** Whether two of it may run at the same time: what only reads. @default the same as `idempotent` */
  readonly safe?: boolean | undefined;
  /**
   * What tells this work apart from other work under the same name: equal keys share a flight, an earlier answer and a
   * limit of rate. It has to name the user, where answers differ by user. @default none: nothing is shared
   */
  readonly key?: string | undefined;
  /** Who goes first when all wait for a slot: the higher, and of equals the earlier. @default 0 */
  readonly priority?: number | undefined;
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

/** What policies need of the kernel. */
export interface ResiliencePorts {
  /** Measures and waits. */
  readonly clock: Clock;
  /** Spreads waits and draws lots. */
  readonly random: RandomSource;
  /** Knows whether there is a network, and whether the page stood still. @default a page that is always well */
  readonly page?: PageState | undefined;
}

/** What a policy is for, by which its place is judged. */
export type PolicyKind =
  | 'fallback'
  | 'stale'
  | 'deadline'
  | 'single-flight'
  | 'rate-limit'
  | 'throttle'
  | 'retry'
  | 'online'
  | 'hedge'
  | 'circuit-breaker'
  | 'bulkhead'
  | 'timeout'
  | 'chaos';

/**
 * One way to keep a call healthy: takes the work as a cold stream and gives it back guarded. What a policy holds (a
 * permit, a timer, a slot) it gives back when the subscriber leaves, whatever the reason.
 */
export interface ResiliencePolicy {
  /** Guards the work of one call. Each subscription of the result is a run of it. */
  <T>(source: Observable<T>, context: CallContext): Observable<T>;
  /** What it is for. A policy of your own needs none. */
  readonly kind?: PolicyKind | undefined;
}

/**
 * Makes a policy for a name: what has state, such as a breaker or a budget, is then shared by all calls of that name,
 * and by no others.
 */
export type PolicyFactory = (ports: ResiliencePorts, name: string) => ResiliencePolicy;

/** Says what a policy is for. */
export function definePolicy(
  kind: PolicyKind,
  policy: <T>(source: Observable<T>, context: CallContext) => Observable<T>,
): ResiliencePolicy {
  return Object.assign(policy, { kind });
}

/**
 * Puts a policy around any stream.
 *
 * @param policy The policy, or several made one by `composePolicies`.
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
  return (source) => new Observable((out) => policy(source, call).subscribe(out));
}
