import { plainCopy } from '../event-data';

const DEEPEST = 64;

/**
 * Checks that states are plain JSON, and freezes them, so that a handler which changes the state that it is given fails
 * instead of leaving half a change behind. What was looked at before is not looked at again: a state that shares most of
 * itself with the one before costs only what is new.
 */
export class SoundStates {
  readonly #heights = new WeakMap<object, number>();

  /** @throws InvalidEventError that names the place of what is no JSON. */
  check(state: unknown): void {
    if (!Number.isNaN(this.#height(state, 0))) return;
    // It finds the place, and says it in words.
    plainCopy(state, 'state', Infinity);
  }

  // How many levels a value has; not a number when something in it is no JSON.
  #height(value: unknown, depth: number): number {
    if (typeof value === 'number') return Number.isFinite(value) ? 0 : NaN;
    if (typeof value !== 'object' || value === null) {
      return value === null || typeof value === 'string' || typeof value === 'boolean' ? 0 : NaN;
    }
    const known = this.#heights.get(value);
    // A cycle ends here as well.
    if (depth + (known ?? 1) > DEEPEST) return NaN;
    if (known !== undefined) return known;
    const fields = Array.isArray(value) ? Array.from<unknown>(value) : fieldsOf(value);
    if (!fields) return NaN;
    let height = 1;
    for (const field of fields) height = Math.max(height, 1 + this.#height(field, depth + 1));
    if (!Number.isNaN(height)) this.#heights.set(Object.freeze(value), height);
    return height;
  }
}

/** Freezes an event with all that is in it. It is what a log has given, so it is not looked at any closer. */
export function frozen<T extends object>(event: T): T {
  const waiting: object[] = [];
  const freeze = (value: object): void => {
    Object.freeze(value);
    for (const field of Object.values(value) as unknown[]) {
      if (typeof field === 'object' && field !== null) waiting.push(field);
    }
  };
  // A log may have frozen the envelope, but not what is in it.
  freeze(event);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (!Object.isFrozen(next) && !ArrayBuffer.isView(next)) freeze(next);
  }
  return event;
}

function fieldsOf(value: object): readonly unknown[] | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  // An object of another realm, such as a frame, has another Object.prototype.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain || Object.hasOwn(value, '__proto__')) return undefined;
  const fields: readonly unknown[] = Object.values(value);
  return fields.filter((field) => field !== undefined);
}
