import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { isServer } from 'rx-mesh/kernel';
import { Observable, fromEvent, map, merge } from 'rxjs';

declare const ngDevMode: boolean;

/** What is used of the Web Locks of an origin. */
export interface TabLocks {
  /** Calls back when the lock is free, and holds it until that has settled. Fails when it is aborted while it waits. */
  request(
    name: string,
    options: { readonly signal: AbortSignal },
    callback: () => Promise<void>,
  ): Promise<unknown>;
}

/** What is used of a `BroadcastChannel`. Its messages are events `message`; it hears none of its own. */
export type TabChannel = EventTarget & Pick<BroadcastChannel, 'postMessage' | 'close'>;

/** What a tab has of the other tabs of its origin, and of itself. */
export interface TabPorts {
  /** The locks of the origin. */
  readonly locks: TabLocks;
  /** Opens a channel to all tabs that open one of that name. May throw: some private modes do. */
  channel(name: string): TabChannel;
  /**
   * `away`: the page is left, or frozen, and may stay in the back/forward cache. `back`: it goes on. Either may come
   * twice. Never errors, never completes.
   */
  readonly events$: Observable<'away' | 'back'>;
}

/** The other tabs. @default those of the window of `DOCUMENT`; `undefined` where there are none, or no way to them */
export const TAB_PORTS = new InjectionToken<TabPorts | undefined>(
  ngDevMode ? 'rx-mesh TAB_PORTS' : '',
  {
    providedIn: 'root',
    factory: () => {
      if (isServer()) return undefined;
      const page = inject(DOCUMENT);
      return page.defaultView ? portsOf(page.defaultView, page) : undefined;
    },
  },
);

function portsOf(view: Window & typeof globalThis, page: Document): TabPorts | undefined {
  try {
    const { BroadcastChannel: Channel } = view as Partial<typeof globalThis>;
    const { locks } = view.navigator as Partial<Navigator>;
    if (!Channel || !locks) return undefined;
    const away$ = merge(fromEvent(view, 'pagehide'), fromEvent(page, 'freeze'));
    const back$ = merge(fromEvent(view, 'pageshow'), fromEvent(page, 'resume'));
    return {
      locks,
      channel: (name) => new Channel(name),
      events$: merge(
        away$.pipe(map(() => 'away' as const)),
        back$.pipe(map(() => 'back' as const)),
      ),
    };
  } catch {
    // A page that is not trusted may not even look.
    return undefined;
  }
}

/** A channel that is open as long as it is subscribed. Errors when it cannot be opened. */
export function openChannel(ports: TabPorts, name: string): Observable<TabChannel> {
  return new Observable((subscriber) => {
    const channel = ports.channel(name);
    subscriber.add(() => channel.close());
    subscriber.next(channel);
  });
}

/**
 * Emits once when the lock is got, and holds it as long as it is subscribed; unsubscribing takes a request back that
 * still waits. Errors when the platform gives no locks, or somebody has stolen it.
 */
export function heldLock(ports: TabPorts, name: string): Observable<true> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const hold = async (): Promise<void> =>
      new Promise((release) => {
        // First: whoever is told may leave at once.
        subscriber.add(() => release());
        subscriber.next(true);
      });
    const run = async (): Promise<unknown> =>
      ports.locks.request(name, { signal: abort.signal }, hold);
    subscriber.add(() => abort.abort());
    run().catch((error: unknown) => subscriber.error(error));
  });
}
