import { type Signal, computed, signal, untracked } from '@angular/core';
import { EventHub } from 'rx-mesh/kernel';
import { type Observable, defer, distinctUntilChanged, filter, map, merge, of } from 'rxjs';
import type {
  CircuitBreakerEvent,
  CircuitBreakerPhase,
  CircuitBreakerReason,
  CircuitBreakerState,
} from './circuit-breaker-events';
import {
  CIRCUIT_BREAKER,
  type CircuitBreakerOptions,
  type CircuitBreakerPorts,
  type CircuitBreakerValues,
} from './circuit-breaker-options';
import { CircuitPermit } from './circuit-permit';
import {
  CLOSED,
  type CircuitState,
  type HalfOpenCircuit,
  halfOpenCircuit,
  openCircuit,
  probed,
  revived,
  waitOf,
} from './circuit-state';
import type { ErrorVerdict } from './error-verdict';
import { TripConditions } from './trip-conditions';

/**
 * Stops calls to somebody who is ill, and finds out with few of them when it is well again (Michael Nygard, "Release
 * It!"; the windows and the half-open phase follow resilience4j).
 *
 * It opens when too many calls fail within a window, or in a row. Open, it turns calls away until its wait is over;
 * then it lets probes through, one at a time, and closes when enough of them succeed. A failed probe opens it again for
 * twice as long. There is no timer: it looks at the clock when a call comes.
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
  readonly #options: CircuitBreakerValues;
  readonly #ports: CircuitBreakerPorts;
  readonly #hub: EventHub<CircuitBreakerEvent>;
  readonly #trip: TripConditions;
  readonly #version = signal(0);
  #state: CircuitState = CLOSED;
  #generation = 0;
  #writes = 0;
  #holders = 0;
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
    this.#options = CIRCUIT_BREAKER.resolve(options);
    this.#ports = ports;
    this.#hub = ports.hub ?? new EventHub();
    this.events$ = this.#hub.events$.pipe(filter((event) => event.name === name));
    this.#trip = new TripConditions(ports.clock, this.#options);
  }

  /** What it does with calls as far as it knows; it learns that a wait is over when a call comes. */
  get phase(): CircuitBreakerPhase {
    return this.#state.phase;
  }

  /** What it has counted up to now. */
  get snapshot(): CircuitBreakerState {
    const { name } = this;
    return { name, state: this.phase, ...this.#trip.counts, rejectedCount: this.#rejected };
  }

  /**
   * In how many milliseconds the next call may go through, as far as it knows: 0 for now, `Infinity` while it is
   * isolated. A probe under way may end sooner, and may fail.
   */
  get retryAfter(): number {
    return waitOf(this.#state, this.#now());
  }

  /**
   * Asks to make a call.
   *
   * @returns The permit, which has to be settled once; or `undefined` when the call must not be made.
   */
  tryAcquire(): CircuitPermit | undefined {
    const now = this.#now();
    this.#passTime(now);
    const state = this.#state;
    if (state.phase === 'half-open' && state.probeEnds === undefined) {
      this.#state = { ...state, probeEnds: now + this.#options.probeDeadline };
      return this.#permit(now);
    }
    if (state.phase === 'closed') return this.#permit(now);
    this.#rejected++;
    this.#touch();
    if (this.#hub.observed) {
      this.#hub.emit({ type: 'rejected', name: this.name, retryAfter: this.retryAfter });
    }
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
    if (this.#holders++ === 0) {
      this.#enter({ phase: 'isolated', before: this.#state }, 'isolated');
    }
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      if (this.#holders === 0 && this.#state.phase === 'isolated') {
        this.#enter(revived(this.#state.before), 'released');
      }
    };
  }

  /** Closes it and forgets what it has counted. While it is isolated, it stays so, and is closed on release. */
  reset(): void {
    this.#trip.reset();
    const isolated = this.#state.phase === 'isolated';
    this.#enter(isolated ? { phase: 'isolated', before: CLOSED } : CLOSED, 'reset');
    this.#hub.emit({ type: 'reset', name: this.name });
  }

  #permit(now: number): CircuitPermit {
    const generation = this.#generation;
    return new CircuitPermit(this.#options.judge, (verdict) => {
      this.#settle(verdict, now, generation);
    });
  }

  #settle(verdict: ErrorVerdict, since: number, generation: number): void {
    const now = this.#now();
    // A probe that ends after its deadline is late, even if no call has noticed the deadline yet.
    if (this.#state.phase === 'half-open') this.#passTime(now);
    const stale = generation !== this.#generation;
    const duration = now - since;
    if (!stale) {
      if (this.#state.phase === 'half-open') this.#settleProbe(this.#state, verdict, duration);
      else if (verdict !== 'neutral') this.#settleCall(verdict === 'failure', duration);
    }
    if (this.#hub.observed) {
      this.#hub.emit({ type: 'settled', name: this.name, verdict, duration, stale });
    }
  }

  #settleCall(failed: boolean, duration: number): void {
    const reason = this.#trip.record(failed, duration);
    if (reason) this.#open(0, reason);
    else this.#touch();
  }

  #settleProbe(state: HalfOpenCircuit, verdict: ErrorVerdict, duration: number): void {
    const { probes, slowCall, slowRate } = this.#options;
    if (verdict === 'failure') {
      this.#trip.recordFailedProbe();
      this.#open(state.opened, 'probe-failed');
      return;
    }
    const next =
      verdict === 'success'
        ? probed(state, duration > slowCall)
        : { ...state, probeEnds: undefined };
    if (next.successes < probes) {
      this.#state = next;
    } else if (next.slow / next.successes >= slowRate) {
      this.#open(state.opened, 'slow-rate');
    } else {
      this.#trip.reset();
      this.#enter(CLOSED, 'probes-succeeded');
    }
  }

  /** What the clock alone changes, looked at when a call comes or ends. */
  #passTime(now: number): void {
    const state = this.#state;
    if (state.phase === 'half-open' && state.probeEnds !== undefined && now >= state.probeEnds) {
      this.#trip.recordFailedProbe();
      // A deadline that nobody noticed lies in the past, and so may the wait that began with it.
      this.#open(state.opened, 'probe-deadline', state.probeEnds);
    }
    if (this.#state.phase === 'open' && now >= this.#state.until) {
      this.#enter(halfOpenCircuit(this.#state.opened), 'wait-over');
    }
  }

  #open(opened: number, reason: CircuitBreakerReason, at = this.#now()): void {
    this.#enter(openCircuit(at, opened, this.#options, this.#ports.random), reason);
  }

  // Whoever was let through before belongs to another generation, and counts no more.
  #enter(next: CircuitState, reason: CircuitBreakerReason): void {
    const from = this.#state.phase;
    this.#generation++;
    this.#state = next;
    this.#touch();
    if (from !== next.phase && this.#hub.observed) {
      this.#hub.emit({ type: 'transition', name: this.name, from, to: next.phase, reason });
    }
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }

  #touch(): void {
    this.#version.set(++this.#writes);
  }
}
