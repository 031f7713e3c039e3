export {
  BULKHEAD,
  Bulkhead,
  type BulkheadOptions,
  type BulkheadPorts,
  type BulkheadSlot,
  type BulkheadValues,
  type SlotOutcome,
} from '../bulkhead';
export { bulkheadPolicy } from '../bulkhead-policy';
export { CircuitBreaker } from '../circuit-breaker';
export {
  type CircuitBreakerEvent,
  type CircuitBreakerPhase,
  type CircuitBreakerReason,
  type CircuitBreakerState,
} from '../circuit-breaker-events';
export {
  CIRCUIT_BREAKER,
  type CircuitBreakerMode,
  type CircuitBreakerOptions,
  type CircuitBreakerPorts,
  type CircuitBreakerValues,
} from '../circuit-breaker-options';
export { type CircuitBreakerPolicyOptions, circuitBreakerPolicy } from '../circuit-breaker-policy';
export { CircuitBreakerService } from '../circuit-breaker-service';
export { type CircuitMemento, isCircuitMemento } from '../circuit-memento';
export { type CallFailure, CircuitPermit, type PermitOwner } from '../circuit-permit';
export { composePolicies } from '../compose-policies';
export { type ErrorVerdict, isTransientError, judgeError, statusOf } from '../error-verdict';
export {
  type CallContext,
  type PolicyEvent,
  type PolicyFactory,
  type PolicyKind,
  type ResiliencePolicy,
  type ResiliencePorts,
  definePolicy,
  resilient,
} from '../policy';
export { RESILIENCE } from '../policy-options';
export { type ResilienceOptions, type ServiceBulkheadOptions } from '../resilience-options';
export { policyOrderProblems } from '../policy-order';
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
} from '../resilience-errors';
export { retryAfterOf } from '../retry-after';
export {
  RETRY_BUDGET,
  type RetryAllowance,
  RetryBudget,
  type RetryBudgetOptions,
  type RetryBudgetValues,
  noBudget,
} from '../retry-budget';
export { RETRY, type RetryOptions, type RetryValues, retryPolicy } from '../retry-policy';
export { TIMEOUT, type TimeoutOptions, type TimeoutValues, timeoutPolicy } from '../timeout-policy';
export { withResilience } from '../with-resilience';
