import type { Clock, PageState, RandomSource } from 'rx-mesh/kernel';
import { Subscription, filter, take, tap } from 'rxjs';

// A timer that is so much too late stood still with the page, and so did all others.
const OVERSLEPT = 1000;

/**
 * Does something after a wait. When the page was frozen or asleep in the meantime, all waits are over together; then
 * each goes on for a random while, so that the first moment awake is no storm.
 *
 * @param deadline When it has to be done, as a monotonic reading. @default never
 */
export function pause(
  wait: number,
  { clock, random }: { readonly clock: Clock; readonly random: RandomSource },
  go: () => void,
  deadline = Infinity,
): Subscription {
  const due = clock.monotonic() + wait;
  const waiting = new Subscription();
  waiting.add(
    clock.scheduler.schedule(() => {
      const now = clock.monotonic();
      // What has no time left is told so at once.
      if (now - due <= OVERSLEPT || now >= deadline) {
        go();
        return;
      }
      const spread = random.next() * Math.max(OVERSLEPT, Math.min(wait, 10 * OVERSLEPT));
      waiting.add(clock.scheduler.schedule(go, spread));
    }, wait),
  );
  return waiting;
}

/**
 * Does something when there is a network again, and not all at the same moment: each after a random while.
 *
 * @param ports Time and chance, and the longest while in milliseconds.
 */
export function whenOnline(
  page: PageState,
  ports: { readonly clock: Clock; readonly random: RandomSource; readonly spread: number },
  go: () => void,
): Subscription {
  const waiting = new Subscription();
  const resume = (): void => {
    waiting.add(
      pause(ports.random.next() * ports.spread, ports, () => {
        // It may be gone again by then.
        if (page.online) {
          waiting.unsubscribe();
          go();
        } else waiting.add(whenOnline(page, ports, go));
      }),
    );
  };
  waiting.add(page.online$.pipe(filter(Boolean), take(1), tap(resume)).subscribe());
  return waiting;
}
