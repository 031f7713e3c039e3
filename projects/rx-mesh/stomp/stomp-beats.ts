import type { Clock, PageState } from 'rx-mesh/kernel';
import { Observable, Subscription, tap } from 'rxjs';

/** How often something is sent, and heard; 0: never. In milliseconds. */
export interface BeatTimes {
  readonly outgoing: number;
  readonly incoming: number;
}

/** What the signs of life need. */
export interface BeatNeeds extends BeatTimes {
  readonly clock: Clock;
  readonly page: PageState;
  /** Emits with all that comes. */
  readonly heard$: Observable<unknown>;
  /** Emits with all that is sent. */
  readonly sent$: Observable<unknown>;
  /** Emits when a user looks at the page again. */
  readonly seen$: Observable<unknown>;
  /** Sends a sign of life. */
  readonly beat: () => void;
}

/**
 * The times that both sides keep to, by the rules of STOMP.
 *
 * @param own What this side said.
 * @param header What the broker said: what it can send, and what it wants to have. Anything else is none.
 */
export function agreedBeats(own: BeatTimes, header: string | undefined): BeatTimes {
  const [, sends = '0', wants = '0'] = /^(\d{1,9}),(\d{1,9})$/.exec(header ?? '') ?? [];
  const slower = (one: number, other: number): number =>
    one === 0 || other === 0 ? 0 : Math.max(one, other);
  return {
    outgoing: slower(own.outgoing, Number(wants)),
    incoming: slower(own.incoming, Number(sends)),
  };
}

/**
 * Sends signs of life, and emits when the other side gives none for twice its time. Whoever talks anyway sends none. A page that
 * was frozen or asleep meanwhile waits once more, for what came may stand behind the timer in the queue; when somebody looks at
 * it again, it sends at once what is due.
 */
export function beats(needs: BeatNeeds): Observable<'silent'> {
  const { clock, heard$, incoming, outgoing, page, seen$, sent$ } = needs;
  return new Observable((subscriber) => {
    const half = outgoing / 2;
    let sentAt = clock.monotonic();
    let heardAt = sentAt;
    let sending = Subscription.EMPTY;
    let listening = Subscription.EMPTY;
    const send = (): void => {
      sending.unsubscribe();
      const left = sentAt + half - clock.monotonic();
      if (left <= 0) needs.beat();
      sending = clock.scheduler.schedule(send, left > 0 ? left : half);
    };
    const listen = (): void => {
      const noted = page.interruptions;
      const left = heardAt + 2 * incoming - clock.monotonic();
      listening = clock.scheduler.schedule(
        () => {
          const silence = clock.monotonic() - heardAt;
          if (silence < 2 * incoming || page.interruptions !== noted) listen();
          else subscriber.next('silent');
        },
        left > 0 ? left : incoming,
      );
    };
    subscriber.add(() => {
      sending.unsubscribe();
      listening.unsubscribe();
    });
    subscriber.add(sent$.pipe(tap(() => (sentAt = clock.monotonic()))).subscribe());
    subscriber.add(heard$.pipe(tap(() => (heardAt = clock.monotonic()))).subscribe());
    if (outgoing > 0) {
      subscriber.add(seen$.pipe(tap(send)).subscribe());
      send();
    }
    if (incoming > 0) listen();
  });
}
