import { DestroyRef, inject, provideEnvironmentInitializer } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { merge } from 'rxjs';
import { EventIntake } from './event-intake';
import { EventRelay } from './event-relay';
import { EVENT_SHARING, type EventSharingOptions } from './event-sharing-options';

/**
 * Shares events with other services over the message broker, as long as the application lives: what is recorded here is
 * published from the log, and what others publish is recorded here. Not where all share one log already, as with NATS
 * JetStream. On a server nothing runs.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withEventSourcing({ serviceId: 'shop' }),
 *   withIndexedDb(),
 *   withEventSharing({ streams: (stream) => stream.startsWith('order-') }),
 * );
 * ```
 */
export function withEventSharing(
  options: EventSharingOptions = {},
): RxMeshFeature<'event-sharing'> {
  return ɵmakeFeature('event-sharing', [
    EVENT_SHARING.provide({ ...options, isOn: true }),
    provideEnvironmentInitializer(() => {
      if (isServer()) return;
      const { relay, record } = inject(EVENT_SHARING.token);
      merge(
        ...(relay ? [inject(EventRelay).run()] : []),
        ...(record ? [inject(EventIntake).run()] : []),
      )
        .pipe(takeUntilDestroyed(inject(DestroyRef)))
        .subscribe();
    }),
  ]);
}
