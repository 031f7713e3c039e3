import type { Clock } from 'rx-mesh/kernel';
import type { InstanceLease } from 'rx-mesh/mesh';
import { judgeError, retryAfterOf } from 'rx-mesh/resilience';

/**
 * Tells the balancer how a failed call says that the instance is: a refusal such as 404 is an answer as good as any, and
 * what never left the page says nothing.
 */
export function endLease(lease: InstanceLease, error: unknown, clock: Clock): void {
  const verdict = judgeError(error);
  if (verdict === 'neutral') lease.done('cancelled');
  else if (verdict === 'success') lease.done('success');
  else lease.done('failure', { pause: retryAfterOf(error, clock) });
}
