/** One piece of work that has ended, as a limit learns from it. */
export interface ConcurrencySample {
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** How many ran when it began, itself included. */
  readonly inFlight: number;
  /** Whether it was lost to overload: timed out, or turned away by the other side. */
  readonly dropped: boolean;
}

/** A limit of how many may run at once. One that adapts itself learns from each sample. */
export interface ConcurrencyLimit {
  /** The limit at present; what is behind the point does not count. */
  readonly value: number;
  /** Learns from work that has ended. */
  sample(sample: ConcurrencySample): void;
}

/** A limit that stays as it is; one that adapts itself is passed through. */
export function fixedLimit(limit: number | ConcurrencyLimit): ConcurrencyLimit {
  if (typeof limit !== 'number') return limit;
  return {
    value: limit,
    sample: () => {
      // It learns nothing.
    },
  };
}
