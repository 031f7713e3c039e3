import { type PageState, alwaysOnline } from 'rx-mesh/kernel';
import type { CircuitBreakerPhase, CircuitBreakerReason } from './circuit-breaker-events';
import type { CircuitListener } from './circuit-listener';
import type { CircuitBreakerPorts, CircuitBreakerValues } from './circuit-breaker-options';
import type { CircuitMemento } from './circuit-memento';
import { type CallFailure, CircuitPermit, type PermitOwner } from './circuit-permit';
import {
  CLOSED,
  type HalfOpenCircuit,
  halfOpenCircuit,
  mayProbe,
  openCircuit,
  pausedCircuit,
  probed,
  probing,
  revived,
  waitOf,
} from './circuit-state';
import type { ErrorVerdict } from './error-verdict';
import { pauseAskedBy } from './retry-after';
import { TripConditions } from './trip-conditions';

/** How a call that counts has ended. */
interface Ending {
  readonly verdict: ErrorVerdict;
  readonly slow: boolean;
  readonly duration: number;
  /** For how long the server wants to be left alone, in milliseconds. */
  readonly asked: number;
  readonly now: number;
}

/** The state machine of a circuit breaker, without name and views. */
export class CircuitMachine implements PermitOwner {
  readonly trip: TripConditions;
  readonly #ports: CircuitBreakerPorts;
  readonly #page: PageState;
  readonly #listener: CircuitListener;
  #options: CircuitBreakerValues;
  #state = CLOSED;
  // Whoever was let through in another generation counts no more.
  #generation = 0;
  #holders = 0;
  #told = false;

  constructor(
    ports: CircuitBreakerPorts,
    options: CircuitBreakerValues,
    listener: CircuitListener,
  ) {
    this.#ports = ports;
    this.#page = ports.page ?? alwaysOnline;
    this.#options = options;
    this.#listener = listener;
    this.trip = new TripConditions(ports.clock, options);
  }

  get phase(): CircuitBreakerPhase {
    const { mode } = this.#options;
    if (this.#holders > 0) return 'isolated';
    return mode === 'enforce' ? this.#state.phase : mode;
  }

  get options(): CircuitBreakerValues {
    return this.#options;
  }

  get wait(): number {
    if (this.#holders > 0) return Infinity;
    return this.#enforces ? waitOf(this.#state, this.#now(), this.#options) : 0;
  }

  admit(): CircuitPermit | undefined {
    const now = this.#now();
    if (this.#enforces) this.#passTime(now);
    return this.#admits(now)
      ? new CircuitPermit(this, now, this.#generation, this.#page.interruptions)
      : undefined;
  }

  judge(error: unknown): ErrorVerdict {
    return this.#options.judge(error);
  }

  settle(
    { generation, interruptions, since }: CircuitPermit,
    said: ErrorVerdict,
    { error, retryAfter }: CallFailure,
  ): void {
    const now = this.#now();
    const { hidden, online } = this.#page;
    // What fails while there is no network has not failed over there.
    const verdict = said === 'failure' && !online ? 'neutral' : said;
    // A probe that ends after its deadline is late, even if no call has noticed the deadline yet.
    if (this.#enforces && this.#state.phase === 'half-open') this.#passTime(now);
    const stale = generation !== this.#generation;
    const duration = now - since;
    if (!stale && this.#options.mode !== 'disabled') {
      const { obeyRetryAfter, slowCall } = this.#options;
      // A clock that ran while the page stood still has measured the page.
      const slow = duration > slowCall && !hidden && interruptions === this.#page.interruptions;
      const asked =
        verdict === 'failure' && obeyRetryAfter
          ? (retryAfter ?? pauseAskedBy(error, this.#ports.clock))
          : 0;
      this.#count({ verdict, slow, duration, asked, now });
    }
    this.#listener.settled(verdict, duration, stale);
  }

  hold(): void {
    this.#change('isolated', () => this.#holders++);
  }

  release(): void {
    this.#change('released', () => this.#holders--);
  }

  reset(): void {
    this.trip.reset();
    this.#told = false;
    this.#change('reset', () => (this.#state = CLOSED));
  }

  configure(options: CircuitBreakerValues): void {
    this.trip.configure(options);
    const before = this.#options;
    if (options.mode === before.mode) this.#options = options;
    else this.#change('configured', () => (this.#options = options));
  }

  export(name: string): CircuitMemento {
    const { clock } = this.#ports;
    const state = this.#state;
    if (state.phase === 'closed') return { name, openUntil: 0, opened: 0 };
    const wait = state.phase === 'open' ? state.until - clock.monotonic() : 0;
    return { name, openUntil: clock.now() + wait, opened: state.opened };
  }

  import({ openUntil, opened }: CircuitMemento): void {
    const { clock } = this.#ports;
    const { jitter, maxOpenWait } = this.#options;
    const state = this.#state;
    const wait = Math.min(openUntil - clock.now(), maxOpenWait * (1 + jitter));
    const until = clock.monotonic() + wait;
    const known =
      state.phase === 'closed' ? -Infinity : state.phase === 'open' ? state.until : Infinity;
    if (opened > 0 && wait > -maxOpenWait && until > known) {
      this.#change('imported', () => (this.#state = { phase: 'open', until, opened }));
    }
  }

  get #enforces(): boolean {
    return this.#holders === 0 && this.#options.mode === 'enforce';
  }

  #admits(now: number): boolean {
    const state = this.#state;
    if (!this.#enforces) return this.#holders === 0;
    if (state.phase !== 'half-open') return state.phase === 'closed';
    const may = mayProbe(state, this.#options);
    if (may) this.#state = probing(state, now + this.#options.probeDeadline);
    return may;
  }

  #count(ending: Ending): void {
    const state = this.#state;
    const { asked, duration, now, slow, verdict } = ending;
    if (this.#enforces && state.phase === 'half-open') {
      this.#settleProbe(state, ending);
    } else if (verdict !== 'neutral') {
      const found = this.trip.record(verdict === 'failure', slow, duration, now);
      const reason = found ?? (asked > 0 ? 'retry-after' : undefined);
      if (!reason) this.#listener.counted();
      else if (!this.#enforces) this.#reach(reason);
      else if (found) this.#open(0, found, now, asked);
      else {
        this.#change('retry-after', () => {
          this.#state = pausedCircuit(now, asked, this.#options);
        });
      }
    }
  }

  #settleProbe(state: HalfOpenCircuit, { asked, now, slow, verdict }: Ending): void {
    const { probes, slowRate } = this.#options;
    if (verdict === 'failure') {
      this.trip.recordFailedProbe();
      this.#open(state.opened, 'probe-failed', now, asked);
      return;
    }
    const next = probed(state, verdict === 'success', slow);
    this.#state = next;
    if (next.successes < probes) return;
    if (next.slow / next.successes >= slowRate) {
      this.#open(state.opened, 'slow-rate', now);
    } else {
      this.trip.reset();
      this.#change('probes-succeeded', () => (this.#state = CLOSED));
    }
  }

  #reach(reason: CircuitBreakerReason): void {
    this.#listener.counted();
    if (this.#told) return;
    this.#told = true;
    this.#listener.reached(reason);
  }

  /** What the clock alone changes, looked at when a call comes or ends. */
  #passTime(now: number): void {
    const state = this.#state;
    if (state.phase === 'half-open' && state.under > 0 && now >= state.ends) {
      this.trip.recordFailedProbe();
      // A deadline that nobody noticed lies in the past, and so may the wait that began with it.
      this.#open(state.opened, 'probe-deadline', state.ends);
    }
    const then = this.#state;
    if (then.phase === 'open' && now >= then.until) {
      this.#change('wait-over', () => (this.#state = halfOpenCircuit(then.opened)));
    }
  }

  #open(opened: number, reason: CircuitBreakerReason, at: number, asked = 0): void {
    const { random } = this.#ports;
    this.#change(reason, () => {
      this.#state = openCircuit(at, opened, this.#options, random, asked);
    });
  }

  #change(reason: CircuitBreakerReason, apply: () => void): void {
    const from = this.phase;
    this.#generation++;
    apply();
    this.#state = revived(this.#state);
    this.#listener.counted();
    const to = this.phase;
    if (from !== to) this.#listener.moved(from, to, reason);
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
