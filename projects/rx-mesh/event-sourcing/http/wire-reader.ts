/** An own field of an object of the wire: `__proto__` and `constructor` are no fields of it. */
export function fieldOf(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? (object as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** A field that is a text. */
export function textIn(object: unknown, key: string): string | undefined {
  const value = fieldOf(object, key);
  return typeof value === 'string' ? value : undefined;
}

/** A field that is a whole number of at least this. */
export function countIn(object: unknown, key: string, least = 0): number | undefined {
  const value = fieldOf(object, key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least
    ? value
    : undefined;
}

/** A field that is a finite number. */
export function numberIn(object: unknown, key: string): number | undefined {
  const value = fieldOf(object, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A field that is true or false. */
export function flagIn(object: unknown, key: string): boolean | undefined {
  const value = fieldOf(object, key);
  return typeof value === 'boolean' ? value : undefined;
}

/** A field that is a list. */
export function listIn(object: unknown, key: string): readonly unknown[] | undefined {
  const value = fieldOf(object, key);
  return Array.isArray(value) ? value : undefined;
}
