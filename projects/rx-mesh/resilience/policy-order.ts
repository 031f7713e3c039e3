import { inject } from '@angular/core';
import { DIAGNOSTICS, type Diagnostics } from 'rx-mesh/kernel';
import type { PolicyKind, ResiliencePolicy } from './policy';

/** An order that defeats one of the two, and why: the first stands outside of the second. */
const SENSELESS: readonly (readonly [outer: PolicyKind, inner: PolicyKind, why: string])[] = [
  ['retry', 'fallback', 'the stand-in always succeeds, so nothing is ever tried again'],
  ['retry', 'stale', 'an earlier answer always succeeds, so nothing is ever tried again'],
  ['retry', 'deadline', 'each attempt gets the time of the whole call'],
  ['retry', 'single-flight', 'those who share a flight try again one by one'],
  ['circuit-breaker', 'retry', 'the breaker hears of a call once, however many attempts failed'],
  ['circuit-breaker', 'fallback', 'the stand-in hides every failure from the breaker'],
  ['timeout', 'retry', 'the limit of one attempt cuts off all of them; its scope is the call'],
  ['timeout', 'circuit-breaker', 'what hangs is only cancelled, and is never found ill'],
  ['timeout', 'bulkhead', 'waiting for a slot is counted as the time of the work'],
  ['bulkhead', 'retry', 'a slot is held while nothing is under way but a pause'],
  ['bulkhead', 'circuit-breaker', 'calls wait for a slot only to be turned away'],
  ['hedge', 'retry', 'every hedge is tried again, which multiplies the load'],
  ['chaos', 'timeout', 'delays that it makes are not timed out'],
  ['chaos', 'circuit-breaker', 'failures that it makes are not seen by the breaker'],
  ['chaos', 'retry', 'failures that it makes are not tried again'],
];

/**
 * What is senseless about an order of policies, one sentence each; empty for an order that makes sense.
 *
 * @param policies From the outermost to the innermost.
 */
export function policyOrderProblems(policies: readonly ResiliencePolicy[]): readonly string[] {
  const kinds = policies.map(({ kind }) => kind);
  const twice = kinds.indexOf('retry') !== kinds.lastIndexOf('retry');
  return [
    ...SENSELESS.filter(([outer, inner]) => {
      const at = kinds.indexOf(outer);
      return at >= 0 && kinds.includes(inner, at + 1);
    }).map(([outer, inner, why]) => `${outer} stands outside of ${inner}: ${why}.`),
    ...(twice ? ['There are two of retry: their attempts multiply.'] : []),
  ];
}

/** Reports what is senseless, where somebody can be reached. */
export function reportOrder(policies: readonly ResiliencePolicy[]): void {
  const problems = policyOrderProblems(policies);
  if (problems.length === 0) return;
  diagnostics()?.report({
    code: 'RXM209',
    severity: 'warning',
    source: 'composePolicies',
    message: `${problems.join(' ')} Turn them round: the first of composePolicies is the outermost.`,
  });
}

// Policies are often composed outside of Angular, where nobody can be asked.
function diagnostics(): Diagnostics | undefined {
  try {
    return inject(DIAGNOSTICS);
  } catch {
    return undefined;
  }
}
