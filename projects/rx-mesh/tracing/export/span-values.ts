/**
 * A value as JSON. Half of a character, which is left where somebody cut a text, becomes U+FFFD: a strict receiver refuses
 * the whole batch for it.
 */
export function jsonOf(value: object): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\ud')) return text;
  // Escaped backslashes are found as well, so that a text which looks like a code is none.
  return text.replace(/\\(?:\\|ud[89a-f][\da-f]{2})/g, (found) =>
    found === '\\\\' ? found : '\ufffd',
  );
}

const MILLION = 1_000_000;

/**
 * A value as text. What came past the compiler, such as an object that holds itself, has a text too: nothing that is
 * recorded may break the export.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return (typeof value === 'object' ? JSON.stringify(value) : undefined) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** The nanoseconds since the epoch, and what passed since in milliseconds, as decimal digits; '0' for no date. */
export function nanosOf(date: Date, passed = 0): string {
  const start = date.getTime();
  if (!(start >= 0)) return '0';
  const since = Number.isFinite(passed) && passed > 0 ? Math.round(passed * MILLION) : 0;
  // A number holds a date in nanoseconds to 256 of them only.
  return (BigInt(start) * BigInt(MILLION) + BigInt(since)).toString();
}

/** The microseconds since the epoch; `undefined` for no date. */
export function microsOf(date: Date): number | undefined {
  const at = date.getTime() * 1000;
  return at > 0 ? at : undefined;
}
