import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

/**
 * Says whose values the cache holds: an id of the user or tenant that says nothing to others, such as the subject of a token, of
 * at most 128 characters; `undefined` or `''`: nobody. Read at each use: when it changes, what the page holds is dropped, and what was on its way to it is not kept.
 * Without one, values of users stay in the memory of the page.
 *
 * @default nobody
 */
export const CACHE_SCOPE = new InjectionToken<() => string | undefined>(
  ngDevMode ? 'rx-mesh CACHE_SCOPE' : '',
  { providedIn: 'root', factory: () => () => undefined },
);
