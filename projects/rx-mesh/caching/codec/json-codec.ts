import { defer, of } from 'rxjs';
import type { CacheCodec } from '../cache-codec';
import { CacheCodecError } from '../cache-errors';

/** How deep a value may be nested: a deeper one ends the stack of whoever walks it. */
const DEEPEST = 500;

interface Fault {
  readonly at: string;
  readonly detail: string;
}

/**
 * Values as JSON, for plain data. What JSON would change is refused with a `CacheCodecError` that says where it is: `Date`,
 * `Map`, `Set`, other instances of classes, `bigint`, functions, symbols, `NaN`, infinite numbers, `-0`, circles, holes in lists
 * and `undefined` in lists. A property whose value is `undefined` is left out, as it reads the same afterwards. `undefined` by
 * itself is a value, and is written.
 *
 * @usageNotes
 * ```ts
 * jsonCodec().encode({ at: new Date(0) }); // fails: The value cannot be written as it is, at $.at: it is a Date.
 * ```
 */
export function jsonCodec(): CacheCodec {
  return {
    name: 'json',
    encode: (value) =>
      defer(() => {
        if (value === undefined) return of('');
        const fault = faultIn(value, new Set());
        if (fault) throw new CacheCodecError(`$${fault.at}`, fault.detail);
        return of(JSON.stringify(value));
      }),
    decode: (text) =>
      defer(() => {
        if (text === '') return of(undefined);
        try {
          return of(JSON.parse(text) as unknown);
        } catch (cause) {
          throw new CacheCodecError('$', 'its text is no JSON', cause);
        }
      }),
  };
}

function faultIn(value: unknown, above: Set<object>): Fault | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? undefined
      : { at: '', detail: `JSON has no ${Object.is(value, -0) ? '-0' : value}` };
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value !== 'object') return { at: '', detail: `it is ${typeof value}` };
  if (above.has(value)) return { at: '', detail: 'it holds itself' };
  if (above.size >= DEEPEST) return { at: '', detail: `it is nested more than ${DEEPEST} times` };
  const list = Array.isArray(value);
  if (!list && !isPlain(value)) return { at: '', detail: `it is a ${nameOf(value)}` };
  if (Object.getOwnPropertySymbols(value).length > 0) {
    return { at: '', detail: 'it has a symbol as key' };
  }
  const keys = Object.keys(value);
  if (list && keys.length !== value.length) return { at: '', detail: 'it is a list with holes' };
  above.add(value);
  for (const key of keys) {
    const part = (value as Record<string, unknown>)[key];
    const fault = part === undefined && !list ? undefined : faultIn(part, above);
    if (fault) return { at: step(key, list) + fault.at, detail: fault.detail };
  }
  above.delete(value);
  return undefined;
}

// Also an object of another frame, whose `Object` is another one.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: object): string {
  const { constructor } = value as { readonly constructor: unknown };
  return typeof constructor === 'function' ? constructor.name : 'special object';
}

function step(key: string, list: boolean): string {
  if (list) return `[${key}]`;
  return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
