import { DestroyRef, inject, provideEnvironmentInitializer } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { CommandOutboxService } from './command-outbox-service';
import { COMMAND_OUTBOX, type CommandOutboxOptions } from './outbox-settings';

/**
 * Sends what is in the outbox for as long as the application lives, also what an earlier page has left there. On a server
 * nothing is sent.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withIndexedDb(), withCommandOutbox({ limit: 500 }));
 * ```
 */
export function withCommandOutbox(
  options: CommandOutboxOptions = {},
): RxMeshFeature<'command-outbox'> {
  return ɵmakeFeature('command-outbox', [
    COMMAND_OUTBOX.provide(options),
    provideEnvironmentInitializer(() => {
      if (isServer()) return;
      inject(CommandOutboxService)
        .run()
        .pipe(takeUntilDestroyed(inject(DestroyRef)))
        .subscribe();
    }),
  ]);
}
