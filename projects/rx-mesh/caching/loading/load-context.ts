import type { ObservableInput } from 'rxjs';
import { CACHE, type CacheOptionValues, type CacheOptions } from '../cache-options';
import { CacheEmptyLoadError } from '../cache-errors';
import type { CachedValue, StaleLimits, ValueFacts } from '../cached-value';

/** What there was of a key when its load began. */
export interface PreviousValue<T> {
  /** The value; it is shared with those who were given it, so it must not be changed. */
  readonly value: T;
  /** How old it is, in milliseconds. */
  readonly age: number;
  /** What the source calls this version of it, such as an ETag. */
  readonly validator: string | undefined;
}

/** How a value is kept, as its loader says: options, and what it knows of the value. What is left out stays as it was. */
export type LoadAdaptation = CacheOptions & Omit<ValueFacts, 'limits'>;

/** What a factory is given to load a value. */
export interface LoadContext<T = unknown> {
  /** What is loaded. */
  readonly key: string;
  /** What there is already: stale, or soon to be; `undefined` when there is nothing. */
  readonly previous: PreviousValue<T> | undefined;
  /**
   * Says that the previous value is still right: it is fresh again, with the validator that it had.
   * @returns that value, for the factory to emit.
   * @throws CacheEmptyLoadError when there is none.
   */
  readonly notModified: () => T;
  /**
   * Decides from what was loaded how it is kept: its `ttl`, tags, dependencies, audience, validator, age. It counts when it
   * is called before the value is emitted. `staleWhileRevalidate` and `staleIfError` hold from then on whatever the options of
   * a reader are. The time-outs of this load stay as they were.
   * @throws InvalidOptionError when an option is out of its range.
   */
  readonly adapt: (adaptation: LoadAdaptation) => void;
}

/** Loads a value. Its first value counts, and it is unsubscribed then; what it throws is an error of the load. */
export type LoadFactory<T> = (context: LoadContext<T>) => ObservableInput<T>;

/** What a factory has said of its value. */
export interface LoadOutcome {
  options: CacheOptionValues;
  age: number;
  validator: string | undefined;
  limits: StaleLimits | undefined;
}

/** What a factory is given, and where its decisions are found. */
export function loadContext(
  key: string,
  options: CacheOptionValues,
  known: CachedValue | undefined,
  now: number,
): readonly [LoadContext, LoadOutcome] {
  const outcome: LoadOutcome = { options, age: 0, validator: undefined, limits: undefined };
  const context: LoadContext = {
    key,
    previous: known && {
      value: known.value,
      age: now - known.storedAt,
      validator: known.validator,
    },
    notModified: () => {
      if (!known) throw new CacheEmptyLoadError(key);
      outcome.validator ??= known.validator;
      return known.value;
    },
    adapt: ({ age, validator, ...rest }) => {
      const { staleWhileRevalidate, staleIfError } = rest;
      outcome.options = CACHE.resolve(rest, outcome.options);
      if (staleWhileRevalidate !== undefined || staleIfError !== undefined) {
        outcome.limits = limitsOf(outcome.options);
      }
      outcome.age = age ?? outcome.age;
      outcome.validator = validator ?? outcome.validator;
    },
  };
  return [context, outcome];
}

function limitsOf({ staleWhileRevalidate, staleIfError }: CacheOptionValues): StaleLimits {
  return { staleWhileRevalidate, staleIfError };
}
