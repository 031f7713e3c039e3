import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import type { CommandOutboxValues } from './outbox-settings';

/** What everything of the outbox stands on. */
export interface BookPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  readonly settings: CommandOutboxValues;
}

/** The waits after failures. */
export function waitsOf(
  { initialWait, maxWait }: CommandOutboxValues,
  random: RandomSource,
): Generator<number, never> {
  const initial = Math.min(initialWait, maxWait);
  return backoffDelays(exponentialBackoff({ initial, max: maxWait, jitter: 'equal' }), random);
}

/** Tells what nobody waits for. */
export function tellOutbox(
  { diagnostics }: Pick<BookPorts, 'diagnostics'>,
  message: string,
  cause?: unknown,
): void {
  const source = 'CommandOutboxService';
  diagnostics.report({ code: 'RXM548', severity: 'warning', source, message, cause });
}
