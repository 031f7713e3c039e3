import type { Clock } from 'rx-mesh/kernel';
import { CallTimeoutError } from 'rx-mesh/resilience';
import type { CallPlan } from './call-plan';

/** How much of its time a call has left, in milliseconds: something always, for a limit has to be above 0. */
export function timeLeft({ endsAt }: CallPlan<unknown>, clock: Clock): number {
  return Math.max(1, endsAt - clock.monotonic());
}

/**
 * A timer may ring late, by hours after a sleep: what waited for it must not be sent after the deadline.
 *
 * @throws CallTimeoutError when the time of the call is over.
 */
export function refuseLate({ deadline, endsAt, name }: CallPlan<unknown>, clock: Clock): void {
  if (clock.monotonic() >= endsAt) throw new CallTimeoutError(name, deadline, 'call');
}
