import { setImmediate } from 'node:timers/promises';
import type { Observable } from 'rxjs';

/** What somebody who subscribed has seen. */
export interface Seen<T> {
  readonly values: readonly T[];
  readonly errors: readonly unknown[];
  readonly completed: boolean;
  readonly leave: () => void;
}

/** Subscribes, and keeps what comes. */
export function see<T>(stream: Observable<T>): Seen<T> {
  const seen = { values: [] as T[], errors: [] as unknown[], completed: false };
  const subscription = stream.subscribe({
    next: (value) => seen.values.push(value),
    error: (error: unknown) => seen.errors.push(error),
    complete: () => (seen.completed = true),
  });
  return Object.assign(seen, { leave: () => subscription.unsubscribe() });
}

/** Lets promises settle that need no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await setImmediate();
}

/** Waits for what needs turns of the event loop, such as a message to another tab, and no time. */
export async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !holds(); round++) await settled();
}
