import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { Observable } from 'rxjs';

declare const ngDevMode: boolean;

/** Sees to it that work which must not be done twice is done by one page at a time. */
export interface Leadership {
  /**
   * Waits for its turn to lead what has this name, and leads until it is unsubscribed. Emits `false` at once, `true` when it
   * leads, and `false` again when that was taken away, after which it waits anew. Cold: each subscription is one candidate,
   * also on the same page. Never errors, never completes.
   */
  lead(name: string): Observable<boolean>;
}

/**
 * Who leads, among all tabs of the origin. A tab that is closed, crashes or navigates away is followed by the next one
 * within some hundredths of a second. A browser does not let a tab rest in its back/forward cache while it leads, so lead
 * only while there is work. What is written still needs a guard of its own (an expected version, a compare-and-set): a tab
 * that was frozen may wake up late.
 *
 * @default the Web Locks of the browser; {@link pageLeadership} where there are none
 */
export const LEADERSHIP = new InjectionToken<Leadership>(ngDevMode ? 'rx-mesh LEADERSHIP' : '', {
  providedIn: 'root',
  factory: () => {
    const navigator = inject(DOCUMENT).defaultView?.navigator;
    return navigator && 'locks' in navigator ? lockLeadership(navigator.locks) : pageLeadership();
  },
});

/**
 * Who leads among the subscribers of this object alone, in the order in which they came: for servers, tests and pages
 * without Web Locks, where every tab would lead.
 *
 * @usageNotes
 * ```ts
 * { provide: LEADERSHIP, useValue: pageLeadership() }
 * ```
 */
export function pageLeadership(): Leadership {
  const candidates = new Map<string, (() => void)[]>();
  return {
    lead: (name) =>
      new Observable<boolean>((subscriber) => {
        const begin = (): void => subscriber.next(true);
        const waiting = candidates.get(name) ?? [];
        candidates.set(name, waiting);
        waiting.push(begin);
        subscriber.next(false);
        if (waiting[0] === begin && !subscriber.closed) begin();
        return () => {
          const hasLed = waiting[0] === begin;
          waiting.splice(waiting.indexOf(begin), 1);
          if (waiting.length === 0) candidates.delete(name);
          else if (hasLed) waiting[0]?.();
        };
      }),
  };
}

/**
 * Who leads among all holders of a lock manager, such as `navigator.locks`. The lock's name is the given one behind
 * `rx-mesh `. Where the platform refuses locks, as it does a page of an opaque origin, everybody leads.
 */
function lockLeadership(locks: LockManager): Leadership {
  return {
    lead: (name) =>
      new Observable<boolean>((subscriber) => {
        const leaving = new AbortController();
        const ended = new Promise<void>((resolve) => subscriber.add(resolve));
        const stand = async (): Promise<void> => {
          const lead = { given: false };
          try {
            await locks.request(`rx-mesh ${name}`, { signal: leaving.signal }, async () => {
              lead.given = true;
              subscriber.next(true);
              await ended;
            });
          } catch {
            if (subscriber.closed) return;
            subscriber.next(!lead.given);
            // It was stolen. Refused from the start means that there are no locks here.
            if (lead.given) await stand();
          }
        };
        subscriber.next(false);
        if (!subscriber.closed) void stand();
        return () => leaving.abort();
      }),
  };
}
