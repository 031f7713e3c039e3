import { DOCUMENT, InjectionToken, inject } from '@angular/core';
import { Observable, fromEvent, merge, tap } from 'rxjs';

declare const ngDevMode: boolean;

/** What is asked of a `PerformanceObserver`. */
export interface EntryObserver {
  /** Begins to tell of entries of a kind, those before included. */
  observe(options: { readonly type: string; readonly buffered: boolean }): void;
  /** What is measured and was not told yet. */
  takeRecords(): readonly unknown[];
  /** Ends it. */
  disconnect(): void;
}

/** How a `PerformanceObserver` is made. */
export interface EntryObserverConstructor {
  new (tell: (list: { getEntries(): readonly unknown[] }) => void): EntryObserver;
  /** The kinds of entries that it knows. */
  readonly supportedEntryTypes?: readonly string[] | undefined;
}

/** What measures the page. @default `PerformanceObserver` of the page; `undefined` where there is none */
export const PERFORMANCE_OBSERVER = new InjectionToken<EntryObserverConstructor | undefined>(
  ngDevMode ? 'rx-mesh PERFORMANCE_OBSERVER' : '',
  {
    providedIn: 'root',
    factory: () => {
      const view = inject(DOCUMENT).defaultView as {
        readonly PerformanceObserver?: EntryObserverConstructor;
      } | null;
      return view?.PerformanceObserver;
    },
  },
);

/** The entries of a kind, in an injection context. What is not told yet when the page ends is told then. */
export function entriesOf(
  Observer: EntryObserverConstructor,
  type: string,
): Observable<readonly unknown[]> {
  const view = inject(DOCUMENT).defaultView;
  return new Observable((subscriber) => {
    const observer = new Observer((list) => subscriber.next(list.getEntries()));
    if (view) {
      // Before those who send spans then.
      const last = { capture: true };
      subscriber.add(
        merge(fromEvent(view, 'pagehide', last), fromEvent(view, 'visibilitychange', last))
          .pipe(tap(() => subscriber.next(observer.takeRecords())))
          .subscribe(),
      );
    }
    observer.observe({ type, buffered: true });
    return () => observer.disconnect();
  });
}
