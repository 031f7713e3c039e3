import { SAGA_ENDS, type SagaEnd, type SagaLogEvent, type SagaProblem, readProblem } from './saga-events'; // prettier-ignore

/** A step as the log knows it. */
export interface StepRecord {
  /**
   * `running`: a try was begun, and nothing is known of its end; `retrying`: it failed, and is tried again when it is due;
   * `in-doubt`: nobody will know, so it is undone like one that succeeded.
   */
  readonly state:
    'pending' | 'running' | 'waiting' | 'retrying' | 'succeeded' | 'failed' | 'in-doubt';
  /** How many tries were begun. */
  readonly attempts: number;
  /** How many of them failed. */
  readonly failures: number;
  readonly result?: unknown;
  readonly error?: SagaProblem | undefined;
  /** When it goes on: wall time in milliseconds since the epoch. */
  readonly due?: number | undefined;
  /** How long that was when it was recorded, in milliseconds. */
  readonly wait?: number | undefined;
  /** Whether the last try that failed may have done its work all the same. */
  readonly isInDoubt?: boolean | undefined;
}

/** A compensation as the log knows it. */
export interface UndoRecord extends Pick<
  StepRecord,
  'attempts' | 'failures' | 'error' | 'due' | 'wait'
> {
  readonly state: 'pending' | 'running' | 'retrying' | 'done' | 'failed';
}

/** All that the log knows of a saga. Never changed. */
export interface SagaRecord {
  readonly id: string;
  readonly type: string;
  readonly definitionVersion: number;
  /** The names of the steps at the start. */
  readonly shape: string;
  readonly input: unknown;
  readonly correlationId: string;
  /** Which application may run it. */
  readonly owner: string;
  /** Who runs it, or ran it last: what it records after another one has claimed the saga is refused. */
  readonly runner: string;
  /** The version of its stream. */
  readonly version: number;
  /** The position of its first event. */
  readonly position: number;
  readonly startTime: number;
  readonly endTime?: number | undefined;
  readonly isPaused: boolean;
  readonly isCancelled: boolean;
  /** What it failed with. */
  readonly error?: SagaProblem | undefined;
  readonly steps: ReadonlyMap<string, StepRecord>;
  /** The steps that have to be undone, should it come to that, in the order in which they were done. */
  readonly done: readonly string[];
  /** The compensations in their order, once they have begun. */
  readonly undo?: ReadonlyMap<string, UndoRecord> | undefined;
  readonly end?: SagaEnd | undefined;
}

/**
 * Folds the events of a saga. Events that are known already, of another type, or that make no sense change nothing, so the
 * fold never fails.
 *
 * @returns `undefined` when there is no beginning.
 */
export function foldSaga(
  events: Iterable<SagaLogEvent>,
  from?: SagaRecord,
): SagaRecord | undefined {
  let record = from;
  for (const event of events) {
    if (!record) record = begin(event);
    else if (event.version > record.version)
      record = { ...evolve(record, event), version: event.version };
  }
  return record;
}

function begin({ type, data, version, position = 0, timestamp }: SagaLogEvent) {
  const { id, type: saga, definitionVersion, shape, input, correlationId, owner } = fieldsOf(data);
  if (type !== 'SagaStarted') return undefined;
  const steps = text(shape).split(/[ +]/);
  return {
    id: text(id),
    type: text(saga),
    definitionVersion: number(definitionVersion) ?? 0,
    shape: text(shape),
    input,
    correlationId: text(correlationId),
    owner: text(owner),
    runner: '',
    version,
    position,
    startTime: timestamp,
    isPaused: false,
    isCancelled: false,
    steps: new Map(steps.map((name) => [name, NEW_STEP])),
    done: [],
  } satisfies SagaRecord;
}

const NEW_STEP: StepRecord = { state: 'pending', attempts: 0, failures: 0 };

function evolve(record: SagaRecord, event: SagaLogEvent): SagaRecord {
  const fields = fieldsOf(event.data);
  const { type, timestamp } = event;
  if (type === 'SagaCompensationRetried') return retried(record);
  if (record.end) return record;
  const end = (Object.keys(SAGA_ENDS) as SagaEnd[]).find((key) => SAGA_ENDS[key] === type);
  if (end) return { ...record, end, endTime: timestamp };
  switch (type) {
    case 'SagaClaimed':
      return { ...record, runner: text(fields['runner']) };
    case 'SagaAdopted':
      return { ...record, owner: text(fields['owner']), runner: '' };
    case 'SagaPaused':
      return { ...record, isPaused: true };
    case 'SagaResumed':
      return { ...record, isPaused: false };
    case 'SagaCancelRequested':
      return { ...record, isCancelled: true };
    case 'SagaCompensationStarted':
      return { ...record, undo: new Map(list(fields['order']).map((name) => [name, NEW_UNDO])) };
    default: {
      const name = text(fields['step']);
      const step = record.steps.get(name);
      const undo = record.undo?.get(name);
      return (step && ofStep(record, name, step, event)) ?? (undo && ofUndo(record, name, undo, event)) ?? record; // prettier-ignore
    }
  }
}

function ofStep(record: SagaRecord, name: string, step: StepRecord, event: SagaLogEvent) {
  const { result, due, wait, error, isInDoubt } = fieldsOf(event.data);
  const time = { due: number(due), wait: number(wait) };
  const become = (next: StepRecord, changes: Partial<SagaRecord> = {}): SagaRecord => ({
    ...record,
    ...changes,
    steps: new Map(record.steps).set(name, next),
  });
  const isDone = step.state === 'succeeded' || step.state === 'in-doubt';
  switch (isDone ? '' : event.type) {
    case 'SagaStepStarted':
      return become({ ...step, state: 'running', attempts: step.attempts + 1, due: undefined });
    case 'SagaStepWaiting':
      return become({ ...step, ...time, state: 'waiting' });
    case 'SagaStepSucceeded': {
      const { attempts, failures } = step;
      const done = [...record.done, name];
      return become({ state: 'succeeded', attempts, failures, result }, { done });
    }
    case 'SagaStepFailed': {
      const problem = readProblem(error);
      const failed = { ...step, ...time, failures: step.failures + 1, error: problem };
      const isUnknown = isInDoubt === true;
      if (time.due !== undefined) return become({ ...failed, state: 'retrying', isInDoubt: isUnknown || undefined }); // prettier-ignore
      const changes = { error: record.error ?? problem };
      return isUnknown
        ? become({ ...failed, state: 'in-doubt' }, { ...changes, done: [...record.done, name] })
        : become({ ...failed, state: 'failed' }, changes);
    }
    default:
      return undefined;
  }
}

const NEW_UNDO: UndoRecord = { state: 'pending', attempts: 0, failures: 0 };

function ofUndo(record: SagaRecord, name: string, undo: UndoRecord, event: SagaLogEvent) {
  const { due, wait, error } = fieldsOf(event.data);
  const time = { due: number(due), wait: number(wait) };
  const become = (next: UndoRecord): SagaRecord => ({
    ...record,
    undo: new Map(record.undo).set(name, next),
  });
  switch (event.type) {
    case 'SagaStepCompensating':
      return become({ ...undo, state: 'running', attempts: undo.attempts + 1, due: undefined });
    case 'SagaStepCompensated':
      return become({ state: 'done', attempts: undo.attempts, failures: undo.failures });
    case 'SagaStepNotCompensated': {
      const state = time.due === undefined ? 'failed' : 'retrying';
      const failures = undo.failures + 1;
      return become({ ...undo, ...time, state, failures, error: readProblem(error) });
    }
    default:
      return undefined;
  }
}

/** The compensations that failed are to be tried once more. */
function retried(record: SagaRecord): SagaRecord {
  if (record.end !== 'compensation-failed') return record;
  const undo = Array.from(record.undo ?? [], ([name, entry]) => {
    const again: UndoRecord = { ...entry, state: 'pending', failures: 0, due: undefined };
    return [name, entry.state === 'done' ? entry : again] as const;
  });
  return { ...record, undo: new Map(undo), end: undefined, endTime: undefined };
}

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null
    ? (data as Readonly<Record<string, unknown>>)
    : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
