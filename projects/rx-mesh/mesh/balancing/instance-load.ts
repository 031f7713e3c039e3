import { LONGEST_PAUSE } from './pauses';

/**
 * What the calls of this application say of one instance: how many are under way, and how long they take.
 *
 * The estimate is a peak-sensitive moving average (Twitter's Finagle, `Peak EWMA`): a slower answer counts at once and in
 * full, a faster one only little by little. Three things are ours. A failure costs time of its own, or an instance that
 * fails fast would draw all calls. An instance that owes answers is as slow as it has been silent, before the first time-out
 * tells so. And what is known of a slow instance fades six times more slowly than it is corrected, so that it is not a call
 * of every tenth second that finds out that it is still slow.
 */
export class InstanceLoad {
  /** How many calls are under way. */
  inFlight = 0;
  /** When the instance came to be known, as a monotonic reading; `-Infinity` when it was there from the start. */
  since = -Infinity;
  #latency = NaN;
  #learntAt = 0;
  #penalty = 0;
  #failedAt = 0;
  #silentSince = 0;

  /** How long an answer takes, in milliseconds, as far as it is known at `now`; `undefined` without any news. */
  latency(now: number): number | undefined {
    return this.#latency >= 0 ? this.#latency * fade(now - this.#learntAt, FORGET) : undefined;
  }

  /** What one more call would cost, in milliseconds of waiting, for comparison with others. */
  cost(now: number): number {
    const { inFlight } = this;
    const known = this.#latency >= 0 ? this.#latency * fade(now - this.#learntAt, FORGET) : 0;
    const penalty = this.#penalty > 0 ? this.#penalty * fade(now - this.#failedAt, ADAPT) : 0;
    const silence = inFlight > 0 ? now - this.#silentSince : 0;
    // One call tries out what nobody knows; the next ones wait for its answer.
    if (this.#latency !== this.#latency && inFlight > 0) return PENALTY * inFlight;
    return Math.max(known, penalty, silence) * (inFlight + 1);
  }

  /** A call starts. */
  started(now: number): void {
    if (this.inFlight++ === 0) this.#silentSince = now;
  }

  /** A call is over; its time is not known, or says nothing. */
  left(now: number): void {
    this.inFlight--;
    this.#silentSince = now;
  }

  /** An answer came after so many milliseconds. */
  answered(took: number, now: number): void {
    const before = this.#latency;
    const elapsed = Math.max(0, now - this.#learntAt);
    const weight = fade(elapsed, ADAPT);
    this.#latency = before >= 0 && took < before ? before * weight + took * (1 - weight) : took;
    this.#learntAt = now;
  }

  /** No answer, and it took at least so many milliseconds to know: only news when it is worse than what is known. */
  tookAtLeast(took: number, now: number): void {
    if (took > (this.latency(now) ?? 0)) {
      this.#latency = took;
      this.#learntAt = now;
    }
  }

  /** A call failed; the instance may ask to be left alone for a while, in milliseconds. */
  failed(pause: number, now: number): void {
    this.#penalty = Math.min(LONGEST_PAUSE, Math.max(PENALTY, pause));
    // It fades from when the pause is over.
    this.#failedAt = now + Math.min(LONGEST_PAUSE, pause);
  }
}

// Time constants and penalty of linkerd2 (load-biaser) and Finagle, in milliseconds.
const ADAPT = 10_000;
const FORGET = 60_000;
const PENALTY = 5000;

function fade(elapsed: number, constant: number): number {
  return elapsed > 0 ? Math.exp(-elapsed / constant) : 1;
}
