// What a policy costs around an immediate observable: against that observable alone, and against the same policies of
// cockatiel and opossum around an immediate promise, which is what they take.
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  ExponentialBackoff,
  TimeoutStrategy,
  bulkhead as cockatielBulkhead,
  circuitBreaker as cockatielBreaker,
  handleAll,
  retry as cockatielRetry,
  timeout as cockatielTimeout,
  wrap,
} from 'cockatiel';
import OpossumBreaker from 'opossum';
import { seededRandom, systemClock } from 'rx-mesh/kernel';
import {
  Bulkhead,
  CircuitBreaker,
  bulkheadPolicy,
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

function guarded(what, policy, peer = alone) {
  const guarded$ = source$.pipe(resilient(policy, 'bench'));
  return { what, ours: [what, () => guarded$.subscribe()], peer };
}

const breaker = circuitBreakerPolicy(new CircuitBreaker('bench', ports));
const retry = retryPolicy(ports);
const limit = timeoutPolicy(ports);
const bulkhead = bulkheadPolicy(new Bulkhead('bench', ports));
const four = composePolicies(retry, breaker, bulkhead, limit);

const work = async () => 1;
const cockatiel = wrap(
  cockatielRetry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
  cockatielBreaker(handleAll, { halfOpenAfter: 5000, breaker: new ConsecutiveBreaker(5) }),
  cockatielBulkhead(6, 50),
  cockatielTimeout(5000, TimeoutStrategy.Cooperative),
);
const opossum = new OpossumBreaker(work, { timeout: 5000, capacity: 6 });

const isolated = new CircuitBreaker('bench', ports);
isolated.isolate();
const rejected$ = source$.pipe(resilient(circuitBreakerPolicy(isolated), 'bench'));
const ignored = { error: () => undefined };
const rejecting = ['open breaker', () => rejected$.subscribe(ignored)];

const openCockatiel = cockatielBreaker(handleAll, {
  halfOpenAfter: 5000,
  breaker: new ConsecutiveBreaker(5),
});
openCockatiel.isolate();
const cockatielRejects = () =>
  openCockatiel.execute(work).catch((error) => error instanceof BrokenCircuitError);
const openOpossum = new OpossumBreaker(work, { timeout: false });
openOpossum.open();

export const pairs = [
  guarded('circuit breaker', breaker),
  guarded('retry', retry),
  guarded('time-out', limit),
  guarded('bulkhead', bulkhead),
  guarded('retry, breaker, bulkhead and time-out', four),
  guarded('the same four', four, ['cockatiel wrap', () => cockatiel.execute(work)]),
  guarded('the four against three', four, ['opossum fire (no retry)', () => opossum.fire()]),
  { what: 'a rejection', ours: rejecting, peer: ['cockatiel', cockatielRejects] },
  {
    what: 'a rejection',
    ours: rejecting,
    peer: ['opossum', () => openOpossum.fire().catch(() => undefined)],
  },
];
