import { withoutStack } from 'rx-mesh/kernel';
import { Observable } from 'rxjs';
import type { AdaptiveThrottle, ThrottleTicket } from './adaptive-throttle';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';
import { AnswerRelay, type Downstream } from './relay';
import { ThrottledError, isCallTimeoutError, isRetriesExhaustedError } from './resilience-errors';

/**
 * Lets a throttle draw whether the work runs. What is spared fails with a `ThrottledError`. It belongs outside of the
 * time-out, which it has to see; inside of retries it draws for each attempt, outside of them once for the call.
 *
 * @param throttle Shared by all calls of the service.
 */
export function adaptiveThrottlePolicy(throttle: AdaptiveThrottle): ResiliencePolicy {
  return definePolicy(
    'throttle',
    (source, { isAnswer, name, observe }) =>
      new Observable((out) => {
        const ticket = throttle.tryAcquire();
        if (ticket) {
          source.subscribe(new Throttled(out, isAnswer, ticket));
          return;
        }
        const error = withoutStack(() => new ThrottledError(name, throttle.admission));
        observe?.({ type: 'rejected', error });
        out.error(error);
      }),
  );
}

class Throttled<T> extends AnswerRelay<T> {
  readonly #ticket: ThrottleTicket;

  constructor(out: Downstream<T>, isAnswer: CallContext['isAnswer'], ticket: ThrottleTicket) {
    super(out, isAnswer);
    this.#ticket = ticket;
  }

  protected override failed(error: unknown): void {
    this.#ticket.settle(isTimeout(error) ? 'timed-out' : 'refused');
    super.failed(error);
  }

  protected override completed(): void {
    this.#ticket.settle('answered');
    super.completed();
  }

  protected override left(): void {
    this.#ticket.settle(this.answered ? 'answered' : 'ignored');
  }
}

// Of several attempts, one that timed out is enough of a sign.
function isTimeout(error: unknown): boolean {
  return (
    isCallTimeoutError(error) ||
    (isRetriesExhaustedError(error) && error.attempts.some(isCallTimeoutError))
  );
}
