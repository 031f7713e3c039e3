import { AdaptiveThrottle } from './adaptive-throttle';
import { adaptiveThrottlePolicy } from './adaptive-throttle-policy';
import { Bulkhead } from './bulkhead';
import { bulkheadPolicy } from './bulkhead-policy';
import { CircuitBreaker } from './circuit-breaker';
import { circuitBreakerPolicy } from './circuit-breaker-policy';
import { composePolicies } from './compose-policies';
import { onlinePolicy } from './online-policy';
import type { PolicyFactory, ResiliencePolicy, ResiliencePorts } from './policy';
import { withDefaults } from './policy-options';
import type { ResilienceOptions } from './resilience-options';
import { RetryBudget } from './retry-budget';
import { retryPolicy } from './retry-policy';
import { type TimeoutOptions, timeoutPolicy } from './timeout-policy';

/** Options of {@link clientPolicy}: the parts, and how long all of it may take. */
export interface ClientPolicyOptions extends ResilienceOptions {
  /** The most time of one attempt, in milliseconds, above 0; `false` for no limit. @default 5000 */
  readonly timeout?: number | false | undefined;
  /** The most time of a call with all its attempts, in milliseconds, above 0; `false` for no limit. @default 30000 */
  readonly deadline?: number | false | undefined;
}

/**
 * Makes the whole chain for one service or origin: deadline, retries with a budget, network, throttle, circuit breaker,
 * bulkhead, time-out of an attempt. What has state is made once for each name.
 *
 * @param options The parts. @default as in `thinClient()`
 * @throws InvalidOptionError when an option is out of its range, at the first call of a name.
 * @usageNotes
 * ```ts
 * const policy = clientPolicy(busyClient())({ clock, random, page }, 'prices');
 * prices$.pipe(resilient(policy, 'prices'));
 * ```
 */
export function clientPolicy(options: ClientPolicyOptions = {}): PolicyFactory {
  const { deadline = 30_000, timeout = 5000, ...parts } = options;
  const { breaker, budget, bulkhead, retry, throttle } = withDefaults(parts);
  const limited = (ports: ResiliencePorts, limit: number, scope: TimeoutOptions['scope']) =>
    timeoutPolicy(ports, { limit, scope });
  return (ports, name) => {
    const limit = timeout === false ? undefined : timeout;
    const attempt = limit !== undefined && limited(ports, limit, 'attempt');
    return composePolicies(
      ...[
        deadline !== false && limited(ports, deadline, 'call'),
        retry !== false && retryPolicy(ports, { ...retry, budget: budgetOf(budget) }),
        ports.page && onlinePolicy(ports),
        throttle !== false &&
          adaptiveThrottlePolicy(new AdaptiveThrottle(ports, { limit, ...throttle })),
        breaker !== false && circuitBreakerPolicy(new CircuitBreaker(name, ports, breaker)),
        bulkhead !== false && bulkheadPolicy(bulkheadOf(name, ports, bulkhead)),
        attempt,
      ].filter((policy): policy is ResiliencePolicy => typeof policy === 'function'),
    );
  };
}

/** The budget that options ask for. */
export function budgetOf(options: ResilienceOptions['budget']): RetryBudget | undefined {
  return options === false ? undefined : new RetryBudget(options);
}

/** The bulkhead that options ask for, with a limit of its own. */
export function bulkheadOf(
  name: string,
  ports: ResiliencePorts,
  options: Exclude<ResilienceOptions['bulkhead'], false> = {},
): Bulkhead {
  const { limit } = options;
  return new Bulkhead(name, ports, {
    ...options,
    limit: typeof limit === 'function' ? limit(ports) : limit,
  });
}
