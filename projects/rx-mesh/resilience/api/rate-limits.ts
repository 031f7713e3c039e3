export { type GcraLimiterOptions, gcraLimiter } from '../gcra-limiter';
export { type RateLimitOptions, rateLimitPolicy } from '../rate-limit-policy';
export { type RateLimiter, type RateReservation } from '../rate-limiter';
export { type SlidingWindowLimiterOptions, slidingWindowLimiter } from '../sliding-window-limiter';
