import type { ProbeVerdict } from './probe-verdicts';

/** How many probes in a row it takes to change the verdict of an instance. */
export interface ProbeThresholds {
  /** So many that fail make it unhealthy. */
  readonly unhealthyAfter: number;
  /** So many that succeed make it healthy again. */
  readonly healthyAfter: number;
  /** A probe that takes so many times longer than those of the others does not let an ejected instance back. */
  readonly slowFactor: number;
}

/** What one probe found. */
export interface ProbeResult {
  /** Whether the instance answered that it is well. */
  readonly ok: boolean;
  /** How long that took, in milliseconds. */
  readonly took: number;
  /** When it was over, as a monotonic reading. */
  readonly at: number;
}

/** Makes a verdict of the probes of one instance. */
export class ProbeRecord {
  readonly #thresholds: ProbeThresholds;
  #health: 'healthy' | 'unhealthy' | undefined;
  #run = 0;

  constructor(thresholds: ProbeThresholds) {
    this.#thresholds = thresholds;
  }

  /**
   * Takes a probe. The first one decides by itself; after it, a change takes as many in a row as the thresholds say.
   *
   * @param others How long the latest probes of the other instances took, in milliseconds.
   */
  take({ ok, took, at }: ProbeResult, others: readonly number[]): ProbeVerdict {
    const { healthyAfter, slowFactor, unhealthyAfter } = this.#thresholds;
    const found = ok ? 'healthy' : 'unhealthy';
    if (this.#health === undefined) this.#health = found;
    this.#run = found === this.#health ? 0 : this.#run + 1;
    if (this.#run >= (ok ? healthyAfter : unhealthyAfter)) {
      this.#health = found;
      this.#run = 0;
    }
    const usual = medianOf(others);
    return { health: this.#health, at, took, ok, passed: ok && !(took > usual * slowFactor) };
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
