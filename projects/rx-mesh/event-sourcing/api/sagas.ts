export {
  type SagaBuilder,
  type SagaMerged,
  type SagaResults,
  type SagaSide,
  createSaga,
} from '../sagas/create-saga';
export {
  type SagaCompensationContext,
  type SagaContext,
  type SagaDefinition,
  type SagaEventWait,
  type SagaOptions,
  type SagaRetryOptions,
  type SagaRetryValues,
  type SagaStep,
  type SagaStepPlan,
  type SagaTrigger,
  type SagaWork,
} from '../sagas/saga-definition';
export { type SagaEnd, type SagaProblem } from '../sagas/saga-events';
export {
  type SagaCompensation,
  type SagaExecution,
  type SagaState,
  type SagaStepExecution,
} from '../sagas/saga-execution';
export { SagaOrchestratorService, type StartSagaOptions } from '../sagas/saga-orchestrator-service';
export { type SagasOptions, withSagas } from '../sagas/saga-options';
export {
  SagaMismatchError,
  SagaResultError,
  UnknownSagaError,
  isSagaMismatchError,
  isSagaResultError,
  isUnknownSagaError,
} from '../sagas/saga-errors';
