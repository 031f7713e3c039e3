export { CircuitBreaker } from './circuit-breaker';
export {
  type CircuitBreakerEvent,
  type CircuitBreakerPhase,
  type CircuitBreakerReason,
  type CircuitBreakerState,
} from './circuit-breaker-events';
export {
  CIRCUIT_BREAKER,
  type CircuitBreakerOptions,
  type CircuitBreakerPorts,
  type CircuitBreakerValues,
} from './circuit-breaker-options';
export { circuitBreakerPolicy } from './circuit-breaker-policy';
export { CircuitBreakerService } from './circuit-breaker-service';
export { CircuitPermit } from './circuit-permit';
export { type ErrorVerdict, isTransientError, judgeError, statusOf } from './error-verdict';
export {
  type CallContext,
  type PolicyEvent,
  type ResiliencePolicy,
  composePolicies,
  resilient,
} from './policy';
export {
  CallTimeoutError,
  CircuitOpenError,
  RetriesExhaustedError,
  isCallTimeoutError,
  isCircuitOpenError,
  isRetriesExhaustedError,
} from './resilience-errors';
export { retryAfterOf } from './retry-after';
export {
  RETRY,
  type RetryOptions,
  type RetryPorts,
  type RetryValues,
  retryPolicy,
} from './retry-policy';
export { TIMEOUT, type TimeoutOptions, type TimeoutValues, timeoutPolicy } from './timeout-policy';
export { type ResilienceOptions, withResilience } from './with-resilience';
