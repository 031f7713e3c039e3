import { InvalidEventError } from 'rx-mesh/event-sourcing';

// Storages take 64 levels, of which the envelope around a command needs some.
const DEEPEST = 60;

/**
 * A copy of plain JSON: what is sent after a reload must be what was put in. Fields that are `undefined` are left out.
 *
 * @param path How the value is called in an error.
 * @param maxBytes The most bytes that its JSON may have, about.
 * @throws InvalidEventError that names the place of what is no JSON, or says that there is too much of it.
 */
export function plainJson(value: unknown, path: string, maxBytes: number): unknown {
  let bytes = 0;
  const count = (more: number): void => {
    bytes += more;
    if (bytes > maxBytes) throw new InvalidEventError(path, `more than ${maxBytes} bytes`);
  };
  const copy = (one: unknown, at: string, depth: number): unknown => {
    if (depth > DEEPEST) throw new InvalidEventError(at, `more than ${DEEPEST} levels, or a cycle`);
    if (one === null || typeof one === 'boolean') return (count(5), one);
    if (typeof one === 'string') return (count(one.length + 2), one);
    if (typeof one === 'number' && Number.isFinite(one)) return (count(8), one);
    if (Array.isArray(one)) {
      count(one.length + 2);
      return Array.from(one, (item: unknown, index) => copy(item, `${at}[${index}]`, depth + 1));
    }
    if (typeof one !== 'object' || !isPlain(one)) throw new InvalidEventError(at, found(one));
    count(2);
    const fields: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(one)) {
      if (field === undefined) continue;
      if (key === '__proto__') throw new InvalidEventError(at, 'an object with a trap as field');
      count(key.length + 4);
      fields[key] = copy(field, `${at}.${key}`, depth + 1);
    }
    return Object.freeze(fields);
  };
  return copy(value, path, 0);
}

// By its tag as well: objects of another realm have another prototype.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function found(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' ? 'an object of a class' : `a value of type ${typeof value}`;
}
