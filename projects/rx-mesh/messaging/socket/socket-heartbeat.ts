import type { Clock, PageState } from 'rx-mesh/kernel';
import { Observable, Subscription, tap } from 'rxjs';
import type { HeartbeatTimes } from './socket-options';

/** What a heartbeat needs. */
export interface HeartbeatNeeds extends HeartbeatTimes {
  readonly clock: Clock;
  readonly page: PageState;
  /** Emits with each frame that comes. */
  readonly heard$: Observable<unknown>;
  /** Emits when a user looks at the page again. */
  readonly seen$: Observable<unknown>;
  /** Sends what has to be answered. */
  readonly ping: () => void;
}

/**
 * Emits when the other side is silent though it was asked. It asks after a silence only, so a busy connection costs nothing;
 * less often while nobody sees the page, and at once when somebody does again. A page that was frozen or asleep meanwhile
 * asks again: the answer may stand behind the timer in the queue. Errors with what `ping` throws.
 */
export function heartbeat(needs: HeartbeatNeeds): Observable<'silent'> {
  const { clock, heard$, hiddenPeriod, page, period, ping, seen$, timeout } = needs;
  return new Observable((subscriber) => {
    let heardAt = clock.monotonic();
    let asked = false;
    let turn = Subscription.EMPTY;
    const after = (wait: number, work: () => void): void => {
      turn.unsubscribe();
      turn = clock.scheduler.schedule(work, wait);
    };
    const rest = (): void => {
      asked = false;
      const silence = clock.monotonic() - heardAt;
      const left = (page.hidden ? hiddenPeriod : period) - silence;
      if (left > 0) after(left, rest);
      else ask();
    };
    const ask = (): void => {
      const noted = page.interruptions;
      asked = true;
      // First, for a socket may answer at once.
      after(timeout, () => {
        if (page.interruptions === noted) subscriber.next('silent');
        else ask();
      });
      try {
        ping();
      } catch (error) {
        subscriber.error(error);
      }
    };
    subscriber.add(() => turn.unsubscribe());
    subscriber.add(
      heard$
        .pipe(
          tap(() => {
            heardAt = clock.monotonic();
            if (asked) rest();
          }),
        )
        .subscribe(),
    );
    subscriber.add(
      seen$
        .pipe(
          tap(() => {
            if (!asked) rest();
          }),
        )
        .subscribe(),
    );
    rest();
  });
}
