import {
  type Clock,
  type PageState,
  type RandomSource,
  alwaysOnline,
  createOptions,
  positive,
} from 'rx-mesh/kernel';
import { above1, share } from './limit-checks';

/** Options of an {@link AdaptiveThrottle}. */
export interface AdaptiveThrottleOptions {
  /**
   * How many calls may go out for each that is answered in time, at least 1. Nearer to 1 the load falls faster, and more
   * calls are spared for nothing. @default 1.25
   */
  readonly factor?: number | undefined;
  /** How fast answers are forgotten: after so many milliseconds a third of their weight is left, above 0. @default 3000 */
  readonly memory?: number | undefined;
  /** The time-out of an attempt, in milliseconds, above 0: the measure of what is slow. @default 5000 */
  readonly limit?: number | undefined;
  /**
   * Which part of the way from the quickest answer up to the time-out an answer may take before it counts as slow: above
   * 0 and below 1. Slow answers come before time-outs, and are the earlier sign. @default 0.3
   */
  readonly slack?: number | undefined;
}

/** The options of an {@link AdaptiveThrottle} with a value for each. */
export type AdaptiveThrottleValues = {
  readonly [K in keyof AdaptiveThrottleOptions]-?: NonNullable<AdaptiveThrottleOptions[K]>;
};

/** The defaults of throttles, and the token by which an application changes them. */
export const ADAPTIVE_THROTTLE = /* @__PURE__ */ createOptions<AdaptiveThrottleValues>(
  'AdaptiveThrottleOptions',
  { factor: 1.25, memory: 3000, limit: 5000, slack: 0.3 },
  { factor: above1, memory: positive, limit: positive, slack: share },
);

/** How a call ended. `refused`: by a quick error, which burdened nobody; `ignored`: nothing is known. */
export type ThrottleOutcome = 'answered' | 'timed-out' | 'refused' | 'ignored';

/** The leave of a throttle to send one call. */
export interface ThrottleTicket {
  /** Tells how it ended. Only the first call counts. */
  settle(outcome: ThrottleOutcome): void;
}

/** A call under way. */
interface Sent {
  readonly at: number;
  readonly interruptions: number;
  counted: boolean;
}

// Against refusing all after the first answers that are slow.
const PADDING = 0.1;
// The quickest answer is believed for so long.
const FORGET = 600_000;

/**
 * Spares an overloaded service part of the calls, by lot, so that the others are answered in time. It is the adaptive
 * throttling of Google ("Site Reliability Engineering", chapter 21) for clients of few calls: of `n` answers of which `a`
 * were good, `max(0, (n - factor * a) / n)` of the calls are not sent. What is new: a slow answer is no good one, a call
 * that hangs counts before it times out, answers fade with time, and what was not sent is not counted, so that it recovers
 * without probes. `bench/storm` has what each of that is worth.
 *
 * @usageNotes
 * ```ts
 * const throttle = new AdaptiveThrottle({ clock, random }, { limit: 2000 });
 * rates$.pipe(resilient(adaptiveThrottlePolicy(throttle), 'rates'));
 * ```
 */
export class AdaptiveThrottle {
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #page: PageState;
  // In the order of their start, so that the look for those that hang ends at the first that does not.
  readonly #sent = new Set<Sent>();
  #options: AdaptiveThrottleValues;
  #answers = 0;
  #good = 0;
  #decayed = -Infinity;
  #quickest = Infinity;
  #quickestAt = 0;

  /** @throws InvalidOptionError when an option is out of its range. */
  constructor(
    ports: {
      readonly clock: Clock;
      readonly random: RandomSource;
      readonly page?: PageState | undefined;
    },
    options: AdaptiveThrottleOptions = {},
  ) {
    this.#clock = ports.clock;
    this.#random = ports.random;
    this.#page = ports.page ?? alwaysOnline;
    this.#options = ADAPTIVE_THROTTLE.resolve(options);
  }

  /** The share of calls that is sent at present, from 0 to 1. */
  get admission(): number {
    this.#pass(this.#clock.monotonic());
    const { factor } = this.#options;
    return 1 - Math.max(0, (this.#answers - factor * this.#good) / (this.#answers + PADDING));
  }

  /**
   * Asks to send a call.
   *
   * @returns The ticket, which has to be settled once; or `undefined` when the call is spared.
   */
  tryAcquire(): ThrottleTicket | undefined {
    const { admission } = this;
    if (admission < 1 && this.#random.next() >= admission) return undefined;
    const { interruptions } = this.#page;
    const sent: Sent = { at: this.#clock.monotonic(), interruptions, counted: false };
    this.#sent.add(sent);
    let open = true;
    return {
      settle: (outcome) => {
        if (open) this.#settle(sent, outcome);
        open = false;
      },
    };
  }

  /**
   * Goes by other options from now on. What it has counted stays.
   *
   * @throws InvalidOptionError when an option is out of its range; then nothing has changed.
   */
  configure(options: AdaptiveThrottleOptions): void {
    this.#options = ADAPTIVE_THROTTLE.resolve(options, this.#options);
  }

  #settle(sent: Sent, outcome: ThrottleOutcome): void {
    const now = this.#clock.monotonic();
    this.#sent.delete(sent);
    const { hidden, interruptions, online } = this.#page;
    // A clock that ran while the page stood still, or was cut off, has measured the page.
    if (hidden || !online || interruptions !== sent.interruptions) return;
    if (outcome === 'timed-out') this.#count(now, sent, false);
    if (outcome !== 'answered') return;
    const duration = now - sent.at;
    this.#count(now, sent, duration <= this.#slowAfter);
    this.#learn(now, duration);
  }

  #count(now: number, sent: Sent, good: boolean): void {
    if (sent.counted) return;
    this.#decay(now);
    this.#answers++;
    if (good) this.#good++;
  }

  /** A service that is slow by nature is not overloaded: what is slow is measured from its own quickest answer. */
  get #slowAfter(): number {
    const { limit, slack } = this.#options;
    return this.#quickest < limit ? this.#quickest + slack * (limit - this.#quickest) : limit;
  }

  #learn(now: number, duration: number): void {
    const forgotten = 1 - Math.exp((this.#quickestAt - now) / FORGET);
    this.#quickest =
      duration <= this.#quickest
        ? duration
        : this.#quickest + (duration - this.#quickest) * forgotten;
    this.#quickestAt = now;
  }

  /** What the clock alone changes: calls that hang, and the fading of answers. */
  #pass(now: number): void {
    this.#decay(now);
    for (const sent of this.#sent) {
      if (now - sent.at < this.#slowAfter) return;
      this.#sent.delete(sent);
      if (this.#page.hidden || this.#page.interruptions !== sent.interruptions) continue;
      this.#count(now, sent, false);
      sent.counted = true;
    }
  }

  #decay(now: number): void {
    const kept = Math.exp((this.#decayed - now) / this.#options.memory);
    this.#answers *= kept;
    this.#good *= kept;
    this.#decayed = now;
  }
}
