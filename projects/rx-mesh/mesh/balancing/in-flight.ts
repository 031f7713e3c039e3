import type { Signal } from '@angular/core';
import { KeyedStore } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { InstanceName } from '../health/probe-verdicts';
import { instanceKey } from '../service-instance';

/** Counts the calls that are under way to each instance. */
export class InFlight {
  readonly #counts = new KeyedStore<string, number>();

  /** The counts by `service/id`, without zeros: on subscribe, then after each change. */
  readonly changes$: Observable<ReadonlyMap<string, number>> = this.#counts.changes$;
  /** The counts by `service/id`, without zeros, as a signal. */
  readonly signal: Signal<ReadonlyMap<string, number>> = this.#counts.signal;

  /** The count of one instance. */
  of(instance: InstanceName): number {
    return this.#counts.get(instanceKey(instance)) ?? 0;
  }

  /** Counts up or down. */
  add(instance: InstanceName, by: 1 | -1): void {
    const key = instanceKey(instance);
    const count = (this.#counts.get(key) ?? 0) + by;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}
