import { InjectionToken, inject } from '@angular/core';
import { LEADERSHIP, type Leadership, pageLeadership } from 'rx-mesh/kernel';

declare const ngDevMode: boolean;

/** What says whether all tabs share it. */
export interface TabShared {
  readonly capabilities: { readonly crossTab: boolean };
}

// One for all of the page: who leads by it must not lead beside another one of the same page.
const PAGE_LEADERSHIP = new InjectionToken<Leadership>(
  ngDevMode ? 'rx-mesh cqrs PAGE_LEADERSHIP' : '',
  { providedIn: 'root', factory: pageLeadership },
);

/**
 * Who leads work on these: one of all tabs when they share all of them, else one on each page. A tab with a storage of its
 * own would wait for ever while another one leads, which cannot see what is in it. In an injection context.
 */
export function leadershipFor(...parts: readonly TabShared[]): Leadership {
  return inject(parts.every(({ capabilities }) => capabilities.crossTab) ? LEADERSHIP : PAGE_LEADERSHIP); // prettier-ignore
}
