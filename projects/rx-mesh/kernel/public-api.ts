export {
  type Backoff,
  type BackoffOptions,
  type ExponentialBackoffOptions,
  type Jitter,
  backoffDelays,
  constantBackoff,
  decorrelatedBackoff,
  exponentialBackoff,
  linearBackoff,
} from './backoff';
export { BoundedQueue, type BoundedQueueOptions, type DropPolicy } from './bounded-queue';
export { CLOCK, type Clock, schedulerClock, systemClock } from './clock';
export {
  DIAGNOSTICS,
  type Diagnostic,
  type DiagnosticRecord,
  type Diagnostics,
  DiagnosticsLog,
  withDiagnostics,
} from './diagnostics';
export { EventHub } from './event-hub';
export { type RxMeshFeature, ɵmakeFeature } from './feature';
export { ID_GENERATOR, type IdGenerator, cryptoIdGenerator } from './id-generator';
export { KeyedStore } from './keyed-store';
export {
  type OptionCheck,
  type OptionsDefinition,
  type PartialOptions,
  createOptions,
  fraction,
  nonNegative,
  nonNegativeInteger,
  oneOf,
  positive,
  positiveInteger,
  waitable,
} from './options';
export { type Outcome, type WindowTotals } from './outcome-cells';
export { LEADERSHIP, type Leadership, pageLeadership } from './leadership';
export { PAGE_STATE, type PageState, alwaysOnline } from './page-state';
export { type PollingOptions, polling } from './polling';
export { QuantileSketch, type QuantileSketchOptions } from './quantile-sketch';
export { type QuantileSketchSnapshot } from './quantile-sketch-snapshot';
export { RANDOM, type RandomSource, seededRandom } from './random';
export {
  InvalidOptionError,
  RxMeshError,
  type RxMeshErrorCode,
  createErrorGuard,
  isInvalidOptionError,
  isRxMeshError,
  withoutStack,
} from './rx-mesh-error';
export { isServer } from './server-mode';
export { type SettledCallbacks, aside, tapSettled } from './settled';
export { shareLatest } from './share-latest';
export { SingleFlight } from './single-flight';
export {
  CountWindow,
  type SlidingWindow,
  TimeWindow,
  type TimeWindowOptions,
} from './sliding-window';
export { StateStore } from './state-store';
