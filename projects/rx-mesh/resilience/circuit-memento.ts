/**
 * What outlives a page, or is told to another tab: that a breaker is open, and until when by the wall. Counts stay
 * behind, for they are evidence of one page.
 */
export interface CircuitMemento {
  /** The name of the breaker. */
  readonly name: string;
  /** Until when it is open, in milliseconds since the Unix epoch; 0 while it is not. */
  readonly openUntil: number;
  /** How many times it opened in a row; 0 while it is closed. */
  readonly opened: number;
}

/** Whether a value, which comes from a store or from another page, is a {@link CircuitMemento}. */
export function isCircuitMemento(value: unknown): value is CircuitMemento {
  const { name, openUntil, opened } = Object(value) as Partial<Record<string, unknown>>;
  return (
    typeof name === 'string' && isCount(openUntil) && Number.isInteger(opened) && isCount(opened)
  );
}

function isCount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}
