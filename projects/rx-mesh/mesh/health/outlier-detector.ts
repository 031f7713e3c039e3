import { type Clock, type RandomSource, TimeWindow } from 'rx-mesh/kernel';
import type { OutlierValues } from './outlier-options';

/** Why an instance was ejected. */
export type EjectionReason = 'consecutive-failures' | 'failure-rate' | 'slow';

/** An instance that gets no calls for a while. */
export interface Ejection {
  /** Why. */
  readonly reason: EjectionReason;
  /** Since when, as a monotonic reading. */
  readonly since: number;
  /** Until when at least, as a monotonic reading. */
  readonly until: number;
}

/** What one call said of an instance. */
export interface CallVerdict {
  /** Whether it failed. */
  readonly failed: boolean;
  /** How long the answer took, in milliseconds. */
  readonly took: number;
}

/** What a detector needs to know of the group when a call ends. */
export interface OutlierGroup {
  /** How many instances the service has. */
  readonly size: number;
  /** The latency that is known of the instance, in milliseconds. */
  readonly latency: number | undefined;
  /** The latencies that are known of the others, in milliseconds. */
  readonly others: () => readonly number[];
}

interface Standing {
  failures: number;
  slow: number;
  readonly window: TimeWindow;
  /** How often it was ejected of late: the next time lasts so much longer. */
  times: number;
  /** Since when it has been well, for `times` to come down. */
  wellSince: number;
  ejection: Ejection | undefined;
}

/**
 * Finds the instances of one service that are worse than the others (Envoy's outlier detection), for the two to four that
 * a browser sees: no deviation from a mean, which cannot speak up among four, and at most half of them at once. Slow ones
 * are found too: by several answers in a row that were far slower than those of the service, and then only if the latency
 * that is known of the instance is far above the median of the others.
 *
 * It has no timer: whoever picks asks {@link OutlierDetector.advance} first.
 */
export class OutlierDetector {
  readonly #options: OutlierValues;
  readonly #ports: { readonly clock: Clock; readonly random: RandomSource };
  readonly #standings = new Map<string, Standing>();
  #latency = NaN;
  #noted = 1;
  #ejected = 0;
  #nextChange = Infinity;

  constructor(
    options: OutlierValues,
    ports: { readonly clock: Clock; readonly random: RandomSource },
  ) {
    this.#options = options;
    this.#ports = ports;
  }

  /** The ejected instances by id. */
  get ejections(): ReadonlyMap<string, Ejection> {
    const ejected = new Map<string, Ejection>();
    for (const [id, { ejection }] of this.#standings) if (ejection) ejected.set(id, ejection);
    return ejected;
  }

  /** Whether an instance gets no calls. */
  isEjected(id: string): boolean {
    return this.#standings.get(id)?.ejection !== undefined;
  }

  /** Takes note of a call, and says why the instance is ejected because of it, if it is. */
  record(
    id: string,
    { failed, took }: CallVerdict,
    group: OutlierGroup,
  ): EjectionReason | undefined {
    const now = this.#ports.clock.monotonic();
    const standing = this.#standingOf(id, now);
    standing.window.record({ failed }, now);
    standing.failures = failed ? standing.failures + 1 : 0;
    if (!failed) this.#note(standing, took);
    const reason = this.#reasonOf(standing, group, now);
    return reason && this.#eject(standing, reason, group.size, now) ? reason : undefined;
  }

  /**
   * Lets those back whose time is over. Costs nothing before that.
   *
   * @param hold Whether one is kept out beyond its time, because a probe has not found it well yet.
   * @returns Their ids.
   */
  advance(now: number, hold: (id: string, ejection: Ejection) => boolean): readonly string[] {
    if (now < this.#nextChange) return NONE;
    const back: string[] = [];
    this.#nextChange = Infinity;
    for (const [id, standing] of this.#standings) {
      const { ejection } = standing;
      if (!ejection) continue;
      if (now >= ejection.until && !hold(id, ejection)) {
        this.#readmit(standing, now);
        back.push(id);
      } else this.#nextChange = Math.min(this.#nextChange, Math.max(now + 1, ejection.until));
    }
    return back;
  }

  /** Forgets the instances that are not among these. */
  retain(ids: ReadonlySet<string>): void {
    for (const [id, { ejection }] of this.#standings) {
      if (ids.has(id)) continue;
      if (ejection) this.#ejected--;
      this.#standings.delete(id);
    }
  }

  #standingOf(id: string, now: number): Standing {
    const known = this.#standings.get(id);
    if (known) return known;
    const window = new TimeWindow(this.#ports.clock, { length: this.#options.windowLength });
    const standing = {
      failures: 0,
      slow: 0,
      window,
      times: 0,
      wellSince: now,
      ejection: undefined,
    };
    this.#standings.set(id, standing);
    return standing;
  }

  /** Counts slow answers in a row, against what is usual in the service. */
  #note(standing: Standing, took: number): void {
    const usual = this.#latency;
    const slow = took > Math.max(usual, 1) * this.#options.slowFactor;
    standing.slow = slow ? standing.slow + 1 : 0;
    // What is slow does not become usual, or nothing is slow any more.
    if (usual >= 0) {
      // The first few count more, or a lucky first one would be usual for long; and nothing is quicker than a clock can tell.
      const share = Math.max(SMOOTHING, 1 / ++this.#noted);
      this.#latency += (Math.min(took, Math.max(usual * 2, LEAST)) - usual) * share;
    } else this.#latency = took;
  }

  #reasonOf(standing: Standing, group: OutlierGroup, now: number): EjectionReason | undefined {
    const { consecutiveFailures, consecutiveSlow, failureRate, minimumCalls, slowFactor } =
      this.#options;
    if (standing.failures >= consecutiveFailures) return 'consecutive-failures';
    if (standing.failures > 0) {
      const { count, failures } = standing.window.totals(now);
      if (count >= minimumCalls && failures >= count * failureRate) return 'failure-rate';
    }
    if (standing.slow < consecutiveSlow) return undefined;
    standing.slow = 0;
    const median = medianOf(group.others());
    return median !== undefined && (group.latency ?? 0) > median * slowFactor ? 'slow' : undefined;
  }

  #eject(standing: Standing, reason: EjectionReason, size: number, now: number): boolean {
    const { baseTime, maxShare, maxTime } = this.#options;
    standing.failures = 0;
    standing.slow = 0;
    if (standing.ejection || this.#ejected + 1 > Math.floor(size * maxShare)) return false;
    standing.times =
      Math.max(0, standing.times - Math.floor((now - standing.wellSince) / baseTime)) + 1;
    const time = Math.min(maxTime, baseTime * standing.times);
    const until = now + time * (1 + JITTER * this.#ports.random.next());
    standing.ejection = { reason, since: now, until };
    this.#ejected++;
    this.#nextChange = Math.min(this.#nextChange, until);
    return true;
  }

  #readmit(standing: Standing, now: number): void {
    standing.ejection = undefined;
    standing.failures = 0;
    standing.slow = 0;
    standing.wellSince = now;
    standing.window.reset();
    this.#ejected--;
  }
}

const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);
const SMOOTHING = 0.05;
const LEAST = 10;
const JITTER = 0.2;

/** The middle one; of two, the lower. */
function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
