import type { Diagnostic, Diagnostics, RxMeshErrorCode } from 'rx-mesh/kernel';

/** Tells what is wrong once, until it is right again. */
export class KubernetesNews {
  readonly #diagnostics: Diagnostics;
  readonly #told = new Set<string>();

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /**
   * Tells a fact the first time that it holds; once it does not hold any more, it can be told again.
   *
   * @param topic What it is about: facts of one code can have several.
   */
  tell(
    code: RxMeshErrorCode,
    topic: string,
    holds: boolean,
    fact: () => Pick<Diagnostic, 'message' | 'cause'>,
  ): void {
    const key = `${code} ${topic}`;
    if (!holds) this.#told.delete(key);
    else if (!this.#told.has(key)) {
      this.#told.add(key);
      this.#diagnostics.report({
        code,
        severity: 'warning',
        source: 'KubernetesService',
        ...fact(),
      });
    }
  }
}
