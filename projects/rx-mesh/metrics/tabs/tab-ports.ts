import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import { type Observable, fromEvent, map, merge } from 'rxjs';

declare const ngDevMode: boolean;

/** What is used of a `BroadcastChannel`. Its messages are events `message`; it hears none of its own. */
export type MetricTabChannel = EventTarget & Pick<BroadcastChannel, 'postMessage' | 'close'>;

/** What a tab has of the other tabs of its origin, and of itself. */
export interface MetricTabPorts {
  /** Opens a channel to all tabs that open one of that name. May throw: some private modes do. */
  channel(name: string): MetricTabChannel;
  /**
   * `away`: the page is left, or frozen, and may stay in the back/forward cache. `back`: it goes on. Either may come
   * twice. Never errors, never completes.
   */
  readonly events$: Observable<'away' | 'back'>;
}

/** The other tabs. @default those of the window of `DOCUMENT`; `undefined` where there are none, or no way to them */
export const METRIC_TAB_PORTS = new InjectionToken<MetricTabPorts | undefined>(
  ngDevMode ? 'rx-mesh METRIC_TAB_PORTS' : '',
  {
    providedIn: 'root',
    factory: () => {
      if (isServer()) return undefined;
      const page = inject(DOCUMENT);
      const view = page.defaultView;
      const { BroadcastChannel: Channel } = (view ?? {}) as Partial<typeof globalThis>;
      if (!view || !Channel) return undefined;
      const away$ = merge(fromEvent(view, 'pagehide'), fromEvent(page, 'freeze'));
      const back$ = merge(fromEvent(view, 'pageshow'), fromEvent(page, 'resume'));
      return {
        channel: (name) => new Channel(name),
        events$: merge(
          away$.pipe(map(() => 'away' as const)),
          back$.pipe(map(() => 'back' as const)),
        ),
      };
    },
  },
);
