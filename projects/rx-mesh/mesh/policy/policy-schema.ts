import {
  InvalidOptionError,
  type OptionCheck,
  type OptionsDefinition,
  isInvalidOptionError,
} from 'rx-mesh/kernel';

/**
 * Reads a value of JSON: gives a frozen copy of what is known, and refuses the rest with the path of what is wrong.
 *
 * @throws InvalidOptionError that names the path.
 */
export type Schema = (path: string, value: unknown) => unknown;

/** A value that a check accepts. */
export function checked<V>(check: OptionCheck<V>): Schema {
  return (path, value) => {
    const expected = check(value as V);
    if (expected) throw new InvalidOptionError(path, value, expected);
    return value;
  };
}

/** An object of known fields; those in `required` must be there. */
export function objectOf(fields: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return (path, value) => {
    const entries = entriesOf(path, value);
    for (const [field] of entries) {
      if (!Object.hasOwn(fields, field)) {
        throw new InvalidOptionError(
          `${path}.${field}`,
          'there',
          `left out: there is no such field. Known: ${Object.keys(fields).join(', ')}`,
        );
      }
    }
    for (const field of required) {
      if (!entries.some(([name]) => name === field)) {
        throw new InvalidOptionError(`${path}.${field}`, undefined, 'there');
      }
    }
    return frozen(entries.map(([name, each]) => [name, fields[name]?.(`${path}.${name}`, each)]));
  };
}

/** An object of anything by name. */
export function recordOf(schema: Schema): Schema {
  return (path, value) =>
    frozen(entriesOf(path, value).map(([name, each]) => [name, schema(`${path}.${name}`, each)]));
}

/** A list. */
export function listOf(schema: Schema): Schema {
  return (path, value) => {
    if (!Array.isArray(value)) throw new InvalidOptionError(path, value, 'a list');
    return Object.freeze(value.map((each, at) => schema(`${path}[${at}]`, each)));
  };
}

/** Options of a group of the house, but for those that are no data. */
export function optionsOf<O extends object>(
  group: OptionsDefinition<O>,
  ...noData: readonly string[]
): Schema {
  return (path, value) => {
    const entries = entriesOf(path, value);
    for (const [field, each] of entries) {
      if (noData.includes(field)) {
        throw new InvalidOptionError(`${path}.${field}`, each, 'left out: it is no data');
      }
    }
    const options = frozen(entries) as Partial<O>;
    try {
      group.resolve(options);
    } catch (error) {
      if (!isInvalidOptionError(error)) throw error;
      const field = error.option.slice(error.option.indexOf('.') + 1);
      throw new InvalidOptionError(`${path}.${field}`, error.value, error.expected);
    }
    return options;
  };
}

/** `false`, or what the schema says. */
export function falseOr(schema: Schema): Schema {
  return (path, value) => (value === false ? false : schema(path, value));
}

// `undefined` is what JSON leaves out.
function entriesOf(path: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidOptionError(path, value, 'an object');
  }
  return Object.entries(value).filter(([, each]) => each !== undefined);
}

// Not by assignment: a key `__proto__` has to stay a key.
function frozen(entries: readonly (readonly [string, unknown])[]): object {
  return Object.freeze(Object.fromEntries(entries));
}
