import { DOCUMENT, InjectionToken, inject } from '@angular/core';

declare const ngDevMode: boolean;

/** What is used of the Web Locks of an origin. */
export interface SpanLocks {
  /** Calls back with the lock, or with null when somebody else has it, and holds it until that has settled. */
  request<T>(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<T>,
  ): Promise<T>;
}

/**
 * By what one tab at a time sends what is kept.
 *
 * @default the locks of the window of `DOCUMENT`; `undefined` where there are none: then a tab takes a batch out of the
 * store before it sends it
 */
export const SPAN_LOCKS = new InjectionToken<SpanLocks | undefined>(
  ngDevMode ? 'rx-mesh SPAN_LOCKS' : '',
  {
    providedIn: 'root',
    factory: () => {
      try {
        // Older browsers have none.
        return inject(DOCUMENT).defaultView?.navigator.locks;
      } catch {
        // A page that is not trusted may not even look.
        return undefined;
      }
    },
  },
);
