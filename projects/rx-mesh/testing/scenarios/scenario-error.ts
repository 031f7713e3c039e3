/**
 * What a scenario leads to is not what was expected. Its message shows both; a test runner may show {@link expected} and
 * {@link actual} side by side.
 */
export class ScenarioError extends Error {
  /** How the error is told from others. */
  override readonly name = 'ScenarioError';

  constructor(
    problem: string,
    /** What was expected. */
    readonly expected: unknown,
    /** What it was. */
    readonly actual: unknown,
    options?: ErrorOptions,
  ) {
    super(`${problem}\nExpected: ${shown(expected)}\nActual:   ${shown(actual)}`, options);
  }
}

/** What whoever awaits a scenario is told: it has a `then`, but is no promise. */
export function awaitedTooEarly(): ScenarioError {
  return new ScenarioError('A scenario is not awaited, its then(...) is.', 'then(...)', 'await');
}

/** Whether a value is what JSON has: no class, no number that is none, no function. */
export function isPlainJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) {
    return value === null || typeof value === 'string' || typeof value === 'boolean';
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  // An object of another realm, such as that of a test, has another Object.prototype.
  const isPlain =
    Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && [...fieldsOf(value).values()].every((field) => isPlainJson(field));
}

/** Whether two values are the same plain JSON; fields that are `undefined` are as if they were not there. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && isSameJson(value, right.get(key)))
  );
}

/** Whether a value has all fields that are expected, and they are the same. */
export function hasFields(expected: object, actual: object): boolean {
  const fields = fieldsOf(actual);
  return [...fieldsOf(expected)].every(
    ([key, value]) => fields.has(key) && isSameJson(value, fields.get(key)),
  );
}

function fieldsOf(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}

function shown(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  try {
    return value === undefined ? 'undefined' : JSON.stringify(value, undefined, 2);
  } catch {
    return String(value);
  }
}
