/** What a value has under some names, of which nothing is known; `undefined` when it has no members at all. */
export function membersOf<K extends string>(
  value: unknown,
): Readonly<Partial<Record<K, unknown>>> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Partial<Record<K, unknown>>)
    : undefined;
}

/** A number that can be put on a time line; anything else is none. */
export function finiteOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
