export { type AimdLimitOptions, aimdLimit } from '../aimd-limit';
export { type ConcurrencyLimit, type ConcurrencySample } from '../concurrency-limit';
export { type GradientLimitOptions, gradientLimit } from '../gradient-limit';
export { type VegasLimitOptions, vegasLimit } from '../vegas-limit';
