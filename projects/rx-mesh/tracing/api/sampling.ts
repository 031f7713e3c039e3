export { guardedSampler } from '../sampling/guarded-sampler';
export { type ParentBasedOptions, parentBased } from '../sampling/parent-based';
export { type RateLimitedOptions, rateLimited } from '../sampling/rate-limited';
export { ratioSampler } from '../sampling/ratio-sampler';
export { type SamplingRule, sampleBy } from '../sampling/sample-by';
export { type Sampler, type SamplingRequest, alwaysSample, neverSample } from '../sampling/sampler';
