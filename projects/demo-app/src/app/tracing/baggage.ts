import { Injectable, computed, signal } from '@angular/core';
import { type BaggageEntry } from '../ui/baggage-form';

/** What the traces that begin from now on carry along. */
@Injectable({ providedIn: 'root' })
export class Baggage {
  readonly #values = signal<ReadonlyMap<string, string>>(new Map());

  /** In the order in which they were set. */
  readonly entries = computed<readonly BaggageEntry[]>(() =>
    Array.from(this.#values(), ([key, value]) => ({ key, value })),
  );

  /** As a trace context has it; `undefined` when there is nothing. */
  readonly carried = computed(() =>
    this.#values().size > 0 ? Object.fromEntries(this.#values()) : undefined,
  );

  set({ key, value }: BaggageEntry): void {
    this.#values.update((values) => new Map(values).set(key, value));
  }

  remove(key: string): void {
    this.#values.update((values) => new Map([...values].filter(([other]) => other !== key)));
  }
}
