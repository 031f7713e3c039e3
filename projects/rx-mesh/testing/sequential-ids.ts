import type { IdGenerator } from 'rx-mesh/kernel';

/**
 * Ids that count up, valid in form and easy to read in a failed test. Each kind counts by itself, from 1.
 *
 * @usageNotes
 * ```ts
 * const ids = new SequentialIds();
 * ids.spanId(); // '0000000000000001'
 * ids.uuid(); // '00000000-0000-4000-8000-000000000001'
 * ```
 */
export class SequentialIds implements IdGenerator {
  #traces = 0;
  #spans = 0;
  #uuids = 0;

  /** 32 lower-case hexadecimal digits. */
  traceId(): string {
    return hex(++this.#traces, 32);
  }

  /** 16 lower-case hexadecimal digits. */
  spanId(): string {
    return hex(++this.#spans, 16);
  }

  /** A string in the form of a UUID, version 4. */
  uuid(): string {
    return `00000000-0000-4000-8000-${hex(++this.#uuids, 12)}`;
  }

  /** Counts from 1 again. */
  reset(): void {
    this.#traces = this.#spans = this.#uuids = 0;
  }
}

function hex(count: number, digits: number): string {
  return count.toString(16).padStart(digits, '0');
}
