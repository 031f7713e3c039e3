import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { EVENT_SOURCING, type EventSourcingOptions } from './event-sourcing-options';

/**
 * Sets who records events, how much of them is kept, and the limits. Without it the defaults hold. Events are in memory,
 * unless a log is provided: `withIndexedDb()` for a browser.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withEventSourcing({ serviceId: 'shop', retention: { cart: { maxAge: 604_800_000 } } }),
 *   withIndexedDb(),
 * );
 * ```
 */
export function withEventSourcing(
  options: EventSourcingOptions = {},
): RxMeshFeature<'event-sourcing'> {
  return ɵmakeFeature('event-sourcing', [EVENT_SOURCING.provide(options)]);
}
