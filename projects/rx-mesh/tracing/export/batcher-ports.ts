import type { Clock, Diagnostics, RandomSource } from 'rx-mesh/kernel';
import type { KeepaliveBudget } from './export-request';
import type { TraceFetch } from './span-exporter';
import type { SpanKeeperFactory } from './span-keeper';

/** What a `SpanBatcher` needs of the world. */
export interface BatcherPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  readonly fetch: TraceFetch;
  readonly budget: KeepaliveBudget;
  readonly keeper?: SpanKeeperFactory | undefined;
}
