import type { Diagnostic, Diagnostics } from 'rx-mesh/kernel';

/** Tells each fact once, until it holds no more. */
export class ConsulReports {
  readonly #diagnostics: Diagnostics;
  readonly #told = new Set<string>();

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /**
   * Takes note of whether a fact holds now, and tells it if that is new.
   *
   * @param about What the fact is about, such as a service.
   */
  tell(
    about: string,
    holds: boolean,
    { code, message, cause }: Pick<Diagnostic, 'code' | 'message' | 'cause'>,
  ): void {
    const key = `${code} ${about}`;
    if (holds && !this.#told.has(key)) {
      this.#diagnostics.report({
        code,
        severity: 'warning',
        source: 'ConsulService',
        message,
        cause,
      });
    }
    if (holds) this.#told.add(key);
    else this.#told.delete(key);
  }
}
