import type { ErrorVerdict } from './error-verdict';

/**
 * The leave of a circuit breaker to make one call. It is settled once, by the first of the three methods; what comes
 * after that changes nothing.
 */
export class CircuitPermit {
  readonly #judge: (error: unknown) => ErrorVerdict;
  #settle: ((verdict: ErrorVerdict) => void) | undefined;

  /** For the breaker, which gives permits out. */
  constructor(judge: (error: unknown) => ErrorVerdict, settle: (verdict: ErrorVerdict) => void) {
    this.#judge = judge;
    this.#settle = settle;
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
   */
  failure(error?: unknown): void {
    if (!this.#settle) return;
    let verdict: ErrorVerdict = 'neutral';
    try {
      verdict = this.#judge(error);
    } finally {
      // A judge that throws has said nothing, and must not keep the permit for ever.
      this.#end(verdict);
    }
  }

  /** The call was cancelled, or never made: nothing is known of the other side. */
  release(): void {
    this.#end('neutral');
  }

  #end(verdict: ErrorVerdict): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(verdict);
  }
}
