import {
  InvalidOptionError,
  createOptions,
  exponentialBackoff,
  oneOf,
  nonNegativeInteger,
  positive,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';
import { isTransientError } from 'rx-mesh/resilience';
import type { EventEnvelope } from '../event-envelope';
import type {
  SagaDefinition,
  SagaEventWait,
  SagaOptions,
  SagaRetryOptions,
  SagaRetryValues,
  SagaStep,
  SagaStepPlan,
  SagaTrigger,
} from './saga-definition';

/** The results of a saga with that of one more step. */
export type SagaResults<R, N extends string, T> = {
  readonly [K in keyof R | N]: K extends keyof R ? R[K] : T;
};

/** The results of a saga with those of steps that ran side by side. */
export type SagaMerged<R, S> = {
  readonly [K in keyof R | keyof S]: K extends keyof R ? R[K] : K extends keyof S ? S[K] : never;
};

/** Puts steps together that run side by side. They know the results of the steps before all of them. */
export interface SagaSide<I, R extends object, S extends object> {
  /** One more of them. */
  step<N extends string, T>(
    name: N & (N extends keyof R | keyof S ? never : unknown),
    step: SagaStep<I, R, T>,
  ): SagaSide<I, R, SagaResults<S, N, T>>;
}

/** Puts a saga together, step after step. Each call gives a new builder, and the one before stays as it was. */
export interface SagaBuilder<I, R extends object> {
  /** A step, which runs once those before it have succeeded. */
  step<N extends string, T>(
    name: N & (N extends keyof R ? never : unknown),
    step: SagaStep<I, R, T>,
  ): SagaBuilder<I, SagaResults<R, N, T>>;
  /**
   * Steps that run side by side: `parallel((side) => side.step('a', ...).step('b', ...))`. When one fails, the others come
   * to their end before all is undone.
   */
  parallel<S extends object>(
    steps: (side: SagaSide<I, R, object>) => SagaSide<I, R, S>,
  ): SagaBuilder<I, SagaMerged<R, S>>;
  /** A pause, in milliseconds of at least 0. When it is due is recorded, so it goes on while the page is closed. */
  wait<N extends string>(
    name: N & (N extends keyof R ? never : unknown),
    duration: number | ((input: I, results: Readonly<R>) => number),
  ): SagaBuilder<I, SagaResults<R, N, null>>;
  /** Waits for an event that is recorded after the start of the saga: its envelope is the result. */
  waitForEvent<N extends string>(
    name: N & (N extends keyof R ? never : unknown),
    wait: SagaEventWait<I, R>,
  ): SagaBuilder<I, SagaResults<R, N, EventEnvelope>>;
  /** The definition. Throws an `InvalidOptionError` when it has no step. */
  build(): SagaDefinition<I, R>;
}

/**
 * Defines a saga: work of several steps that is done as a whole or undone. Results are known to the steps behind, by name
 * and by type. What is wrong with a definition is thrown where it stands, as an `InvalidOptionError`.
 *
 * @param type What is started: letters, digits, `.`, `_` and `-`, at most 64 characters.
 * @throws InvalidOptionError when a name, an option or a step is not what it must be.
 * @usageNotes
 * ```ts
 * const placeOrder = createSaga<{ readonly sku: string }>('place-order')
 *   .step('reserve', {
 *     run: ({ sku }, _results, { idempotencyKey }) => stock.reserve(sku, idempotencyKey),
 *     compensate: (reservation, { stepKey }) => stock.release(reservation?.id ?? stepKey),
 *   })
 *   .step('charge', { run: (_input, { reserve }) => payments.charge(reserve.price) })
 *   .build();
 * ```
 */
export function createSaga<I = void>(
  type: string,
  options: SagaOptions<I> = {},
): SagaBuilder<I, object> {
  checkName('createSaga.type', type);
  const { version, onCompensationFailure } = SAGA.resolve({
    version: options.version,
    onCompensationFailure: options.onCompensationFailure,
  });
  const head = {
    type,
    version,
    onCompensationFailure,
    startsOn: options.startsOn as SagaTrigger<unknown> | undefined,
    compensation: retryOf(options.compensation, COMPENSATION),
  };
  return new Builder(head, []) as unknown as SagaBuilder<I, object>;
}

type Head = Omit<SagaDefinition, 'stages'>;
type AnyStep = SagaStep<unknown, object, unknown>;

class Builder {
  constructor(
    private readonly head: Head,
    private readonly stages: readonly (readonly SagaStepPlan[])[],
  ) {}

  step(name: string, step: AnyStep): Builder {
    return this.with([planOf(name, step)]);
  }

  parallel(steps: (side: Side) => Side): Builder {
    return this.with(steps(new Side([])).plans);
  }

  wait(name: string, duration: number | ((input: unknown, results: object) => number)): Builder {
    if (typeof duration === 'function') return this.with([{ kind: 'wait', name, wait: duration }]);
    const expected = durationFault(duration);
    if (expected) throw new InvalidOptionError(`${name}.duration`, duration, expected);
    return this.with([{ kind: 'wait', name, wait: () => duration }]);
  }

  waitForEvent(name: string, wait: SagaEventWait<unknown, object>): Builder {
    const { type, correlate, timeout } = wait;
    checkText(`${name}.type`, type);
    const expected = timeout === undefined ? undefined : positive(timeout);
    if (expected) throw new InvalidOptionError(`${name}.timeout`, timeout, expected);
    return this.with([{ kind: 'event', name, type, correlate, timeout }]);
  }

  build(): SagaDefinition {
    if (this.stages.length === 0) {
      throw new InvalidOptionError('createSaga.steps', [], 'at least one step');
    }
    return Object.freeze({ ...this.head, stages: this.stages });
  }

  private with(stage: readonly SagaStepPlan[]): Builder {
    if (stage.length === 0) {
      throw new InvalidOptionError('createSaga.parallel', stage, 'at least one step');
    }
    const names = new Set(this.stages.flat().map(({ name }) => name));
    for (const { name } of stage) {
      checkName('createSaga.step', name);
      if (names.has(name)) {
        throw new InvalidOptionError('createSaga.step', name, 'a name that no other step has');
      }
      names.add(name);
    }
    return new Builder(this.head, [...this.stages, Object.freeze([...stage])]);
  }
}

class Side {
  constructor(readonly plans: readonly SagaStepPlan[]) {}

  step(name: string, step: AnyStep): Side {
    return new Side([...this.plans, planOf(name, step)]);
  }
}

interface StepValues {
  readonly timeout: number;
  readonly inDoubt: 'rerun' | 'compensate';
}

const SAGA = /* @__PURE__ */ createOptions<{
  readonly version: number;
  readonly onCompensationFailure: 'stop' | 'continue';
}>(
  'SagaOptions',
  { version: 1, onCompensationFailure: 'stop' },
  {
    version: positiveInteger,
    onCompensationFailure: /* @__PURE__ */ oneOf('stop', 'continue'),
  },
);

const STEP = /* @__PURE__ */ createOptions<StepValues>(
  'SagaStep',
  { timeout: 60_000, inDoubt: 'rerun' },
  { timeout: waitable, inDoubt: /* @__PURE__ */ oneOf('rerun', 'compensate') },
);

const RETRY = /* @__PURE__ */ createOptions<SagaRetryValues>(
  'SagaRetryOptions',
  { retries: 2, backoff: /* @__PURE__ */ exponentialBackoff(), isRetryable: isTransientError },
  { retries: nonNegativeInteger },
);

const COMPENSATION = { retries: 5, isRetryable: () => true };

function retryOf(given: SagaRetryOptions = {}, base: SagaRetryOptions = {}): SagaRetryValues {
  return RETRY.resolve(given, RETRY.resolve(base));
}

function planOf(name: string, step: AnyStep): SagaStepPlan {
  const { run, compensate, retry, timeout, inDoubt } = step;
  if (typeof run !== 'function') throw new InvalidOptionError(`${name}.run`, run, 'a function');
  const values = STEP.resolve({ timeout, inDoubt });
  return { kind: 'run', name, run, compensate, retry: retryOf(retry), ...values };
}

/** What is wrong with the length of a pause, as a phrase. */
export function durationFault(duration: number): string | undefined {
  return Number.isFinite(duration) && duration >= 0 ? undefined : 'a number of at least 0';
}

function checkText(option: string, text: unknown): void {
  if (typeof text === 'string' && text !== '') return;
  throw new InvalidOptionError(option, text, 'a text that is not empty');
}

// What the keys and the names of streams are made of, so it must not hold what separates their parts; and results are
// fields of an object, in which whole numbers would change the order, and `__proto__` is a trap.
const NAME = /^[a-z][\w.-]{0,63}$/i;

function checkName(option: string, name: string): void {
  if (NAME.test(name) && name !== 'compensate') return;
  throw new InvalidOptionError(
    option,
    name,
    "a letter and up to 63 letters, digits, '.', '_' or '-', and not 'compensate'",
  );
}
