import { Injectable, type Signal, computed, inject, untracked } from '@angular/core';
import { CLOCK, EventHub, KeyedStore, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import {
  type MonoTypeOperatorFunction,
  type Observable,
  distinctUntilChanged,
  map,
  merge,
} from 'rxjs';
import { CircuitBreaker } from './circuit-breaker';
import type { CircuitBreakerEvent, CircuitBreakerState } from './circuit-breaker-events';
import { CIRCUIT_BREAKER, type CircuitBreakerOptions } from './circuit-breaker-options';
import { circuitBreakerPolicy } from './circuit-breaker-policy';
import type { CircuitMemento } from './circuit-memento';
import { resilient } from './policy';

/**
 * The circuit breakers of the application, one for each name. A breaker is made when its name is first used; it holds no
 * timer, so an idle one costs nothing.
 *
 * @usageNotes
 * ```ts
 * const breakers = inject(CircuitBreakerService);
 * http.get('/orders').pipe(breakers.protect('orders'));
 * breakers.status().get('orders')?.state; // 'closed'
 * ```
 */
@Injectable({ providedIn: 'root' })
export class CircuitBreakerService {
  private readonly options = inject(CIRCUIT_BREAKER.token);
  private readonly hub = new EventHub<CircuitBreakerEvent>();
  private readonly ports = {
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
    hub: this.hub,
  };
  private readonly breakers = new KeyedStore<string, CircuitBreaker>();

  /** What each breaker does and has counted, by name, as a signal. */
  readonly status: Signal<ReadonlyMap<string, CircuitBreakerState>> = computed(() =>
    mapValues(this.breakers.signal(), (breaker) => breaker.state()),
  );

  /** What each breaker does and has counted, by name: on subscribe, and after each change. */
  readonly status$: Observable<ReadonlyMap<string, CircuitBreakerState>> = merge(
    this.hub.events$,
    this.breakers.changes$,
  ).pipe(
    map(() => untracked(this.status)),
    distinctUntilChanged(),
  );

  /** What all breakers do, as they do it. Never errors. */
  readonly events$: Observable<CircuitBreakerEvent> = this.hub.events$;

  /** The breaker of a name, made with the options of the application when it is not there yet. */
  get(name: string): CircuitBreaker {
    const known = this.breakers.get(name);
    if (known) return known;
    const made = new CircuitBreaker(name, this.ports, this.options);
    // Whoever asks inside of a `computed`, where Angular refuses a write, gets one too.
    untracked(() => this.breakers.set(name, made));
    return made;
  }

  /** The breaker of a name, if there is one. */
  find(name: string): CircuitBreaker | undefined {
    return this.breakers.get(name);
  }

  /**
   * Lets the breaker of a name go by other options; those that are not given stay.
   *
   * @throws InvalidOptionError when an option is out of its range; then nothing has changed.
   */
  configure(name: string, options: CircuitBreakerOptions): void {
    this.get(name).configure(options);
  }

  /** What another page has to know of the breakers that are not closed. It can be stored and cloned. */
  export(): readonly CircuitMemento[] {
    return [...this.breakers.snapshot.values()]
      .map((breaker) => breaker.export())
      .filter(({ opened }) => opened > 0);
  }

  /** Guards a stream by the breaker of a name: without a permit it fails with a `CircuitOpenError`. */
  protect<T>(name: string): MonoTypeOperatorFunction<T> {
    return resilient(
      (source, context) => circuitBreakerPolicy(this.get(name))(source, context),
      name,
    );
  }

  /** Whether a call would be turned away now, as far as is known: that a probe hangs is noticed by the next call. */
  isOpen(name: string): boolean {
    return (this.breakers.get(name)?.retryAfter ?? 0) > 0;
  }

  /** In how many milliseconds a call may go through: 0 for now, `Infinity` while the breaker is isolated. */
  retryAfter(name: string): number {
    return this.breakers.get(name)?.retryAfter ?? 0;
  }

  /**
   * Holds a breaker open by hand, for maintenance or for an experiment.
   *
   * @returns Lets go. A breaker that several have isolated is held until the last one does.
   */
  isolate(name: string): () => void {
    return this.get(name).isolate();
  }
}

function mapValues<K, A, B>(
  source: ReadonlyMap<K, A>,
  project: (value: A) => B,
): ReadonlyMap<K, B> {
  return new Map([...source].map(([key, value]) => [key, project(value)]));
}
