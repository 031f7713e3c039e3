import { InvalidMessageError, MessageTooLargeError } from './messaging-errors';

/** How deep a payload may be nested: deeper ones end the stack of whoever walks them. */
const DEEPEST = 100;

/**
 * Looks through data that comes from outside, or goes there: no keys by which prototypes are attacked when somebody merges
 * it, not nested too deep nor in a circle, not too large.
 *
 * @param limit The most bytes; what is counted is an estimate of the data as JSON.
 * @throws InvalidMessageError or MessageTooLargeError.
 */
export function checkPayload(payload: unknown, limit: number): void {
  let size = 0;
  const weigh = (bytes: number): void => {
    size += bytes;
    if (size > limit) throw new MessageTooLargeError(size, limit);
  };
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'string') {
      weigh(value.length + 2);
      return;
    }
    if (typeof value !== 'object' || value === null) {
      weigh(4);
      return;
    }
    if (depth >= DEEPEST) {
      throw new InvalidMessageError('too-deep', `it is nested more than ${DEEPEST} times`);
    }
    weigh(2);
    if (ArrayBuffer.isView(value)) weigh(value.byteLength);
    else if (value instanceof ArrayBuffer) weigh(value.byteLength);
    else if (Array.isArray(value)) for (const each of value) walk(each, depth + 1);
    else if (value instanceof Map || value instanceof Set) {
      for (const each of value.entries()) walk(each, depth + 1);
    } else {
      for (const key of Object.keys(value)) {
        const field = (value as Record<string, unknown>)[key];
        if (isUnsafe(key, field)) {
          throw new InvalidMessageError('unsafe-key', `it has a key ${JSON.stringify(key)}`);
        }
        weigh(key.length + 4);
        walk(field, depth + 1);
      }
    }
  };
  walk(payload, 0);
}

// What a careless merge would write into a prototype: `__proto__`, and `constructor` when it leads to one.
function isUnsafe(key: string, field: unknown): boolean {
  if (key === '__proto__') return true;
  return (
    key === 'constructor' &&
    typeof field === 'object' &&
    field !== null &&
    Object.hasOwn(field, 'prototype')
  );
}
