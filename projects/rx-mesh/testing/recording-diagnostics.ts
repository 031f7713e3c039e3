import type { Diagnostic, Diagnostics, RxMeshErrorCode } from 'rx-mesh/kernel';

/**
 * Keeps every diagnostic for a test to look at.
 *
 * @usageNotes
 * ```ts
 * const diagnostics = TestBed.inject(RecordingDiagnostics);
 * diagnostics.codes; // ['RXM801']
 * ```
 */
export class RecordingDiagnostics implements Diagnostics {
  readonly #records: Diagnostic[] = [];

  /** What was reported so far, oldest first. A list that was read does not change afterwards. */
  get records(): readonly Diagnostic[] {
    return [...this.#records];
  }

  /** The codes of what was reported so far, oldest first. */
  get codes(): readonly RxMeshErrorCode[] {
    return this.#records.map(({ code }) => code);
  }

  /** Takes note of a fact. */
  report(diagnostic: Diagnostic): void {
    this.#records.push(diagnostic);
  }

  /** Forgets what was reported. */
  clear(): void {
    this.#records.length = 0;
  }
}
