import { InjectionToken, type Provider } from '@angular/core';
import { InvalidOptionError } from './rx-mesh-error';

declare const ngDevMode: boolean;

/** Looks at one value: `undefined` when it is fine, else what it must be, as a phrase. */
export type OptionCheck<V> = (value: V) => string | undefined;

/** Some of the options of a group; a missing or `undefined` one keeps its default. */
export type PartialOptions<O extends object> = { readonly [K in keyof O]?: O[K] | undefined };

/** A group of options: defaults, checks and the token by which an application sets them. */
export interface OptionsDefinition<O extends object> {
  /** What is used where nothing is said. */
  readonly defaults: Readonly<O>;
  /** Where services read the options of the application. */
  readonly token: InjectionToken<Readonly<O>>;
  /**
   * Merges over a base and checks each value. Zero, `false` and `''` are values, not absences.
   * @throws InvalidOptionError when a value is out of its range, or a name is unknown.
   */
  resolve(options?: PartialOptions<O>, base?: Readonly<O>): Readonly<O>;
  /** A provider that sets the options of an application. Throws as {@link OptionsDefinition.resolve} does. */
  provide(options?: PartialOptions<O>): Provider;
}

/**
 * Declares a group of options once: its defaults, what each may be, and its token.
 *
 * @param name The name of the interface, for messages.
 * @param defaults A value for every option.
 * @param checks For each option that has a range, what it must be.
 * @param together A last look at all options for contradictions: the option at fault and what it must be.
 * @usageNotes
 * ```ts
 * const options = createOptions('PollOptions', { period: 1000 }, { period: positive });
 * options.resolve({ period: -1 }); // throws: PollOptions.period is -1, but must be a number above 0.
 * ```
 */
export function createOptions<O extends object>(
  name: string,
  defaults: O,
  checks: { readonly [K in keyof O]?: OptionCheck<O[K]> },
  together?: (options: Readonly<O>) => readonly [keyof O & string, string] | undefined,
): OptionsDefinition<O> {
  const resolve = (options: PartialOptions<O> = {}, base: Readonly<O> = defaults): Readonly<O> => {
    const merged: O = { ...base };
    for (const key of Object.keys(options) as (keyof O & string)[]) {
      const value = options[key];
      // Not `in`: that would find `constructor` and `__proto__` too.
      if (!Object.hasOwn(defaults, key)) {
        throw new InvalidOptionError(`${name}.${key}`, value, 'left out: there is no such option');
      }
      if (value !== undefined) merged[key] = value;
    }
    for (const key of Object.keys(checks) as (keyof O & string)[]) {
      const expected = checks[key]?.(merged[key]);
      if (expected) throw new InvalidOptionError(`${name}.${key}`, merged[key], expected);
    }
    const fault = together?.(merged);
    if (fault) throw new InvalidOptionError(`${name}.${fault[0]}`, merged[fault[0]], fault[1]);
    return Object.freeze(merged);
  };
  const token = new InjectionToken<Readonly<O>>(ngDevMode ? `rx-mesh ${name}` : '', {
    providedIn: 'root',
    factory: () => resolve(),
  });
  return {
    defaults,
    token,
    resolve,
    provide: (options) => ({ provide: token, useValue: resolve(options) }),
  };
}

/** A finite number above zero. */
export const positive: OptionCheck<number> = (value) =>
  Number.isFinite(value) && value > 0 ? undefined : 'a number above 0';

/** A finite number of at least zero. */
export const nonNegative: OptionCheck<number> = (value) =>
  Number.isFinite(value) && value >= 0 ? undefined : 'a number of at least 0';

/**
 * A time that a platform can wait, in milliseconds: above 0 and at most 2147483647 (24 days). A longer one overflows, and
 * is over at once: a storm instead of a pause.
 */
export const waitable: OptionCheck<number> = (value) =>
  positive(value) ?? (value <= 2_147_483_647 ? undefined : 'at most 2147483647 (24 days)');

/** A whole number of at least one. */
export const positiveInteger: OptionCheck<number> = (value) =>
  Number.isSafeInteger(value) && value > 0 ? undefined : 'a whole number of at least 1';

/** A whole number of at least zero. */
export const nonNegativeInteger: OptionCheck<number> = (value) =>
  Number.isSafeInteger(value) && value >= 0 ? undefined : 'a whole number of at least 0';

/** A share: from 0 to 1, both included. */
export const fraction: OptionCheck<number> = (value) =>
  Number.isFinite(value) && value >= 0 && value <= 1 ? undefined : 'a number from 0 to 1';

/** One of the given values. */
export function oneOf<V extends string>(...values: readonly V[]): OptionCheck<V> {
  return (value) =>
    values.includes(value) ? undefined : `one of ${values.map((v) => `'${v}'`).join(', ')}`;
}
