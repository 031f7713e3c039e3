import type { LocalStatistics } from './local/local-statistics';

/** How the cache does. */
export interface CacheStatistics extends LocalStatistics {
  /** When this was so. */
  readonly timestamp: Date;
  /** Which part of the readers was given a value of the first level, from 0 to 1; 0 while nobody has read. */
  readonly hitRatio: number;
  /** How the second level is: there is none, it answers, or it is left alone for a while because it does not. */
  readonly remote: 'none' | 'up' | 'down';
  /** How many keys wait to be stored behind the cache. */
  readonly pendingWrites: number;
}
