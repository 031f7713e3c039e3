import type { ErrorVerdict } from './error-verdict';

/** The breaker behind a permit, as the permit sees it. */
export interface PermitOwner {
  /** Says what an error means. */
  judge(error: unknown): ErrorVerdict;
  /** Hears how the call ended. */
  settle(permit: CircuitPermit, verdict: ErrorVerdict, failure: CallFailure): void;
}

/** What is known of a call that failed. */
export interface CallFailure {
  /** What it failed with. */
  readonly error: unknown;
  /** How long the other side asks to be left alone, in milliseconds; `undefined` where only the error can tell. */
  readonly retryAfter?: number | undefined;
}

const NO_FAILURE: CallFailure = { error: undefined };

/**
 * The leave of a circuit breaker to make one call. It is settled once, by the first of the three methods; what comes
 * after that changes nothing.
 */
export class CircuitPermit {
  #owner: PermitOwner | undefined;

  /** For the breaker, which gives permits out. */
  constructor(
    owner: PermitOwner,
    /** When it was given, as a reading of `Clock.monotonic`. */
    readonly since: number,
    /** Which state of the breaker gave it. */
    readonly generation: number,
    /** How often the page was interrupted by then. */
    readonly interruptions: number,
  ) {
    this.#owner = owner;
  }

  /** The call succeeded. */
  success(): void {
    this.#end('success');
  }

  /**
   * The call failed; the breaker's `judge` says what that means. When the judge throws, the call counts as one that was
   * cancelled, and this method throws the same.
   *
   * @param error What it failed with.
   * @param retryAfter For how long the other side asks to be left alone, in milliseconds, where that is known better than
   * from the error: 0 where another instance can be called. By default it is the `Retry-After` of a 429 or 503.
   */
  failure(error?: unknown, retryAfter?: number): void {
    const owner = this.#owner;
    if (!owner) return;
    let verdict: ErrorVerdict = 'neutral';
    try {
      verdict = owner.judge(error);
    } finally {
      // A judge that throws has said nothing, and must not keep the permit for ever.
      this.#end(verdict, { error, retryAfter });
    }
  }

  /** The call was cancelled, or never made: nothing is known of the other side. */
  release(): void {
    this.#end('neutral');
  }

  #end(verdict: ErrorVerdict, failure = NO_FAILURE): void {
    const owner = this.#owner;
    this.#owner = undefined;
    owner?.settle(this, verdict, failure);
  }
}
