import {
  DestroyRef,
  type EnvironmentProviders,
  Injectable,
  inject,
  provideEnvironmentInitializer,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MicroservicesCommunicationService } from 'rx-mesh/communication';
import { CLOCK, polling } from 'rx-mesh/kernel';
import { of, tap } from 'rxjs';
import { logEvent } from './call-log';
import { type CallRecord } from './call-record';
import { CallStats } from './call-stats';

const REFRESH = 1000; // milliseconds

/**
 * Remembers the calls of this visit: the latest one by one, those of the last minute in numbers. It listens for as long
 * as the application lives; only a page that shows the numbers makes it tick.
 */
@Injectable({ providedIn: 'root' })
export class CallHistory {
  private readonly clock = inject(CLOCK);
  private readonly services = inject(MicroservicesCommunicationService);
  private readonly destroyRef = inject(DestroyRef);
  readonly #stats = new CallStats(this.clock);
  readonly #log = signal<readonly CallRecord[]>([]);

  /** The latest calls, newest first. */
  readonly log = this.#log.asReadonly();

  /** The numbers of the last minute: on subscribe, and then each second while somebody is subscribed. */
  readonly picture$ = polling({ period: REFRESH, clock: this.clock }, () => of(this.#stats.read()));

  /** Begins to listen. */
  start(): void {
    this.services.serviceCallEvents$
      .pipe(
        tap((event) => {
          this.#stats.record(event);
          this.#log.update((log) => logEvent(log, event));
        }),
        takeUntilDestroyed(this.destroyRef),
      )
      .subscribe();
  }

  /** Empties the log. Calls that are under way do not come back to it. */
  clear(): void {
    this.#log.set([]);
  }
}

/** Makes the application remember its calls from the first one on. */
export function provideCallHistory(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => inject(CallHistory).start());
}
