import { DOCUMENT, Injectable, InjectionToken, inject, signal } from '@angular/core';
import { type Observable, EMPTY, filter, fromEvent, ignoreElements, tap } from 'rxjs';

/** What a service has written down under one key. */
export interface KeyEntry {
  readonly key: string;
  /** Who was asked. */
  readonly service: string;
  /** How often it was asked. */
  readonly asked: number;
  /** How often the work was done; never more than once. */
  readonly done: number;
}

const KEY = 'rx-mesh-demo.service-keys';
const MOST_KEYS = 300;

/** Where the services keep what they have done. @default the local storage of the browser */
export const SERVICE_STORAGE = new InjectionToken<Storage | undefined>('demo SERVICE_STORAGE', {
  providedIn: 'root',
  factory: () => {
    try {
      return inject(DOCUMENT).defaultView?.localStorage;
    } catch {
      // It may be forbidden. Then it is known for as long as the page.
      return undefined;
    }
  },
});

/**
 * The notes of the services that sagas call, by idempotency key. A service outlives the page that calls it, so they are
 * kept, and all tabs see the same ones.
 */
@Injectable({ providedIn: 'root' })
export class ServiceLedger {
  private readonly storage = inject(SERVICE_STORAGE);
  private readonly view = inject(DOCUMENT).defaultView;
  readonly #entries = signal<ReadonlyMap<string, KeyEntry>>(new Map());

  /** All notes by key. */
  readonly entries = this.#entries.asReadonly();

  /** Looks at what other tabs write, while it is subscribed. */
  readonly following$: Observable<never> = this.view
    ? fromEvent<StorageEvent>(this.view, 'storage').pipe(
        filter(({ key }) => key === KEY || key === null),
        tap(() => this.#entries.set(this.read())),
        ignoreElements(),
      )
    : EMPTY;

  constructor() {
    this.#entries.set(this.read());
  }

  /** Notes that a service was asked. Returns whether the work was done before: then it must not be done again. */
  ask(key: string, service: string): boolean {
    const { asked = 0, done = 0 } = this.read().get(key) ?? {};
    this.write({ key, service, asked: asked + 1, done });
    return done > 0;
  }

  /** Notes that the work is done. */
  finish(key: string): void {
    const entry = this.read().get(key);
    if (entry) this.write({ ...entry, done: entry.done + 1 });
  }

  private write(entry: KeyEntry): void {
    const entries = new Map(this.read());
    entries.delete(entry.key);
    entries.set(entry.key, entry);
    const kept = new Map([...entries].slice(-MOST_KEYS));
    this.#entries.set(kept);
    try {
      this.storage?.setItem(KEY, JSON.stringify([...kept.values()]));
    } catch {
      // No room: then this page alone knows.
    }
  }

  // Anew each time: another tab may have written since.
  private read(): ReadonlyMap<string, KeyEntry> {
    const text = this.stored();
    if (text === undefined) return this.#entries();
    try {
      const list: unknown = JSON.parse(text ?? '[]');
      const sound = Array.isArray(list) ? list.filter(isEntry) : [];
      return new Map(sound.map((entry) => [entry.key, entry]));
    } catch {
      return new Map();
    }
  }

  /** `undefined` when there is no storage, `null` when there is nothing in it. */
  private stored(): string | null | undefined {
    try {
      return this.storage?.getItem(KEY);
    } catch {
      return undefined;
    }
  }
}

function isEntry(entry: unknown): entry is KeyEntry {
  const { key, service, asked, done } = Object(entry) as Record<keyof KeyEntry, unknown>;
  return (
    typeof key === 'string' &&
    typeof service === 'string' &&
    typeof asked === 'number' &&
    typeof done === 'number'
  );
}
