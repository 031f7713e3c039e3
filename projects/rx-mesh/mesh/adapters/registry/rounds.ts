import {
  type Backoff,
  type Clock,
  type PageState,
  type RandomSource,
  isServer,
} from 'rx-mesh/kernel';
import {
  type Observable,
  type ObservableInput,
  defer,
  filter,
  repeat,
  retry,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import { isRegistryRequestError } from './registry-errors';

/** What {@link rounds} needs of the world. */
export interface RoundPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
}

/** How {@link rounds} go on. */
export interface RoundOptions {
  /** The rest after a round that ended well, in milliseconds; 0 goes on at once. Asked after each. */
  readonly rest: () => number;
  /** The rest after a round that failed; its count begins anew with each value. */
  readonly backoff: Backoff;
  /** Told of each round that failed, and how long the rest is. */
  readonly onFailure: (error: unknown, wait: number) => void;
}

/**
 * Does one round after the other, as long as somebody is subscribed. A round that fails is followed by another one after a
 * back-off, or later if the registry asks for it. While the page is offline no round begins. On the server there is one
 * round, and its failure is that of the stream: a page that is rendered waits for no second one.
 */
export function rounds<T>(
  { clock, random, page }: RoundPorts,
  { rest, backoff, onFailure }: RoundOptions,
  round: () => ObservableInput<T>,
): Observable<T> {
  if (isServer()) return defer(round);
  return defer(() => {
    let failures = 0;
    let previous = 0;
    return page.online$.pipe(
      filter(Boolean),
      take(1),
      switchMap(round),
      tap(() => {
        failures = 0;
        previous = 0;
      }),
      repeat({ delay: () => timer(rest(), clock.scheduler) }),
      retry({
        delay: (error: unknown) => {
          previous = backoff(failures++, random, previous);
          const wait = Math.max(previous, askedBy(error));
          onFailure(error, wait);
          return timer(wait, clock.scheduler);
        },
      }),
    );
  });
}

const LONGEST_PAUSE = 300_000;

function askedBy(error: unknown): number {
  if (!isRegistryRequestError(error) || !('status' in error.failure)) return 0;
  return Math.min(LONGEST_PAUSE, error.failure.retryAfter ?? 0);
}
