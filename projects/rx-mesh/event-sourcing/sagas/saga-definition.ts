import type { Backoff } from 'rx-mesh/kernel';
import type { Observable, ObservableInput } from 'rxjs';
import type { EventEnvelope, NewEvent } from '../event-envelope';
import type { AppendResult } from '../log/event-log';

/** What a step may know of the saga that it is part of. */
export interface SagaContext {
  /** The id of the saga. */
  readonly sagaId: string;
  /** Its type. */
  readonly type: string;
  /** The name of the step. */
  readonly stepName: string;
  /** Which try it is, counted from 1; a try after a reload counts too. */
  readonly attempt: number;
  /**
   * The same for each try of this step, also after a reload: `<sagaId>/<stepName>`, of a compensation
   * `<sagaId>/<stepName>/compensate`. Send it along, so that whoever does the work does it once.
   */
  readonly idempotencyKey: string;
  /** What all events of the flow share. */
  readonly correlationId: string;
  /** Appends events under ids that come from the key: a further try of the step stores nothing twice. */
  readonly append: (
    stream: string,
    events: NewEvent | readonly NewEvent[],
  ) => Observable<AppendResult>;
}

/** What a compensation may know, besides the result that it undoes. */
export interface SagaCompensationContext<I = unknown, R = unknown> extends SagaContext {
  /** What the saga was started with. */
  readonly input: I;
  /** The results of the steps that succeeded. */
  readonly results: Partial<Readonly<R>>;
  /** The key under which the step did what is to be undone. */
  readonly stepKey: string;
}

/** How work that failed is tried again. Each try and each pause is recorded, so they go on after a reload. */
export interface SagaRetryOptions {
  /** How many new tries there may be: a whole number of at least 0. @default 2 for a step, 5 for a compensation */
  readonly retries?: number | undefined;
  /** How long to wait before each. @default exponentialBackoff() */
  readonly backoff?: Backoff | undefined;
  /**
   * Whether a failure is worth a new try. @default for a step `isTransientError`: no network, time-outs and HTTP statuses
   * that pass; for a compensation every failure
   */
  readonly isRetryable?: ((error: unknown) => boolean) | undefined;
}

/** A step of a saga. */
export interface SagaStep<I, R, T> {
  /**
   * Does the work. The first value is the result, and the source is then unsubscribed; one that completes without a value
   * has none. The result is recorded: plain JSON, bounded by `maxResultBytes`. What is thrown is a failure like any other.
   */
  readonly run: (input: I, results: Readonly<R>, context: SagaContext) => ObservableInput<T>;
  /**
   * Undoes the work, when a later step fails or the saga is cancelled. It has to succeed also when it runs twice, or when
   * there is nothing to undo. `result` is `undefined` where none is known: the last try timed out or was in doubt, or
   * its result could not be recorded. @default there is nothing to undo
   */
  readonly compensate?:
    | ((result: T | undefined, context: SagaCompensationContext<I, R>) => ObservableInput<unknown>)
    | undefined;
  /** How it is tried again. */
  readonly retry?: SagaRetryOptions | undefined;
  /**
   * The most time of one try, in milliseconds: above 0 and at most 2147483647. Nobody knows what became of one that took
   * longer: when there is no further one, the step is undone like one that succeeded. @default 60000
   */
  readonly timeout?: number | undefined;
  /**
   * What becomes of a try that was under way when the page ended, so that nobody knows how it ended: it is tried again under
   * the same key, or taken for done, and undone with all before it. @default 'rerun'
   */
  readonly inDoubt?: 'rerun' | 'compensate' | undefined;
}

/** An event that a saga waits for. */
export interface SagaEventWait<I, R> {
  /** The type of the event. */
  readonly type: string;
  /** Whether it is the one. @default it has the correlation id of the saga */
  readonly correlate?:
    ((event: EventEnvelope, input: I, results: Readonly<R>) => boolean) | undefined;
  /** After how many milliseconds the saga fails, above 0. @default it waits for ever */
  readonly timeout?: number | undefined;
}

/** Which events start a saga. */
export interface SagaTrigger<I> {
  /** The type of the event. */
  readonly type: string;
  /** Makes the input. */
  readonly input: (event: EventEnvelope) => I;
  /** The id of the saga: two events with one id start one saga. @default `<type>:<id of the event>` */
  readonly id?: ((event: EventEnvelope) => string) | undefined;
}

/** Options of {@link createSaga}. */
export interface SagaOptions<I> {
  /** The version of the definition, at least 1. Raise it when steps change. @default 1 */
  readonly version?: number | undefined;
  /** Which events start one, while somebody supervises. @default none */
  readonly startsOn?: SagaTrigger<I> | undefined;
  /** How a compensation that fails is tried again. */
  readonly compensation?: SagaRetryOptions | undefined;
  /** What is done when a compensation has failed for good: nothing more, or the others still. @default 'stop' */
  readonly onCompensationFailure?: 'stop' | 'continue' | undefined;
}

/** Retries with a value for each option. */
export interface SagaRetryValues {
  /** How many new tries there may be. */
  readonly retries: number;
  /** How long to wait before each. */
  readonly backoff: Backoff;
  /** Whether a failure is worth a new try. */
  readonly isRetryable: (error: unknown) => boolean;
}

/** Work of a definition, its types left out. */
export type SagaWork = (
  input: unknown,
  results: object,
  context: SagaContext,
) => ObservableInput<unknown>;

/** A step of a definition, its types left out. */
export type SagaStepPlan =
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly run: SagaWork;
      readonly compensate:
        | ((
            result: unknown,
            context: SagaCompensationContext<unknown, object>,
          ) => ObservableInput<unknown>)
        | undefined;
      readonly retry: SagaRetryValues;
      readonly timeout: number;
      readonly inDoubt: 'rerun' | 'compensate';
    }
  | {
      readonly kind: 'wait';
      readonly name: string;
      readonly wait: (input: unknown, results: object) => number;
    }
  | {
      readonly kind: 'event';
      readonly name: string;
      readonly type: string;
      readonly correlate:
        ((event: EventEnvelope, input: unknown, results: object) => boolean) | undefined;
      readonly timeout: number | undefined;
    };

declare const TYPES: unique symbol;

/**
 * What a saga does, step by step. Made by {@link createSaga}; it holds nothing, so one definition serves all sagas of its
 * type. `I` is the input, `R` the results by step.
 */
export interface SagaDefinition<I = never, R = unknown> {
  /** The type: letters, digits, `.`, `_` and `-`. */
  readonly type: string;
  /** The version, at least 1. */
  readonly version: number;
  /** The steps, those that run side by side together. */
  readonly stages: readonly (readonly SagaStepPlan[])[];
  /** Which events start one. */
  readonly startsOn: SagaTrigger<unknown> | undefined;
  /** How a compensation is tried again. */
  readonly compensation: SagaRetryValues;
  /** What is done when a compensation has failed for good. */
  readonly onCompensationFailure: 'stop' | 'continue';
  /** For types alone. */
  readonly [TYPES]?: (input: I) => R;
}

/** The names of the steps as one text: sagas that are under way go on only with a definition of the same shape. */
export function shapeOf({ stages }: SagaDefinition): string {
  return stages.map((stage) => stage.map(({ name }) => name).join('+')).join(' ');
}
