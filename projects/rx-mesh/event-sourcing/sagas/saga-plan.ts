import { CallTimeoutError } from 'rx-mesh/resilience';
import { durationFault } from './create-saga';
import type { SagaDefinition, SagaStepPlan } from './saga-definition';
import { SAGA_ENDS, type SagaEnd, type SagaFact, problemOf } from './saga-events';
import type { SagaRecord, StepRecord, UndoRecord } from './saga-record';

/** Work that has to be begun, once the events of the plan are recorded. */
export type SagaEffect =
  | { readonly kind: 'run' | 'compensate'; readonly step: string; readonly attempt: number }
  | { readonly kind: 'listen'; readonly step: string };

/** What to do next. */
export interface SagaPlan {
  /** What to record before anything else. */
  readonly events: readonly SagaFact[];
  /** What to begin when that is done. */
  readonly effects: readonly SagaEffect[];
  /** After how many milliseconds to ask again, if nothing happens before. */
  readonly wait: number;
  /** Whether there is nothing left to do or to wait for: the saga has ended, or is paused. */
  readonly isOver: boolean;
}

/** What whoever runs a saga knows besides the log. */
export interface SagaView {
  /** Wall time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether an effect is under way here. What runs in the log and not here is in doubt. */
  readonly isUnderWay: (kind: SagaEffect['kind'], step: string) => boolean;
  /** How long until a recorded time, in milliseconds; not above 0 when it is past. */
  readonly remaining: (due: number, wait: number) => number;
}

/** Decides what comes next, from the definition, the log, and what is under way. It reads no clock, and calls no step. */
export function nextActions(
  definition: SagaDefinition,
  record: SagaRecord,
  view: SagaView,
): SagaPlan {
  const plan = new Plan(definition, record, view);
  if (record.end) plan.isOver = true;
  else if (record.isPaused) plan.isOver = !plan.isBusy();
  else if (record.undo) plan.backward(record.undo);
  else plan.forward();
  return plan;
}

/** What steps are given of the steps that succeeded. */
export function resultsOf({ steps }: SagaRecord): Readonly<Record<string, unknown>> {
  const done = [...steps].filter(([, { state }]) => state === 'succeeded');
  return Object.freeze(Object.fromEntries(done.map(([name, { result }]) => [name, result])));
}

class Plan implements SagaPlan {
  readonly events: SagaFact[] = [];
  readonly effects: SagaEffect[] = [];
  wait = Infinity;
  isOver = false;

  constructor(
    private readonly definition: SagaDefinition,
    private readonly record: SagaRecord,
    private readonly view: SagaView,
  ) {}

  /** Whether work is under way that has to come to its end. */
  isBusy(): boolean {
    const { isUnderWay } = this.view;
    const { steps } = this.record;
    return [...steps.keys()].some((name) => isUnderWay('run', name) || isUnderWay('compensate', name)); // prettier-ignore
  }

  forward(): void {
    const { error, isCancelled } = this.record;
    const stage = this.definition.stages.find((steps) =>
      steps.some(({ name }) => this.step(name).state !== 'succeeded'),
    );
    if (error || isCancelled) this.stop(stage ?? []);
    else if (stage) for (const step of stage) this.advance(step, this.step(step.name));
    else this.end('completed');
  }

  backward(undo: ReadonlyMap<string, UndoRecord>): void {
    const hasFailed = [...undo.values()].some(({ state }) => state === 'failed');
    const next = [...undo].find(([, { state }]) => state !== 'done' && state !== 'failed');
    const isStuck = hasFailed && this.definition.onCompensationFailure === 'stop';
    if (!next || isStuck) this.undone(hasFailed);
    else this.compensate(...next);
  }

  /** Nothing new is begun. Once it is known how each try ended, all is undone. */
  private stop(stage: readonly SagaStepPlan[]): void {
    const open = stage.filter(({ name }) => this.step(name).state === 'running');
    for (const step of open) this.advance(step, this.step(step.name));
    // One that would have been tried again, and whose last try may have done its work, is undone like the rest.
    const doubtful = stage.filter(({ name }) => this.isDoubtful(this.step(name)));
    for (const { name } of doubtful) this.fail(name, this.step(name).error, true);
    if (open.length + doubtful.length > 0) return;
    const undoable = new Set(
      this.definition.stages
        .flat()
        .filter((step) => step.kind === 'run' && step.compensate)
        .map(({ name }) => name),
    );
    const order = this.record.done.filter((name) => undoable.has(name)).reverse();
    if (order.length > 0) this.events.push({ type: 'SagaCompensationStarted', data: { order } });
    else this.end(this.record.isCancelled ? 'cancelled' : 'failed');
  }

  private isDoubtful({ state, isInDoubt }: StepRecord): boolean {
    return state === 'retrying' && isInDoubt === true;
  }

  private advance(plan: SagaStepPlan, { state, attempts, due, wait = 0 }: StepRecord): void {
    const { name: step } = plan;
    switch (state) {
      case 'pending':
        if (plan.kind === 'run') this.begin(step, attempts);
        else this.beginWait(plan);
        return;
      case 'retrying':
        if (this.isDue(due, wait)) this.begin(step, attempts);
        return;
      case 'running':
        if (this.view.isUnderWay('run', step)) return;
        if (plan.kind === 'run' && plan.inDoubt === 'compensate')
          this.fail(step, new Error('Nobody knows how its last try ended.'), true); // prettier-ignore
        else this.begin(step, attempts);
        return;
      case 'waiting':
        if (plan.kind === 'wait') {
          if (this.isDue(due, wait)) this.events.push({ type: 'SagaStepSucceeded', data: { step, result: null } }); // prettier-ignore
        } else if (due !== undefined && this.isDue(due, wait)) {
          this.fail(step, new CallTimeoutError(`${this.record.type}.${step}`, wait, 'call'));
        } else if (!this.view.isUnderWay('listen', step)) {
          this.effects.push({ kind: 'listen', step });
        }
        return;
      default:
        // It has come to its end.
        return;
    }
  }

  private begin(step: string, attempts: number): void {
    const attempt = attempts + 1;
    const key = `${this.record.id}/${step}`;
    this.events.push({ type: 'SagaStepStarted', data: { step, key, attempt } });
    this.effects.push({ kind: 'run', step, attempt });
  }

  private beginWait(plan: Exclude<SagaStepPlan, { readonly kind: 'run' }>): void {
    const { name: step } = plan;
    try {
      const wait = plan.kind === 'wait' ? plan.wait(this.record.input, resultsOf(this.record)) : plan.timeout; // prettier-ignore
      const fault = wait === undefined ? undefined : durationFault(wait);
      if (fault) throw new Error(`The pause is ${wait}, but must be ${fault}.`);
      const time = wait === undefined ? {} : { due: this.view.now + wait, wait };
      this.events.push({ type: 'SagaStepWaiting', data: { step, ...time } });
    } catch (error) {
      this.fail(step, error);
    }
  }

  private fail(step: string, error: unknown, isInDoubt = false): void {
    const data = { step, error: problemOf(error), ...(isInDoubt ? { isInDoubt } : {}) };
    this.events.push({ type: 'SagaStepFailed', data });
  }

  private compensate(step: string, { state, attempts, due, wait = 0 }: UndoRecord): void {
    if (state === 'running' && this.view.isUnderWay('compensate', step)) return;
    if (state === 'retrying' && !this.isDue(due, wait)) return;
    const attempt = attempts + 1;
    const key = `${this.record.id}/${step}/compensate`;
    this.events.push({ type: 'SagaStepCompensating', data: { step, key, attempt } });
    this.effects.push({ kind: 'compensate', step, attempt });
  }

  private undone(hasFailed: boolean): void {
    if (hasFailed) this.end('compensation-failed');
    else this.end(this.record.isCancelled ? 'cancelled' : 'compensated');
  }

  private end(end: SagaEnd): void {
    const { undo, error } = this.record;
    const of = (isDone: boolean) =>
      [...(undo ?? [])].filter(([, { state }]) => (state === 'done') === isDone).map(([name]) => name); // prettier-ignore
    const data = {
      ...(error ? { error } : {}),
      ...(undo ? { undone: of(true), left: of(false) } : {}),
    };
    this.events.push({ type: SAGA_ENDS[end], data });
  }

  /** Whether a recorded time is past; else the plan waits for it. */
  private isDue(due = 0, wait = 0): boolean {
    const remaining = this.view.remaining(due, wait);
    if (remaining <= 0) return true;
    this.wait = Math.min(this.wait, remaining);
    return false;
  }

  private step(name: string): StepRecord {
    return this.record.steps.get(name) ?? { state: 'pending', attempts: 0, failures: 0 };
  }
}
