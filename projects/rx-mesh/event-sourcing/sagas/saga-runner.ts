import type { IdGenerator } from 'rx-mesh/kernel';
import { NEVER, type Observable, Subject, catchError, map, merge, of, tap, timer } from 'rxjs';
import { plainCopy } from '../event-data';
import { type Flow, flowOf } from '../store/flow';
import type { SagaDefinition, SagaRetryValues } from './saga-definition';
import { effectOf, isTimeout } from './saga-effects';
import { SagaResultError, UnknownSagaError } from './saga-errors';
import { type SagaFact, problemOf } from './saga-events';
import { SagaLog, type SagaLogPorts } from './saga-log';
import { type SagaEffect, type SagaView, nextActions } from './saga-plan';
import { type SagaRecord, type StepRecord, type UndoRecord, foldSaga } from './saga-record';

/** What a saga is run with. */
export interface SagaPorts extends SagaLogPorts {
  readonly ids: IdGenerator;
  readonly maxResultBytes: number;
  readonly maxCommitEvents: number;
  /** The definition by which a saga is run. Throws when it must not be run here. */
  readonly definitionOf: (record: SagaRecord) => SagaDefinition;
}

/**
 * Runs a saga from where its log says that it stands, until it has ended or is paused. Emits what is known each time that
 * something was recorded. Nothing is begun before it is recorded that it will be, and no outcome is lost that could be
 * recorded. Whoever claims the saga next takes it away: from then on nothing that this one records is taken.
 */
export function runSaga(stream: string, ports: SagaPorts): Observable<SagaRecord> {
  return flowOf((flow: Flow<SagaRecord>) => new Run(stream, ports, flow).run());
}

interface Outcome {
  readonly effect: SagaEffect;
  readonly value?: unknown;
  readonly error?: unknown;
  readonly hasFailed: boolean;
}

const LONGEST = 2_147_483_647; // ms

class Run {
  readonly #ports: SagaPorts;
  readonly #flow: Flow<SagaRecord>;
  readonly #log: SagaLog;
  readonly #underWay = new Set<string>();
  readonly #outcomes: Outcome[] = [];
  readonly #woken = new Subject<void>();
  // When each recorded time is due by the clock that never goes back.
  readonly #deadlines = new Map<number, number>();
  #newest = 0;

  constructor(stream: string, ports: SagaPorts, flow: Flow<SagaRecord>) {
    this.#ports = ports;
    this.#flow = flow;
    this.#log = new SagaLog(stream, ports, flow);
  }

  async run(): Promise<void> {
    const runner = this.#ports.ids.uuid();
    await this.#log.catchUp();
    if (this.#flow.ended()) return;
    const definition = this.#ports.definitionOf(this.#record());
    do {
      if (this.#flow.ended() || this.#record().end || this.#record().isPaused) return;
    } while (!(await this.#log.write([{ type: 'SagaClaimed', data: { runner } }])));
    this.#listen();
    this.#flow.next(this.#record());
    while (await this.#turn(definition, runner));
  }

  /** Does what is next, and waits for what comes; `false` when there is nothing left. */
  async #turn(definition: SagaDefinition, runner: string): Promise<boolean> {
    if (this.#flow.ended()) return false;
    if (this.#newest > this.#record().version) await this.#log.catchUp();
    const record = this.#record();
    if (record.runner !== runner || this.#flow.ended()) return false;
    const { maxCommitEvents: most } = this.#ports;
    const outcomes = this.#outcomes.slice(0, most);
    const facts = outcomes.flatMap((outcome) => this.#factOf(outcome, definition, record));
    const plan = nextActions(definition, ahead(record, facts), this.#view());
    const events = [...facts, ...plan.events].slice(0, most);
    if (events.length > 0 && !(await this.#log.write(events))) return true;
    this.#outcomes.splice(0, outcomes.length);
    // Not before: until it is recorded, what has come to its end here is no doubt of the log.
    for (const { effect } of outcomes) this.#underWay.delete(nameOf(effect));
    if (events.length > 0) this.#flow.next(this.#record());
    // It may have ended while that was recorded. What is not begun is in doubt for whoever is next, as after a crash.
    if (this.#flow.ended()) return false;
    const begun = new Set(events.filter(({ type }) => BEGIN.includes(type)).map(({ data }) => data?.['step'])); // prettier-ignore
    for (const effect of plan.effects) {
      if (effect.kind === 'listen' || begun.has(effect.step)) this.#begin(effect, definition);
    }
    if (events.length > 0 || outcomes.length > 0 || this.#outcomes.length > 0) return true;
    if (this.#newest > this.#record().version) return true;
    if (plan.isOver) return false;
    const { scheduler } = this.#ports.clock;
    const due = plan.wait < Infinity ? timer(Math.min(plan.wait, LONGEST), scheduler) : NEVER;
    await this.#flow.until(merge(this.#woken, due));
    return true;
  }

  #record(): SagaRecord {
    const { record, stream } = this.#log;
    if (!record) throw new UnknownSagaError('id', stream);
    return record;
  }

  /** Hears of it when somebody pauses, cancels or takes over. */
  #listen(): void {
    const after = this.#record().version;
    const changes = this.#ports.store.subscribeToStream(this.#log.stream, { after });
    this.#flow.keep(
      changes.pipe(
        tap((item) => {
          if (item.type !== 'event') return;
          this.#newest = item.event.version;
          if (this.#newest > this.#record().version) this.#woken.next();
        }),
      ),
    );
  }

  #view(): SagaView {
    const { clock } = this.#ports;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    return {
      now,
      isUnderWay: (kind, step) => this.#underWay.has(`${kind} ${step}`),
      // A clock that is put back must not prolong a wait, nor one that is put forward while the page sleeps.
      remaining: (due, wait) => {
        const left = due - now;
        const deadline = this.#deadlines.get(due) ?? monotonic + Math.min(left, wait);
        this.#deadlines.set(due, deadline);
        return Math.min(left, deadline - monotonic);
      },
    };
  }

  #begin(effect: SagaEffect, definition: SagaDefinition): void {
    this.#underWay.add(nameOf(effect));
    this.#flow.keep(
      effectOf(effect, definition, this.#record(), this.#ports).pipe(
        map((value): Outcome => ({ effect, value, hasFailed: false })),
        catchError((error: unknown) => of<Outcome>({ effect, error, hasFailed: true })),
        tap((outcome) => {
          this.#outcomes.push(outcome);
          this.#woken.next();
        }),
      ),
    );
  }

  /** What is to be recorded of an outcome; nothing, when it is of no use any more. */
  #factOf(outcome: Outcome, definition: SagaDefinition, record: SagaRecord): readonly SagaFact[] {
    const { kind, step } = outcome.effect;
    const isUndo = kind === 'compensate';
    const entry = isUndo ? record.undo?.get(step) : record.steps.get(step);
    if (entry?.state !== (kind === 'listen' ? 'waiting' : 'running')) return [];
    const failed = (error: unknown, more: object = {}): readonly SagaFact[] => {
      const type = isUndo ? 'SagaStepNotCompensated' : 'SagaStepFailed';
      return [{ type, data: { step, error: problemOf(error), ...more } }];
    };
    if (outcome.hasFailed) {
      const plan = definition.stages.flat().find(({ name }) => name === step);
      const ownRetry = plan?.kind === 'run' ? plan.retry : undefined;
      const isStopping = record.isCancelled || record.error !== undefined;
      const retry = isUndo ? definition.compensation : isStopping ? undefined : ownRetry;
      const doubt = kind === 'run' && isTimeout(outcome.error) ? { isInDoubt: true } : {};
      return failed(outcome.error, { ...doubt, ...(retry && this.#retryAt(retry, entry, outcome.error)) }); // prettier-ignore
    }
    if (isUndo) return [{ type: 'SagaStepCompensated', data: { step } }];
    try {
      const { maxResultBytes } = this.#ports;
      const result = plainCopy(outcome.value ?? null, `${step}.result`, maxResultBytes);
      return [{ type: 'SagaStepSucceeded', data: { step, result } }];
    } catch (cause) {
      // What it did is done, so it has to be undone.
      return failed(new SagaResultError(step, { cause }), { isInDoubt: true });
    }
  }

  /** When a failure is tried again; nothing, when it is not. */
  #retryAt(retry: SagaRetryValues, entry: StepRecord | UndoRecord, error: unknown): object {
    const { retries, backoff, isRetryable } = retry;
    try {
      if (entry.failures >= retries || !isRetryable(error)) return {};
      const wait = Math.max(0, backoff(entry.failures, this.#ports.random, entry.wait ?? 0));
      return wait <= LONGEST ? { due: this.#ports.clock.now() + wait, wait } : {};
    } catch {
      // A judge that throws says nothing.
      return {};
    }
  }
}

function nameOf({ kind, step }: SagaEffect): string {
  return `${kind} ${step}`;
}

const BEGIN = ['SagaStepStarted', 'SagaStepCompensating'];

/** What will be known once events are recorded. */
function ahead(record: SagaRecord, facts: readonly SagaFact[]): SagaRecord {
  const { version, startTime: timestamp } = record;
  const events = facts.map((fact, at) => ({ data: undefined, ...fact, timestamp, version: version + 1 + at })); // prettier-ignore
  return foldSaga(events, record) ?? record;
}
