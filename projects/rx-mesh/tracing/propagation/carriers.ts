import type { TraceContext } from '../trace-span';
import type { Propagator } from './propagator';

/** What has headers to read: an object of names and texts, or anything with a `get`, such as a `Map` or `Headers`. */
export type ReadableCarrier =
  | { /** What stands under a name. */ get(name: string): unknown }
  | Readonly<Record<string, unknown>>;

/**
 * What has headers to change: an object of names and texts, or anything with `get` and `set`, such as a `Map` or
 * `Headers`. Angular's `HttpHeaders` is none: it never changes, and what is set goes into a copy.
 */
export type WritableCarrier = HeaderStore | Record<string, unknown>;

/** Something like a `Map` or `Headers`. */
export interface HeaderStore {
  /** What stands under a name. */
  get(name: string): unknown;
  /** Writes a text under a name. */
  set(name: string, value: string): unknown;
  /** Takes a name away. */
  delete?(name: string): unknown;
}

/**
 * Writes a context into the headers of a message or a request. What they said of another span before is taken away, in
 * an object also under names in other cases. With a context that is malformed they say nothing of any.
 *
 * @usageNotes
 * ```ts
 * const headers = {};
 * injectInto(headers, tracer.contextOf(span), inject(PROPAGATOR));
 * socket.next({ headers, body });
 * ```
 */
export function injectInto(
  carrier: WritableCarrier,
  context: TraceContext,
  propagator: Propagator,
): void {
  if (isStore(carrier)) {
    for (const name of propagator.fields) carrier.delete?.(name);
    propagator.inject(context, (name, value) => void carrier.set(name, value));
    return;
  }
  const fields = new Set(propagator.fields);
  for (const key of Object.keys(carrier)) {
    if (fields.has(key.toLowerCase())) Reflect.deleteProperty(carrier, key);
  }
  propagator.inject(context, (name, value) => (carrier[name] = value));
}

/**
 * Reads the context that the headers of a message or a response hold; `undefined` when there is none.
 *
 * The names of an object may be in any case; anything with a `get` is asked for them in lower case. A list of texts is
 * read as if joined by commas, and anything else than text as if it were not there.
 *
 * @usageNotes
 * ```ts
 * const parent = extractFrom(message.headers, inject(PROPAGATOR));
 * tracer.startSpan('order received', { kind: 'consumer', parent });
 * ```
 */
export function extractFrom(
  carrier: ReadableCarrier | null | undefined,
  propagator: Propagator,
): TraceContext | undefined {
  if (!carrier) return undefined;
  if (isReadable(carrier)) return propagator.extract((name) => textOf(carrier.get(name)));
  const fields = new Set(propagator.fields);
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(carrier)) {
    const name = key.toLowerCase();
    const text = fields.has(name) ? textOf(value) : undefined;
    if (text === undefined) continue;
    const texts = found.get(name);
    if (texts) texts.push(text);
    else found.set(name, [text]);
  }
  return propagator.extract((name) => found.get(name)?.join());
}

// What comes off the wire as data may have a key `get`, but never a function.
function isReadable(carrier: ReadableCarrier): carrier is { get(name: string): unknown } {
  return typeof carrier.get === 'function';
}

function isStore(carrier: WritableCarrier): carrier is HeaderStore {
  return isReadable(carrier) && 'set' in carrier && typeof carrier.set === 'function';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isList = Array.isArray(value) && value.length > 0;
  return isList && value.every((one) => typeof one === 'string') ? value.join() : undefined;
}
