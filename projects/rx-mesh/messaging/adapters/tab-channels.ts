import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import { type Observable, fromEvent, map, merge } from 'rxjs';

declare const ngDevMode: boolean;

/** What is used of a `BroadcastChannel`. Its messages are events `message`; it hears none of its own. */
export type TabChannel = EventTarget & Pick<BroadcastChannel, 'postMessage' | 'close'>;

/** The way to the other tabs of the origin. */
export interface TabChannels {
  /** Opens a channel to all tabs that open one of that name. May throw: some private modes do. */
  open(name: string): TabChannel;
  /**
   * `away`: the page is left, and may stay in the back/forward cache. `back`: it goes on. Either may come twice. Never
   * errors, never completes.
   */
  readonly events$: Observable<'away' | 'back'>;
}

/** The way to the other tabs. @default `BroadcastChannel` of the window of `DOCUMENT`; `undefined` where there is none */
export const TAB_CHANNELS = new InjectionToken<TabChannels | undefined>(
  ngDevMode ? 'rx-mesh TAB_CHANNELS' : '',
  {
    providedIn: 'root',
    factory: () => {
      const view = isServer() ? null : inject(DOCUMENT).defaultView;
      return view ? channelsOf(view) : undefined;
    },
  },
);

function channelsOf(view: Window & typeof globalThis): TabChannels | undefined {
  const { BroadcastChannel: Channel } = view as Partial<typeof globalThis>;
  if (!Channel) return undefined;
  return {
    open: (name) => new Channel(name),
    events$: merge(
      fromEvent(view, 'pagehide').pipe(map(() => 'away' as const)),
      fromEvent(view, 'pageshow').pipe(map(() => 'back' as const)),
    ),
  };
}
