import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

/** What a log behind HTTP is asked with: the `fetch` of the platform, or something of its shape. */
export type EventLogFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * How `withHttpEventLog` reaches its server. Not `HttpClient`: an interceptor that repeats, caches or redirects would do so
 * to what must be stored once. @default the `fetch` of the platform
 */
export const EVENT_LOG_FETCH = new InjectionToken<EventLogFetch>(
  ngDevMode ? 'rx-mesh EVENT_LOG_FETCH' : '',
  { providedIn: 'root', factory: () => async (url, init) => fetch(url, init) },
);
