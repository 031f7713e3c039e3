import { type Signal, computed, signal, untracked } from '@angular/core';
import { EventHub, InvalidOptionError } from 'rx-mesh/kernel';
import { type Observable, defer, distinctUntilChanged, filter, map, merge, of } from 'rxjs';
import type {
  CircuitBreakerEvent,
  CircuitBreakerPhase,
  CircuitBreakerState,
} from './circuit-breaker-events';
import {
  CIRCUIT_BREAKER,
  type CircuitBreakerOptions,
  type CircuitBreakerPorts,
} from './circuit-breaker-options';
import { CircuitMachine } from './circuit-machine';
import { type CircuitMemento, isCircuitMemento } from './circuit-memento';
import type { CircuitPermit } from './circuit-permit';

/**
 * Stops calls to somebody who is ill, and finds out with few of them when it is well again (Michael Nygard, "Release
 * It!"; the windows and the half-open phase follow resilience4j).
 *
 * It opens when too many calls fail within a window, or in a row, or when the server asks for a pause. Open, it turns
 * calls away until its wait is over; then it lets a few probes through, and closes when enough of them succeed. A failed
 * probe opens it again for twice as long. There is no timer: it looks at the clock when a call comes.
 *
 * A call that was let through in an earlier phase and ends late does not move it: each permit knows the generation that
 * gave it out.
 *
 * @usageNotes
 * ```ts
 * const breaker = new CircuitBreaker('orders', { clock, random });
 * const permit = breaker.tryAcquire();
 * if (permit) work().then(() => permit.success(), (error) => permit.failure(error));
 * ```
 */
export class CircuitBreaker {
  readonly #hub: EventHub<CircuitBreakerEvent>;
  readonly #machine: CircuitMachine;
  readonly #version = signal(0);
  #writes = 0;
  #rejected = 0;

  /** What it has counted, as a signal. It follows calls, not the clock: an idle window is emptied when it is used. */
  readonly state: Signal<CircuitBreakerState> = computed(() => {
    this.#version();
    return this.snapshot;
  });

  /** What it has counted: now, and after each call. */
  readonly state$: Observable<CircuitBreakerState> = defer(() =>
    // Heard first and asked second, so that a subscriber who changes it on the first value hears of that too.
    merge(this.events$, of(null)).pipe(
      map(() => untracked(this.state)),
      distinctUntilChanged(),
    ),
  );

  /** What it does, as it does it; nothing of others on its hub. Never errors. */
  readonly events$: Observable<CircuitBreakerEvent>;

  /**
   * @param name What errors and events call it, usually the name of the service.
   * @param ports Time and chance.
   * @param options Windows, limits and waits.
   * @throws InvalidOptionError when an option is out of its range.
   */
  constructor(
    readonly name: string,
    ports: CircuitBreakerPorts,
    options: CircuitBreakerOptions = {},
  ) {
    this.#hub = ports.hub ?? new EventHub();
    this.events$ = this.#hub.events$.pipe(filter((event) => event.name === name));
    this.#machine = new CircuitMachine(ports, CIRCUIT_BREAKER.resolve(options), {
      counted: () => this.#touch(),
      moved: (from, to, reason) => this.#tell({ type: 'transition', from, to, reason }),
      reached: (reason) => this.#tell({ type: 'threshold', reason }),
      settled: (verdict, duration, stale) =>
        this.#tell({ type: 'settled', verdict, duration, stale }),
    });
  }

  /** What it does with calls as far as it knows; it learns that a wait is over when a call comes. */
  get phase(): CircuitBreakerPhase {
    return this.#machine.phase;
  }

  /** What it has counted up to now. */
  get snapshot(): CircuitBreakerState {
    const { name } = this;
    const { phase, trip } = this.#machine;
    return { name, state: phase, ...trip.counts, rejectedCount: this.#rejected };
  }

  /**
   * In how many milliseconds the next call may go through, as far as it knows: 0 for now, `Infinity` while it is
   * isolated. A probe under way may end sooner, and may fail.
   */
  get retryAfter(): number {
    return this.#machine.wait;
  }

  /**
   * Asks to make a call.
   *
   * @returns The permit, which has to be settled once; or `undefined` when the call must not be made.
   */
  tryAcquire(): CircuitPermit | undefined {
    const permit = this.#machine.admit();
    if (permit) return permit;
    this.#rejected++;
    this.#touch();
    if (this.#hub.observed) this.#tell({ type: 'rejected', retryAfter: this.retryAfter });
    return undefined;
  }

  /**
   * Holds it open by hand until every holder has let go; then it is what it was before, a half-open one with fresh
   * probes.
   *
   * @returns Lets go. To call it again does nothing.
   */
  isolate(): () => void {
    let held = true;
    this.#machine.hold();
    return () => {
      if (held) this.#machine.release();
      held = false;
    };
  }

  /** Closes it and forgets what it has counted. While it is isolated, it stays so, and is closed on release. */
  reset(): void {
    this.#machine.reset();
    this.#tell({ type: 'reset' });
  }

  /**
   * Goes by other options from now on; those that are not given stay. Its phase, its wait and what it has counted stay,
   * as far back as the new window reaches; another kind of window starts empty.
   *
   * @throws InvalidOptionError when an option is out of its range; then nothing has changed.
   */
  configure(options: CircuitBreakerOptions): void {
    const machine = this.#machine;
    machine.configure(CIRCUIT_BREAKER.resolve(options, machine.options));
    this.#touch();
  }

  /** What another page has to know to go on from here. It can be stored and cloned. */
  export(): CircuitMemento {
    return this.#machine.export(this.name);
  }

  /**
   * Takes over what another page has found out: opens until then, or for longer, but never beyond its own longest wait.
   * To close it takes probes of its own. News that are older than that wait are none.
   *
   * @throws InvalidOptionError for a value that is no memento.
   */
  import(memento: CircuitMemento): void {
    if (!isCircuitMemento(memento)) {
      throw new InvalidOptionError('CircuitMemento', memento, 'what export() of a breaker gives');
    }
    this.#machine.import(memento);
  }

  #touch(): void {
    this.#version.set(++this.#writes);
  }

  #tell(event: EventDetails): void {
    if (this.#hub.observed) this.#hub.emit({ ...event, name: this.name });
  }
}

/** An event before it is known whose. */
type EventDetails<E = CircuitBreakerEvent> = E extends CircuitBreakerEvent
  ? Omit<E, 'name'>
  : never;
