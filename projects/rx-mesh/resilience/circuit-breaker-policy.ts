import { tapSettled } from 'rx-mesh/kernel';
import { defer, tap, throwError } from 'rxjs';
import type { CircuitBreaker } from './circuit-breaker';
import type { ResiliencePolicy } from './policy';
import { CircuitOpenError } from './resilience-errors';

/**
 * Asks a circuit breaker for a permit before the work runs, and tells it how the work ended. Without a permit the
 * stream fails with a {@link CircuitOpenError} and nothing runs.
 *
 * A limit of time belongs inside: one that is put around this policy only cancels, and a service that hangs is never
 * found ill.
 *
 * A subscriber that leaves before an answer has cancelled, which says nothing of the other side; one that leaves after
 * an answer was served.
 *
 * @usageNotes
 * ```ts
 * orders$.pipe(resilient(circuitBreakerPolicy(inject(CircuitBreakerService).get('orders')), 'orders'));
 * ```
 */
export function circuitBreakerPolicy(breaker: CircuitBreaker): ResiliencePolicy {
  return (source, { isAnswer, observe }) =>
    defer(() => {
      const permit = breaker.tryAcquire();
      if (!permit) {
        const error = new CircuitOpenError(breaker.name, breaker.retryAfter);
        observe?.({ type: 'rejected', error });
        return throwError(() => error);
      }
      let answered = false;
      return source.pipe(
        tapSettled({
          success: () => permit.success(),
          failure: (error) => permit.failure(error),
          cancelled: () => (answered ? permit.success() : permit.release()),
        }),
        // Behind the permit: an `isAnswer` that throws is a bug of ours, and no failure of the work.
        tap((value) => {
          answered ||= isAnswer?.(value) ?? true;
        }),
      );
    });
}
