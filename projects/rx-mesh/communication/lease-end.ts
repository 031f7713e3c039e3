import type { Clock, PageState } from 'rx-mesh/kernel';
import type { InstanceLease } from 'rx-mesh/mesh';
import { judgeError, retryAfterOf, statusOf } from 'rx-mesh/resilience';

/**
 * Tells the balancer how a failed call says that the instance is: a refusal such as 404 is an answer as good as any, and
 * what never left the page says nothing.
 */
export function endLease(
  lease: InstanceLease,
  error: unknown,
  { clock, page }: { readonly clock: Clock; readonly page: PageState },
): void {
  const verdict = judgeError(error);
  // A page that is cut off reaches nobody, and nobody is to blame.
  const cutOff = !page.online && statusOf(error) === 0;
  if (verdict === 'neutral' || cutOff) lease.done('cancelled');
  else if (verdict === 'success') lease.done('success');
  else lease.done('failure', { pause: retryAfterOf(error, clock) });
}
