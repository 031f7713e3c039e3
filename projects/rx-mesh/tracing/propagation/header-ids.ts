import type { TraceContext } from '../trace-span';

// Ids and decisions are short. To trim a text with many spaces in it takes the square of their number.
const MAX_TEXT = 256;

/** A context that knows its parent, as a `TraceSpan` does. */
export interface ChildContext extends TraceContext {
  /** The span that this one is a part of: 16 lower-case hexadecimal digits. @default none: the trace begins here */
  readonly parentSpanId?: string | undefined;
}

/** Whether a text is the id of a span. */
export function isSpanId(text: unknown): text is string {
  return typeof text === 'string' && /^(?!0{16})[\da-f]{16}$/.test(text);
}

/** What a header says, with no space around it: '' if it is too long, `undefined` only where there is none. */
export function headerText(
  get: (name: string) => string | null | undefined,
  name: string,
): string | undefined {
  const value = get(name) ?? undefined;
  if (value === undefined) return undefined;
  const isSound = typeof value === 'string' && value.length <= MAX_TEXT;
  return isSound ? value.replace(/^[ \t]+|[ \t]+$/g, '') : '';
}
