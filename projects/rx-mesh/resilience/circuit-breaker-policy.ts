import { aside, withoutStack } from 'rx-mesh/kernel';
import { Observable } from 'rxjs';
import type { CircuitBreaker } from './circuit-breaker';
import type { CircuitPermit } from './circuit-permit';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';
import { AnswerRelay, type Downstream } from './relay';
import { CircuitOpenError } from './resilience-errors';

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
export function circuitBreakerPolicy(breaker: CircuitBreaker): ResiliencePolicy {
  return definePolicy('circuit-breaker', (source, context) => {
    const { isAnswer, observe } = context;
    return new Observable((out) => {
      const permit = breaker.tryAcquire();
      if (permit) {
        source.subscribe(new Guarded(out, permit, isAnswer));
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

  constructor(out: Downstream<T>, permit: CircuitPermit, isAnswer: CallContext['isAnswer']) {
    super(out, isAnswer);
    this.#permit = permit;
  }

  protected override answer(): void {
    super.answer();
    this.#permit.success();
  }

  protected override failed(error: unknown): void {
    aside(() => this.#permit.failure(error));
    super.failed(error);
  }

  protected override completed(): void {
    this.#permit.success();
    super.completed();
  }

  protected override left(): void {
    if (this.answered) this.#permit.success();
    else this.#permit.release();
  }
}
