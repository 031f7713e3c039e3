import { InvalidEventError } from './event-sourcing-errors';

const DEEPEST = 64;

/**
 * A frozen copy of plain JSON: what is stored must be the same in memory, in IndexedDB, on a wire and in a file. Fields that
 * are `undefined` are left out, as JSON does.
 *
 * @param value What to copy.
 * @param path How the value is called in an error.
 * @param maxBytes The most bytes that its JSON may have, about: texts count by their characters.
 * @throws InvalidEventError that names the place of what is no JSON, or says that there is too much of it.
 */
export function plainCopy(value: unknown, path: string, maxBytes: number): unknown {
  return new Copy(path, maxBytes).of(value);
}

class Copy {
  readonly #whole: string;
  readonly #maxBytes: number;
  // The way from the root to here: what comes twice beside each other is no cycle.
  readonly #above: object[] = [];
  readonly #keys: (string | number)[] = [];
  #bytes = 0;

  constructor(whole: string, maxBytes: number) {
    this.#whole = whole;
    this.#maxBytes = maxBytes;
  }

  of(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.#count(value.length + 2);
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw this.#fault(`the number ${value}`);
        this.#count(8);
        // JSON has no negative zero.
        return value === 0 ? 0 : value;
      case 'boolean':
        this.#count(5);
        return value;
      case 'object':
        return value === null ? this.#nothing() : this.#object(value);
      default:
        throw this.#fault(`a value of type ${typeof value}`);
    }
  }

  #nothing(): null {
    this.#count(4);
    return null;
  }

  #object(value: object): unknown {
    if (this.#above.includes(value)) throw this.#fault('a cycle');
    if (this.#above.length >= DEEPEST) throw this.#fault(`more than ${DEEPEST} levels`);
    this.#count(2);
    this.#above.push(value);
    const copy = Array.isArray(value) ? this.#list(value) : this.#record(value);
    this.#above.pop();
    return Object.freeze(copy);
  }

  #list(value: readonly unknown[]): unknown[] {
    this.#count(value.length);
    // Not `map`, which leaves holes.
    return Array.from(value, (item, at) => this.#field(at, item));
  }

  #record(value: object): object {
    if (!isPlain(value)) throw this.#fault(`an object of class ${classOf(value)}`);
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const field = (value as Record<string, unknown>)[key];
      if (field === undefined) continue;
      this.#count(key.length + 4);
      if (key === '__proto__') throw this.#fault('a field that is a trap', key);
      copy[key] = this.#field(key, field);
    }
    return copy;
  }

  #field(key: string | number, value: unknown): unknown {
    this.#keys.push(key);
    const copy = this.of(value);
    this.#keys.pop();
    return copy;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    throw new InvalidEventError(this.#whole, `more than ${this.#maxBytes} bytes`);
  }

  // The path is written only when it is wanted.
  #fault(found: string, ...last: readonly string[]): InvalidEventError {
    const steps = [...this.#keys, ...last].map((key) =>
      typeof key === 'number' ? `[${key}]` : `.${key}`,
    );
    return new InvalidEventError(this.#whole + steps.join(''), found);
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

function classOf(value: object): string {
  return Object.prototype.toString.call(value) === '[object Object]'
    ? nameOf((value as { constructor?: unknown }).constructor)
    : Object.prototype.toString.call(value).slice(8, -1);
}

function nameOf(made: unknown): string {
  return typeof made === 'function' && made.name !== '' ? made.name : 'no name';
}
