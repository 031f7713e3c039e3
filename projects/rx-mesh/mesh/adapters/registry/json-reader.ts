/** A JSON object of the wire, read by own keys only: `__proto__` and `constructor` are no facts of it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object that is no list; `undefined` for anything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** An own field of an object. */
export function fieldOf(object: unknown, key: string): unknown {
  const known = objectOf(object);
  return known && Object.hasOwn(known, key) ? known[key] : undefined;
}

/** The value as a text; `''` for anything else. */
export function textOr(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

/** The value as a list; an empty one for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A number, also one that is written as a text; `undefined` for anything else. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const MOST_FACTS = 64;
const LONGEST_FACT = 1024;

/**
 * The facts of an object whose values are texts, numbers or booleans, as texts; at most 64, each at most 1024 characters.
 * What would be more of a trap than a fact (`__proto__`) is left out.
 */
export function factsOf(value: unknown): Record<string, string> {
  const facts: [string, string][] = [];
  for (const [key, fact] of Object.entries(objectOf(value) ?? {})) {
    if (facts.length >= MOST_FACTS) break;
    if (key === '__proto__') continue;
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean') {
      facts.push([key.slice(0, LONGEST_FACT), String(fact).slice(0, LONGEST_FACT)]);
    }
  }
  return Object.fromEntries(facts);
}
