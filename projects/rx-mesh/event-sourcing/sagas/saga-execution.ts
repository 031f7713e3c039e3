import type { SagaEnd, SagaProblem } from './saga-events';
import { resultsOf } from './saga-plan';
import type { SagaRecord } from './saga-record';

/**
 * How a saga stands. `waiting`: for a time or an event. The rest are ends. `completed`: all steps succeeded; `failed`: one
 * did not, and there was nothing to undo; `compensated`: one did not, and all was undone; `cancelled`: by request, and all was undone;
 * `compensation-failed`: something could not be undone.
 */
export type SagaState = 'running' | 'waiting' | 'paused' | 'compensating' | SagaEnd;

/** How a step stands. */
export interface SagaStepExecution {
  /** The name. */
  readonly name: string;
  /**
   * `waiting`: for a time or an event; `retrying`: a try failed, and the next one is due later; `in-doubt`: nobody knows how
   * it ended, so it is undone like one that succeeded.
   */
  readonly state:
    'pending' | 'running' | 'waiting' | 'retrying' | 'succeeded' | 'failed' | 'in-doubt';
  /** How many tries were begun. */
  readonly attempts: number;
  /** The result, once it succeeded. */
  readonly result?: unknown;
  /** What its last try failed with. */
  readonly error?: SagaProblem | undefined;
}

/** How a compensation stands. */
export interface SagaCompensation {
  /** The step that it undoes. */
  readonly step: string;
  /** How it stands; `pending` at the end: it was never tried. */
  readonly state: 'pending' | 'running' | 'retrying' | 'done' | 'failed';
  /** How many tries were begun. */
  readonly attempts: number;
  /** What its last try failed with. */
  readonly error?: SagaProblem | undefined;
}

/** A saga at one moment. `R` are the results by step. */
export interface SagaExecution<R = Readonly<Record<string, unknown>>> {
  /** The id. */
  readonly id: string;
  /** The definition that it began with. */
  readonly definition: { readonly type: string; readonly version: number };
  /** How it stands. */
  readonly state: SagaState;
  /** The place in `steps` of the first one that has not succeeded; their number, when all have. */
  readonly currentStep: number;
  /** Its steps, as the definition has them. */
  readonly steps: readonly SagaStepExecution[];
  /** The results of the steps that succeeded. */
  readonly results: Partial<R>;
  /** The compensations in the order in which they are done; empty until then. Those that are `done` are undone. */
  readonly compensations: readonly SagaCompensation[];
  /** What it was started with. */
  readonly input: unknown;
  /** When it was started. */
  readonly startTime: Date;
  /** When it ended. */
  readonly endTime?: Date | undefined;
  /** What it failed with first. */
  readonly error?: SagaProblem | undefined;
  /** What all events of the flow share. */
  readonly correlationId: string;
}

/** Whether a saga has ended. */
export function isEnd(state: SagaState): state is SagaEnd {
  return !['running', 'waiting', 'paused', 'compensating'].includes(state);
}

/** What is shown of a saga. */
export function executionOf(record: SagaRecord): SagaExecution {
  const { id, type, definitionVersion, input, startTime, endTime, error, correlationId } = record;
  const steps = Array.from(record.steps, ([name, step]) => {
    const { state, attempts, result } = step;
    return { name, state, attempts, result, error: step.error };
  });
  const open = steps.findIndex(({ state }) => state !== 'succeeded');
  return {
    id,
    definition: { type, version: definitionVersion },
    state: stateOf(record),
    currentStep: open < 0 ? steps.length : open,
    steps,
    results: resultsOf(record),
    compensations: Array.from(record.undo ?? [], ([step, undo]) => {
      const { state, attempts } = undo;
      return { step, state, attempts, error: undo.error };
    }),
    input,
    startTime: new Date(startTime),
    endTime: endTime === undefined ? undefined : new Date(endTime),
    error,
    correlationId,
  };
}

function stateOf({ end, isPaused, undo, error, isCancelled, steps }: SagaRecord): SagaState {
  if (end) return end;
  if (isPaused) return 'paused';
  if (undo || error || isCancelled) return 'compensating';
  const states = [...steps.values()].map(({ state }) => state);
  const isWaiting = states.includes('waiting') && !states.includes('running');
  return isWaiting ? 'waiting' : 'running';
}
