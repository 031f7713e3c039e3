/** What the first level has counted since it is there. */
export interface LocalStatistics {
  /** How often a fresh value was there. */
  readonly hits: number;
  /** How often a stale one was. */
  readonly staleHits: number;
  /** How often there was nothing, or `get` found a stale one only. */
  readonly misses: number;
  /** How many values were kept. */
  readonly sets: number;
  /** How many were dropped because there was no room. */
  readonly evictions: number;
  /** How many were dropped because their time was over. */
  readonly expirations: number;
  /** How many keys, tags and names of dependencies were made void; `clear` is one. */
  readonly invalidations: number;
  /** How many values were not kept: outdated while they were loaded, too large, or of no duration. */
  readonly refusals: number;
  /** How many entries there are, with those that are void and not yet dropped. */
  readonly size: number;
  /** What their weights add up to. */
  readonly weight: number;
}

/** The counters, at zero. */
export function zeroCounts(): Record<Exclude<keyof LocalStatistics, 'size' | 'weight'>, number> {
  return {
    hits: 0,
    staleHits: 0,
    misses: 0,
    sets: 0,
    evictions: 0,
    expirations: 0,
    invalidations: 0,
    refusals: 0,
  };
}
