import { type PageState, aside } from 'rx-mesh/kernel';
import type { InstanceLease } from 'rx-mesh/mesh';
import { judgeError, statusOf } from 'rx-mesh/resilience';

/**
 * Tells the balancer how a failed call says that the instance is: a refusal such as 404 is an answer as good as any, and
 * what never left the page says nothing.
 *
 * @param asked For how long the instance asks to be left alone, in milliseconds.
 */
export function endLease(
  lease: InstanceLease,
  error: unknown,
  page: PageState,
  asked: () => number | undefined,
): void {
  const verdict = judgeError(error);
  // A page that is cut off reaches nobody, and nobody is to blame.
  const cutOff = !page.online && statusOf(error) === 0;
  if (verdict === 'neutral' || cutOff) lease.done('cancelled');
  else if (verdict === 'success') lease.done('success');
  else lease.done('failure', { pause: aside(asked) });
}

/**
 * For how long a failure keeps calls from a service, in milliseconds, where that is not for the failure to say: "come
 * later" (503) is the word of one instance, and binds the others only when all have said so. "Too many" (429) is said of
 * the caller, and holds wherever it goes.
 *
 * @param pausedFor For how long all instances ask to be left alone.
 */
export function pauseOfAll(error: unknown, pausedFor: () => number): number | undefined {
  return statusOf(error) === 503 ? pausedFor() : undefined;
}
