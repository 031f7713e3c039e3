const MILLION = 1_000_000;
const TWO_TO_63 = 2 ** 63;

/** The nanoseconds since the epoch as decimal digits; '0' for no date. */
export function nanosOf(date: Date): string {
  const at = date.getTime();
  // A number holds a date in nanoseconds to 256 of them only.
  return at >= 0 ? (BigInt(Math.trunc(at)) * BigInt(MILLION)).toString() : '0';
}

/** Values by name as OTLP has them. */
export function attributesOf(entries: Iterable<readonly [string, unknown]>): object[] {
  return Array.from(entries, ([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'boolean') return { boolValue: value };
  // Half a character is none in UTF-8, and a receiver may refuse all of the body for it.
  if (typeof value !== 'number') {
    return { stringValue: String(value).replace(/\p{Surrogate}/gu, '\ufffd') };
  }
  if (Number.isInteger(value) && Math.abs(value) < TWO_TO_63) {
    return { intValue: BigInt(value).toString() };
  }
  // JSON has no such numbers; Protobuf's has words for them.
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}
