export {
  ADAPTIVE_THROTTLE,
  AdaptiveThrottle,
  type AdaptiveThrottleOptions,
  type AdaptiveThrottleValues,
  type ThrottleOutcome,
  type ThrottleTicket,
} from './adaptive-throttle';
export { adaptiveThrottlePolicy } from './adaptive-throttle-policy';
export { type AimdLimitOptions, aimdLimit } from './aimd-limit';
export {
  BULKHEAD,
  Bulkhead,
  type BulkheadOptions,
  type BulkheadPorts,
  type BulkheadSlot,
  type BulkheadValues,
  type SlotOutcome,
} from './bulkhead';
export { bulkheadPolicy } from './bulkhead-policy';
export { ChaosError, type ChaosOptions, chaosPolicy } from './chaos-policy';
export { CircuitBreaker } from './circuit-breaker';
export {
  type CircuitBreakerEvent,
  type CircuitBreakerPhase,
  type CircuitBreakerReason,
  type CircuitBreakerState,
} from './circuit-breaker-events';
export {
  CIRCUIT_BREAKER,
  type CircuitBreakerMode,
  type CircuitBreakerOptions,
  type CircuitBreakerPorts,
  type CircuitBreakerValues,
} from './circuit-breaker-options';
export { circuitBreakerPolicy } from './circuit-breaker-policy';
export { CircuitBreakerService } from './circuit-breaker-service';
export { type CircuitMemento, isCircuitMemento } from './circuit-memento';
export { CircuitPermit, type PermitOwner } from './circuit-permit';
export { type ClientPolicyOptions, budgetOf, bulkheadOf, clientPolicy } from './client-policy';
export { composePolicies } from './compose-policies';
export { type ConcurrencyLimit, type ConcurrencySample } from './concurrency-limit';
export { type ErrorVerdict, isTransientError, judgeError, statusOf } from './error-verdict';
export { type FallbackOptions, fallbackPolicy } from './fallback-policy';
export { type GcraLimiterOptions, gcraLimiter } from './gcra-limiter';
export { type GradientLimitOptions, gradientLimit } from './gradient-limit';
export { type HedgeOptions, hedgePolicy } from './hedge-policy';
export { HTTP_POLICY_RULES, type HttpPolicyRule, withHttpPolicies } from './http-policies';
export { type LastAnswer, LastAnswers, type LastAnswersOptions } from './last-answers';
export { type OnlineOptions, onlinePolicy } from './online-policy';
export {
  type CallContext,
  type PolicyEvent,
  type PolicyFactory,
  type PolicyKind,
  type ResiliencePolicy,
  type ResiliencePorts,
  definePolicy,
  resilient,
} from './policy';
export { RESILIENCE } from './policy-options';
export { type ResilienceOptions, type ServiceBulkheadOptions } from './resilience-options';
export { policyOrderProblems } from './policy-order';
export { busyClient, thinClient } from './presets';
export { type RateLimitOptions, rateLimitPolicy } from './rate-limit-policy';
export { type RateLimiter, type RateReservation } from './rate-limiter';
export {
  BulkheadFullError,
  CallTimeoutError,
  CircuitOpenError,
  OfflineError,
  RateLimitedError,
  RetriesExhaustedError,
  ThrottledError,
  isBulkheadFullError,
  isCallTimeoutError,
  isCircuitOpenError,
  isOfflineError,
  isRateLimitedError,
  isRetriesExhaustedError,
  isThrottledError,
} from './resilience-errors';
export { CALL_PRIORITY, RESILIENCE_POLICY, resilienceInterceptor } from './resilience-interceptor';
export { retryAfterOf } from './retry-after';
export {
  RETRY_BUDGET,
  type RetryAllowance,
  RetryBudget,
  type RetryBudgetOptions,
  type RetryBudgetValues,
  noBudget,
} from './retry-budget';
export { RETRY, type RetryOptions, type RetryValues, retryPolicy } from './retry-policy';
export { type SharedBreakersOptions, withSharedBreakers } from './shared-breakers';
export { singleFlightPolicy } from './single-flight-policy';
export { type SlidingWindowLimiterOptions, slidingWindowLimiter } from './sliding-window-limiter';
export { stalePolicy } from './stale-policy';
export { TIMEOUT, type TimeoutOptions, type TimeoutValues, timeoutPolicy } from './timeout-policy';
export { type VegasLimitOptions, vegasLimit } from './vegas-limit';
export { withResilience } from './with-resilience';
