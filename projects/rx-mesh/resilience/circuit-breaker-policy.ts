import { aside, withoutStack } from 'rx-mesh/kernel';
import { Observable } from 'rxjs';
import type { CircuitBreaker } from './circuit-breaker';
import type { CircuitPermit } from './circuit-permit';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';
import { AnswerRelay, type Downstream } from './relay';
import { CircuitOpenError } from './resilience-errors';

/** Options of {@link circuitBreakerPolicy}. */
export interface CircuitBreakerPolicyOptions {
  /**
   * For how long a failure asks to leave all that is behind the breaker alone, in milliseconds: 0 where another instance
   * can be called, `undefined` where the error has to tell. @default the `Retry-After` of an answer of status 429 or 503
   */
  readonly retryAfter?: ((error: unknown) => number | undefined) | undefined;
}

/**
 * Asks a circuit breaker for a permit before the work runs, and tells it how the work ended. Without a permit the
 * stream fails with a {@link CircuitOpenError} and nothing runs.
 *
 * A limit of time belongs inside: one that is put around this policy only cancels, and a service that hangs is never
 * found ill.
 *
 * A subscriber that leaves before an answer has cancelled, which says nothing of the other side; one that leaves after
 * an answer was served. Where `isAnswer` tells the answer, the permit is given back before the answer is passed on, so
 * that who hears it may call again at once.
 *
 * @usageNotes
 * ```ts
 * orders$.pipe(resilient(circuitBreakerPolicy(inject(CircuitBreakerService).get('orders')), 'orders'));
 * ```
 */
export function circuitBreakerPolicy(
  breaker: CircuitBreaker,
  { retryAfter }: CircuitBreakerPolicyOptions = {},
): ResiliencePolicy {
  return definePolicy('circuit-breaker', (source, context) => {
    const { isAnswer, observe } = context;
    return new Observable((out) => {
      const permit = breaker.tryAcquire();
      if (permit) {
        source.subscribe(new Guarded(out, permit, isAnswer, retryAfter));
        return;
      }
      const error = withoutStack(() => new CircuitOpenError(breaker.name, breaker.retryAfter));
      observe?.({ type: 'rejected', error });
      out.error(error);
    });
  });
}

class Guarded<T> extends AnswerRelay<T> {
  readonly #permit: CircuitPermit;
  readonly #retryAfter: CircuitBreakerPolicyOptions['retryAfter'];

  constructor(
    out: Downstream<T>,
    permit: CircuitPermit,
    isAnswer: CallContext['isAnswer'],
    retryAfter: CircuitBreakerPolicyOptions['retryAfter'],
  ) {
    super(out, isAnswer);
    this.#permit = permit;
    this.#retryAfter = retryAfter;
  }

  protected override answer(): void {
    super.answer();
    this.#permit.success();
  }

  protected override failed(error: unknown): void {
    aside(() => this.#settle(error));
    super.failed(error);
  }

  protected override completed(): void {
    this.#permit.success();
    super.completed();
  }

  #settle(error: unknown): void {
    let asked: number | undefined;
    try {
      asked = this.#retryAfter?.(error);
    } finally {
      // What throws here must not keep the permit for ever.
      this.#permit.failure(error, asked);
    }
  }

  protected override left(): void {
    if (this.answered) this.#permit.success();
    else this.#permit.release();
  }
}
