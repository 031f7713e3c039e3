export { collectMetrics } from '../collect-metrics';
export {
  BreakerMetrics,
  type CircuitBreakerReading,
  monitorCircuitBreakers,
} from '../breaker-metrics';
export { monitorStreamPerformance } from '../stream-performance';
