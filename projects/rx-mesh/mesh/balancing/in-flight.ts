import type { Signal } from '@angular/core';
import { KeyedStore } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { ServiceInstance } from '../service-instance';

/** How a call to an instance ended. `cancelled`: its caller left before. */
export type LeaseOutcome = 'success' | 'failure' | 'cancelled';

/**
 * The right to call one instance once. Say when the call starts and when it is over; a lease that is never started
 * costs nothing and need not be given back.
 */
export interface InstanceLease {
  /** The instance to call. */
  readonly instance: ServiceInstance;
  /** The call starts: the instance has one more in flight. Counts once, and not after `done`. */
  start(): void;
  /** The call is over, however it ended, or will not start. Counts once. */
  done(outcome: LeaseOutcome): void;
}

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

  /** A lease that counts here. */
  lease(instance: ServiceInstance): InstanceLease {
    return new CountedLease(instance, this);
  }
}

class CountedLease implements InstanceLease {
  readonly instance: ServiceInstance;
  readonly #inFlight: InFlight;
  #state: 'new' | 'started' | 'over' = 'new';

  constructor(instance: ServiceInstance, inFlight: InFlight) {
    this.instance = instance;
    this.#inFlight = inFlight;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#inFlight.add(this.instance.id, 1);
  }

  done(): void {
    const started = this.#state === 'started';
    this.#state = 'over';
    if (started) this.#inFlight.add(this.instance.id, -1);
  }
}
