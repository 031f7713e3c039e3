import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import {
  NEVER,
  type Observable,
  defer,
  finalize,
  fromEvent,
  map,
  merge,
  startWith,
  switchMap,
} from 'rxjs';

declare const ngDevMode: boolean;

/** How tabs tell each other that a log has something new. A message that is lost costs time, never an event. */
export interface EventHints {
  /** What other tabs tell of a log. Cold; never errors. */
  heard(log: string): Observable<unknown>;
  /** Tells the other tabs. Never throws. */
  tell(log: string, message: unknown): void;
}

/** Tells nobody: what a server has, and a page that cannot reach other tabs. */
export const noHints: EventHints = { heard: () => NEVER, tell: () => undefined };

/**
 * The way to the other tabs.
 *
 * @default `BroadcastChannel` of the window of `DOCUMENT`, closed while the page is in the back/forward cache; nothing
 *   where there is none
 */
export const EVENT_HINTS = new InjectionToken<EventHints>(ngDevMode ? 'rx-mesh EVENT_HINTS' : '', {
  providedIn: 'root',
  factory: () => {
    const view = isServer() ? null : inject(DOCUMENT).defaultView;
    return view && 'BroadcastChannel' in view ? new ChannelHints(view) : noHints;
  },
});

type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'> & EventTarget;

class ChannelHints implements EventHints {
  readonly #view: Window & typeof globalThis;
  // One that is open serves to tell as well.
  readonly #open = new Map<string, Channel>();

  constructor(view: Window & typeof globalThis) {
    this.#view = view;
  }

  heard(log: string): Observable<unknown> {
    const away$ = fromEvent(this.#view, 'pagehide').pipe(map(() => false));
    const back$ = fromEvent(this.#view, 'pageshow').pipe(map(() => true));
    return merge(away$, back$).pipe(
      startWith(true),
      // A page that comes back has heard nothing meanwhile.
      switchMap((here) => (here ? this.#messages(log).pipe(startWith(undefined)) : NEVER)),
    );
  }

  tell(log: string, message: unknown): void {
    try {
      const open = this.#open.get(log);
      const channel = open ?? this.#channel(log);
      channel.postMessage(message);
      // What was posted arrives all the same.
      if (!open) channel.close();
    } catch {
      // A tab that is not told reads a few seconds later.
    }
  }

  #messages(log: string): Observable<unknown> {
    return defer(() => {
      try {
        const channel = this.#channel(log);
        this.#open.set(log, channel);
        return fromEvent<MessageEvent<unknown>>(channel, 'message').pipe(
          map(({ data }) => data),
          finalize(() => {
            channel.close();
            if (this.#open.get(log) === channel) this.#open.delete(log);
          }),
        );
      } catch {
        // Some private windows have none.
        return NEVER;
      }
    });
  }

  #channel(log: string): Channel {
    return new this.#view.BroadcastChannel(`${log}.hints`);
  }
}
