export {
  TAIL_SAMPLER,
  type TailReason,
  TailSampler,
  type TailSamplerStatistics,
} from '../sampling/tail-sampler';
export { tailSampling } from '../sampling/tail-sampling';
export type { TailSamplingOptions } from '../sampling/tail-sampling-options';
