import type { Diagnostics, RxMeshErrorCode } from 'rx-mesh/kernel';

/** Tells what cannot be read (RXM707) or kept (RXM708): one key of each, until all is well with that. */
export class LevelFaults {
  readonly #keys = new Map<RxMeshErrorCode, string>();

  /**
   * @param remote The name of the second level.
   * @param diagnostics Whom to tell.
   */
  constructor(
    private readonly remote: string,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** Something is wrong with a key; `undefined`: nothing is any more. */
  tell(
    code: 'RXM707' | 'RXM708',
    key: string,
    detail: string | undefined,
    cause?: unknown,
  ): undefined {
    if (detail === undefined) {
      if (this.#keys.get(code) === key) this.#keys.delete(code);
    } else if (!this.#keys.has(code)) {
      this.#keys.set(code, key);
      const what = code === 'RXM707' ? 'cannot be used' : 'is not kept';
      const message = `'${key.slice(0, 80)}' of the cache '${this.remote}' ${what}: ${detail}.`;
      this.diagnostics.report({ code, severity: 'warning', source: 'caching', message, cause });
    }
  }
}
