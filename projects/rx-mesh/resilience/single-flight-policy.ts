import { SingleFlight } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { type CallContext, type ResiliencePolicy, definePolicy } from './policy';

/**
 * Runs the same work once at a time, whatever the number of callers: who comes while it is under way joins it, and when
 * the last one leaves, it is cancelled. The same is what has the same `key`; work without one is left alone, and so is
 * work that is not safe to share.
 *
 * @usageNotes
 * ```ts
 * const shared = singleFlightPolicy();
 * user$.pipe(resilient(shared, { name: 'users', key: `user ${id}` }));
 * ```
 */
export function singleFlightPolicy(): ResiliencePolicy {
  const flights = new SingleFlight<string, unknown>();
  return definePolicy(
    'single-flight',
    <T>(source: Observable<T>, { idempotent = true, key, safe = idempotent }: CallContext) =>
      key === undefined || !safe ? source : (flights.run(key, () => source) as Observable<T>),
  );
}
