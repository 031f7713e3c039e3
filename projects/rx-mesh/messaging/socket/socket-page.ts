import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import { EMPTY, type Observable, filter, fromEvent, map, merge } from 'rxjs';

declare const ngDevMode: boolean;

/**
 * What happens to the page of a socket. `away`: it goes into the back/forward cache, where it must hold no socket; `back`: it
 * comes from there; `seen`: a user looks at it again, or it is no longer frozen. Each may come twice.
 */
export type SocketPageEvent = 'away' | 'back' | 'seen';

/**
 * The comings and goings of the page, which `PAGE_STATE` counts but does not tell. Never errors.
 *
 * @default those of the window of `DOCUMENT`; none on a server
 */
export const SOCKET_PAGE = new InjectionToken<Observable<SocketPageEvent>>(
  ngDevMode ? 'rx-mesh SOCKET_PAGE' : '',
  {
    providedIn: 'root',
    factory: () => {
      const page = inject(DOCUMENT);
      const view = page.defaultView;
      if (isServer() || !view) return EMPTY;
      const kept = ({ persisted }: PageTransitionEvent): boolean => persisted;
      return merge(
        fromEvent<PageTransitionEvent>(view, 'pagehide').pipe(
          filter(kept),
          map(() => 'away' as const),
        ),
        fromEvent<PageTransitionEvent>(view, 'pageshow').pipe(
          filter(kept),
          map(() => 'back' as const),
        ),
        merge(fromEvent(page, 'visibilitychange'), fromEvent(page, 'resume')).pipe(
          filter(() => page.visibilityState === 'visible'),
          map(() => 'seen' as const),
        ),
      );
    },
  },
);
