export {
  ADAPTIVE_THROTTLE,
  AdaptiveThrottle,
  type AdaptiveThrottleOptions,
  type AdaptiveThrottleValues,
  type ThrottleOutcome,
  type ThrottleTicket,
} from '../adaptive-throttle';
export { adaptiveThrottlePolicy } from '../adaptive-throttle-policy';
