import type { StandardSchemaIssue } from '../standard-schema';
import type { NewQuery } from '../message-types';
import { InvalidQueryError } from './query-errors';

const DEEPEST = 64;
const LONGEST = 65_536;

/**
 * Parameters as a text that is the same for the same parameters, in whatever order their fields were written. Fields that are
 * `undefined` are left out, as JSON does.
 *
 * @param type The type of the query, for the error.
 * @param root What they are called there.
 * @throws InvalidQueryError that names the place of what is no plain JSON, or says that there is too much of it.
 */
export function canonicalParameters(
  type: string,
  parameters: unknown,
  root: 'parameters' | 'metadata' = 'parameters',
): string {
  return parameters === undefined ? '' : new Canonical(type, root).of(parameters);
}

/**
 * On whose behalf a query is asked, as a text: all facts of its metadata but those that differ each time.
 *
 * @throws InvalidQueryError when they are no plain JSON.
 */
export function canonicalFacts(type: string, metadata: NewQuery['metadata']): string {
  if (metadata === undefined) return '{}';
  const facts = { ...metadata, timestamp: undefined, correlationId: undefined };
  return canonicalParameters(type, facts, 'metadata');
}

/** A copy of the parameters that a text was made of. */
export function parametersOf(canonical: string): unknown {
  return canonical === '' ? undefined : JSON.parse(canonical);
}

class Canonical {
  readonly #type: string;
  readonly #root: string;
  // The way from the root to here: what comes twice beside each other is no cycle.
  readonly #above: object[] = [];
  readonly #path: (string | number)[] = [];
  #length = 0;

  constructor(type: string, root: string) {
    this.#type = type;
    this.#root = root;
  }

  of(value: unknown): string {
    switch (typeof value) {
      case 'number':
        if (!Number.isFinite(value)) throw this.#fault(`is the number ${value}`);
        return this.#counted(JSON.stringify(value));
      case 'string':
      case 'boolean':
        return this.#counted(JSON.stringify(value));
      case 'object':
        return value === null ? this.#counted('null') : this.#object(value);
      default:
        throw this.#fault(`is a value of type ${typeof value}`);
    }
  }

  #object(value: object): string {
    if (this.#above.includes(value)) throw this.#fault('is a cycle');
    if (this.#above.length >= DEEPEST) throw this.#fault(`has more than ${DEEPEST} levels`);
    this.#counted('{}');
    this.#above.push(value);
    const text = Array.isArray(value) ? this.#list(value) : this.#record(value);
    this.#above.pop();
    return text;
  }

  #list(value: readonly unknown[]): string {
    // Not `map`, which leaves holes.
    return `[${Array.from(value, (item, at) => this.#field(at, item)).join(',')}]`;
  }

  #record(value: object): string {
    if (!isPlain(value)) throw this.#fault('is an object of a class: write it as plain JSON');
    const fields: string[] = [];
    for (const key of Object.keys(value).sort()) {
      if (key === '__proto__') throw this.#fault('is a field that is a trap', key);
      const field = (value as Readonly<Record<string, unknown>>)[key];
      if (field === undefined) continue;
      fields.push(`${this.#counted(JSON.stringify(key))}:${this.#field(key, field)}`);
    }
    return `{${fields.join(',')}}`;
  }

  #field(key: string | number, value: unknown): string {
    this.#path.push(key);
    const text = this.of(value);
    this.#path.pop();
    return text;
  }

  #counted(text: string): string {
    this.#length += text.length + 1;
    if (this.#length <= LONGEST) return text;
    throw new InvalidQueryError(this.#type, [
      { message: `are more than ${LONGEST} characters of JSON`, path: [this.#root] },
    ]);
  }

  #fault(message: string, ...last: readonly string[]): InvalidQueryError {
    const issue: StandardSchemaIssue = { message, path: [this.#root, ...this.#path, ...last] };
    return new InvalidQueryError(this.#type, [issue]);
  }
}

// An object of another realm, such as a frame, has another Object.prototype.
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype === Object.prototype ||
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))
  );
}
