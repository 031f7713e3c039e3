// What a policy costs around an immediate observable, against that observable alone.
import { seededRandom, systemClock } from 'rx-mesh/kernel';
import {
  CircuitBreaker,
  circuitBreakerPolicy,
  composePolicies,
  resilient,
  retryPolicy,
  timeoutPolicy,
} from 'rx-mesh/resilience';
import { of } from 'rxjs';

const ports = { clock: systemClock, random: seededRandom(1) };
const source$ = of(1);
const alone = ['of(1) alone', () => source$.subscribe()];

function guarded(what, policy) {
  const guarded$ = source$.pipe(resilient(policy, 'bench'));
  return { what, ours: [what, () => guarded$.subscribe()], peer: alone };
}

const breaker = circuitBreakerPolicy(new CircuitBreaker('bench', ports));
const retry = retryPolicy(ports);
const limit = timeoutPolicy(ports);

export const pairs = [
  guarded('circuit breaker', breaker),
  guarded('retry', retry),
  guarded('time-out', limit),
  guarded('retry, breaker and time-out', composePolicies(retry, breaker, limit)),
];
