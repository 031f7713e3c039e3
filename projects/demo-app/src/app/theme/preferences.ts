import { DOCUMENT, InjectionToken, inject } from '@angular/core';

/** What the demo remembers between visits. */
export interface Preferences {
  read(key: string): string | null;
  /** `null` forgets. */
  write(key: string, value: string | null): void;
}

/** Where preferences are kept. @default the browser's local storage; nowhere when it is forbidden */
export const PREFERENCES = new InjectionToken<Preferences>('demo PREFERENCES', {
  providedIn: 'root',
  factory: () => storedIn(() => inject(DOCUMENT).defaultView?.localStorage),
});

/** Preferences in a storage that may be missing, forbidden or full: then they last as long as the page. */
export function storedIn(open: () => Storage | undefined): Preferences {
  const storage = attempt(open);
  const memory = new Map<string, string>();
  return {
    read: (key) => memory.get(key) ?? attempt(() => storage?.getItem(key)) ?? null,
    write: (key, value) => {
      if (value === null) {
        memory.delete(key);
        attempt(() => storage?.removeItem(key));
      } else {
        memory.set(key, value);
        attempt(() => storage?.setItem(key, value));
      }
    },
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
