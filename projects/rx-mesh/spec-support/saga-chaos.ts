import { constantBackoff } from 'rx-mesh/kernel';
import { EventLogUnavailableError, type SagaBuilder, type SagaContext, type SagaDefinition, type SagaStep, createSaga } from 'rx-mesh/event-sourcing'; // prettier-ignore
import { NEVER, type Observable, concatMap, defer, finalize, of, timer } from 'rxjs';
import { SagaOriginWorld, type SagaTab, type SagaWatch } from './saga-world';
import { settled } from './settled';

/** A step of a random saga. */
export interface ChaosStep {
  /** How many calls fail before one succeeds. */
  readonly failures: number;
  /** Calls that fail do so by giving no answer at all: the work is done then, or not. @default an error */
  readonly silent: 'done' | 'not-done' | undefined;
  readonly retries: number;
  readonly latency: number;
  readonly inDoubt: 'rerun' | 'compensate';
  /** How often its compensation fails; `undefined`: it has none. */
  readonly undo: number | undefined;
}

/** What goes wrong, at which call of the log or of a step, counted from 1. */
export interface ChaosFault {
  readonly at: number;
  readonly kind:
    | 'kill-before-append'
    | 'kill-after-append'
    | 'append-refused'
    | 'append-unanswered'
    | 'read-refused'
    | 'kill-after-effect';
}

/** A random saga, and all that happens to it. */
export interface ChaosPlan {
  readonly stages: readonly (readonly ChaosStep[])[];
  readonly faults: readonly ChaosFault[];
  /** What somebody does, at which turn. */
  readonly orders: readonly { readonly at: number; readonly order: 'pause' | 'cancel' }[];
  /** Whether somebody starts it anew after a reload, or only supervises. */
  readonly restarts: boolean;
  /** Whether there is a second tab, which supervises. */
  readonly hasSecond: boolean;
}

/** What the world outside saw. */
export interface ChaosTrace {
  readonly plan: ChaosPlan;
  readonly log: readonly { readonly type: string; readonly step: string; readonly fields: Readonly<Record<string, unknown>> }[]; // prettier-ignore
  /** The calls of steps and compensations, in order. */
  readonly calls: readonly { readonly step: string; readonly key: string; readonly isUndo: boolean; readonly ok: boolean }[]; // prettier-ignore
  /** The most calls under one key at a time. */
  readonly overlap: number;
  readonly end: string | undefined;
  readonly pending: number;
  readonly kills: number;
}

const ID = 'x';

/** How often a compensation is tried again. */
export const UNDO_RETRIES = 3;

/** The name of a step. */
export const nameOf = (stage: number, at: number): string => `s${stage}-${at}`;

/** Lives through a plan, to the end of the saga. */
export async function live(plan: ChaosPlan): Promise<ChaosTrace> {
  return new Chaos(plan).live();
}

type Side = Parameters<Parameters<SagaBuilder<void, object>['parallel']>[0]>[0];

class Chaos {
  readonly #world = new SagaOriginWorld();
  readonly #plan: ChaosPlan;
  readonly #saga: SagaDefinition<void, object>;
  readonly #calls: ChaosTrace['calls'][number][] = [];
  readonly #active = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #overlap = 0;
  #kills = 0;
  #tab: SagaTab | undefined;
  #second: SagaTab | undefined;

  constructor(plan: ChaosPlan) {
    this.#plan = plan;
    this.#saga = this.#define();
    this.#breakLog();
  }

  async live(): Promise<ChaosTrace> {
    let watch = this.#open(true);
    let end: string | undefined;
    for (let turn = 0; turn < 250 && end === undefined; turn++) {
      await settled();
      for (const { at, order } of this.#plan.orders) if (at === turn) await this.#order(order);
      if (turn > 60) await this.#order('resume');
      if (!this.#tab || watch.error !== undefined || watch.isComplete) {
        this.#tab?.close();
        watch = this.#open(this.#plan.restarts || !(await this.#world.log.streamHead(`saga-t:${ID}`))); // prettier-ignore
      }
      if (this.#plan.hasSecond && !this.#second) this.#second = this.#supervise();
      await settled();
      this.#world.clock.advance(turn < 60 ? 10 : 30_000);
      end = (await this.#log()).map(({ type }) => type).find((type) => ENDS.includes(type));
    }
    await settled();
    this.#tab?.close();
    this.#second?.close();
    await settled();
    return {
      plan: this.#plan,
      log: await this.#log(),
      calls: this.#calls,
      overlap: this.#overlap,
      end,
      pending: this.#world.clock.pending,
      kills: this.#kills,
    };
  }

  #open(isStart: boolean): SagaWatch {
    const tab = this.#world.tab();
    this.#tab = tab;
    tab.sagas.register(this.#saga);
    return tab.follow(isStart ? tab.sagas.start(this.#saga, undefined, { id: ID }) : tab.sagas.supervise()); // prettier-ignore
  }

  #supervise(): SagaTab {
    const tab = this.#world.tab();
    tab.sagas.register(this.#saga);
    tab.follow(tab.sagas.supervise());
    return tab;
  }

  #kill(): void {
    // Whichever it is that runs the saga, one of the tabs goes.
    if (this.#kills++ % 2 === 1 && this.#second) {
      this.#second.close();
      this.#second = undefined;
      return;
    }
    this.#tab?.close();
    this.#tab = undefined;
  }

  async #order(order: 'pause' | 'cancel' | 'resume'): Promise<void> {
    this.#tab?.follow(this.#tab.sagas[order](ID));
    await settled();
  }

  async #log(): Promise<ChaosTrace['log']> {
    return (await this.#world.events(`saga-t:${ID}`)).map(({ type, data }) => {
      const fields = (data ?? {}) as Readonly<Record<string, unknown>>;
      return { type, fields, step: typeof fields['step'] === 'string' ? fields['step'] : '' };
    });
  }

  /** Whether a fault is due at this call. */
  #due(kind: ChaosFault['kind'], count: number): boolean {
    return this.#plan.faults.some((fault) => fault.kind === kind && fault.at === count);
  }

  #count(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }

  #breakLog(): void {
    const { append, readStream } = this.#world.log;
    this.#world.log.append = async (...args) => {
      const count = this.#count('append');
      const fail = () => new EventLogUnavailableError('memory');
      if (this.#due('append-refused', count)) throw fail();
      if (this.#due('kill-before-append', count)) {
        this.#kill();
        throw fail();
      }
      const result = await append(...args);
      if (this.#due('kill-after-append', count)) this.#kill();
      if (this.#due('append-unanswered', count)) throw fail();
      return result;
    };
    this.#world.log.readStream = async (...args) => {
      const count = this.#count('read');
      if (this.#due('read-refused', count)) throw new EventLogUnavailableError('memory');
      return readStream(...args);
    };
  }

  #define(): SagaDefinition<void, object> {
    let saga: SagaBuilder<void, object> = createSaga('t', {
      compensation: { ...RETRY, retries: UNDO_RETRIES },
    });
    this.#plan.stages.forEach((stage, at) => {
      saga = saga.parallel((side) =>
        stage.reduce<Side>(
          (all, step, place) => all.step<string, string>(nameOf(at, place), this.#step(step)),
          side,
        ),
      );
    });
    return saga.build();
  }

  #step(step: ChaosStep): SagaStep<void, object, string> {
    const { undo, retries, inDoubt, silent } = step;
    return {
      run: (_input, _results, context) => this.#call(step, context, false),
      compensate: undo === undefined ? undefined : (_result, context) => this.#call(step, context, true), // prettier-ignore
      retry: { ...RETRY, retries },
      inDoubt,
      ...(silent ? { timeout: 30 } : {}),
    };
  }

  /** What is called outside: it does the work at the end of its latency, and then says so. */
  #call(step: ChaosStep, context: SagaContext, isUndo: boolean): Observable<string> {
    const { stepName, idempotencyKey: key } = context;
    return defer(() => {
      const active = (this.#active.get(key) ?? 0) + 1;
      this.#active.set(key, active);
      this.#overlap = Math.max(this.#overlap, active);
      const { scheduler } = this.#world.clock;
      return step.latency === 0 ? of(0) : timer(step.latency, scheduler);
    }).pipe(
      concatMap(() => {
        const answers = this.#count(key) > (isUndo ? (step.undo ?? 0) : step.failures);
        const silent = answers || isUndo ? undefined : step.silent;
        const ok = answers || silent === 'done';
        this.#calls.push({ step: stepName, key, isUndo, ok });
        if (this.#due('kill-after-effect', this.#count('effect'))) this.#kill();
        if (silent) return NEVER;
        if (!ok) throw new Error(`${key} failed`);
        return of(key);
      }),
      finalize(() => this.#active.set(key, (this.#active.get(key) ?? 1) - 1)),
    );
  }
}

const RETRY = { backoff: constantBackoff(10), isRetryable: () => true };
const ENDS = [
  'SagaCompleted',
  'SagaCompensated',
  'SagaFailed',
  'SagaCancelled',
  'SagaCompensationFailed',
];
