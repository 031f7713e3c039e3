import { CallTimeoutError, isCallTimeoutError } from 'rx-mesh/resilience';
import type { CallPlan } from './call-plan';

/** Whether one attempt took too long: another instance may be quicker. */
export function isAttemptTimeout(error: unknown): boolean {
  return isCallTimeoutError(error) && error.scope === 'attempt';
}

/** A part of options that may be switched off. */
export function partOf<O extends object>(options: O | false | undefined): O | undefined {
  return options === false ? undefined : options;
}

/** The policy knows what was left of the deadline; its error has to name the deadline itself. */
export function withDeadline(error: unknown, { deadline, name }: CallPlan<unknown>): unknown {
  return isCallTimeoutError(error) && error.scope === 'call'
    ? new CallTimeoutError(name, deadline, 'call')
    : error;
}
