import { DOCUMENT, DestroyRef, InjectionToken, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, PAGE_STATE, RANDOM, isServer } from 'rx-mesh/kernel';
import { ReplaySubject } from 'rxjs';
import { SOCKET_FACTORY, type SocketFactory } from './socket-like';
import { SOCKET_PAGE } from './socket-page';
import type { SocketPorts } from './socket-plan';
import { type SocketTarget, socketOrigin, socketTarget } from './socket-url';
import { WEB_SOCKETS } from './web-socket-options';

declare const ngDevMode: boolean;

/** What all sockets of an application need. */
export interface SocketWorld {
  readonly ports: SocketPorts;
  /** Opens a socket; `undefined` where the platform has none. */
  readonly open: SocketFactory | undefined;
  /** Where a socket goes to. Throws a `SocketUrlError` when it must not. */
  readonly target: (url: string) => SocketTarget;
}

type ServerDocument = Omit<Document, 'location'> & { readonly location: Location | null };

/** What all sockets of an application need. */
export const SOCKET_WORLD = new InjectionToken<SocketWorld>(
  ngDevMode ? 'rx-mesh SOCKET_WORLD' : '',
  {
    providedIn: 'root',
    factory: () => {
      const page = inject(DOCUMENT) as ServerDocument;
      const ended = new ReplaySubject<void>(1);
      inject(DestroyRef).onDestroy(() => {
        ended.next();
        ended.complete();
      });
      const { location } = page;
      const own = location ? socketOrigin(location.href) : undefined;
      const allowed = new Set([own, ...inject(WEB_SOCKETS.token).allowedOrigins.map(socketOrigin)]);
      return {
        ports: {
          clock: inject(CLOCK),
          random: inject(RANDOM),
          page: inject(PAGE_STATE),
          events$: inject(SOCKET_PAGE),
          diagnostics: inject(DIAGNOSTICS),
          ended$: ended,
        },
        open: inject(SOCKET_FACTORY),
        // The document of a server has no base: to ask for it throws. There nothing is opened anyway.
        target: (url) => socketTarget(url, isServer() ? undefined : page.baseURI, allowed),
      };
    },
  },
);
