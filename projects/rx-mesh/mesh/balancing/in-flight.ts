import type { Signal } from '@angular/core';
import { KeyedStore } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';

/** Counts the calls that are under way to each instance. */
export class InFlight {
  readonly #counts = new KeyedStore<string, number>();

  /** The counts by instance id, without zeros: on subscribe, then after each change. */
  readonly changes$: Observable<ReadonlyMap<string, number>> = this.#counts.changes$;
  /** The counts by instance id, without zeros, as a signal. */
  readonly signal: Signal<ReadonlyMap<string, number>> = this.#counts.signal;

  /** The count of one instance. */
  of(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** Counts up or down. */
  add(id: string, by: 1 | -1): void {
    const count = this.of(id) + by;
    if (count > 0) this.#counts.set(id, count);
    else this.#counts.delete(id);
  }
}
