import type { Diagnostics, RxMeshErrorCode } from 'rx-mesh/kernel';
import type { MetricType } from './metric-data';

/** Why samples are dropped or lose their tags. */
export interface MetricProblem {
  /** The number of its page in `docs/errors`. */
  readonly code: RxMeshErrorCode;
  /** The fact and the remedy, for a metric of this name. */
  readonly say: (name: string) => string;
}

// What is told is remembered, so that it is told once; names may come from anywhere, so there is an end to it.
const MOST_TOLD = 1000;

/**
 * Counts what is dropped and tells of each kind once a metric: code that records runs often, in places where an
 * error would break what is measured.
 */
export class MetricProblems {
  readonly #diagnostics: Diagnostics;
  readonly #told = new Set<string>();
  #rejected = 0;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** How many samples were dropped. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Counts a dropped sample. */
  reject(problem: MetricProblem, name: string): void {
    this.#rejected++;
    this.tell('error', problem, name);
  }

  /** Tells of a problem, unless that was done before. */
  tell(severity: 'warning' | 'error', { code, say }: MetricProblem, name: string): void {
    const shown = nameForMessage(name);
    const fact = `${code} ${shown}`;
    if (this.#told.has(fact) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(fact); // first, for a listener may record what is dropped as well
    try {
      this.#diagnostics.report({ code, severity, source: 'metrics', message: say(shown) });
    } catch {
      // The port must not throw; one that does must not break the code that records.
    }
  }
}

/** A name as it stands in a message: its start, if it is long; its type, if it comes from code without types. */
export function nameForMessage(name: unknown): string {
  return JSON.stringify(typeof name === 'string' ? name.slice(0, 100) : `(${typeof name})`);
}

/** The name is none. */
export const BAD_NAME: MetricProblem = {
  code: 'RXM850',
  say: (name) =>
    `${name} cannot name a metric: take 1 to 255 letters, digits, "_", ".", "-" and "/", a letter first.`,
};

/** The value is none that this type of metric takes. */
export function badValue(type: MetricType): MetricProblem {
  const least = type === 'gauge' ? '' : ' of at least 0';
  return {
    code: 'RXM851',
    say: (name) =>
      `A sample of metric ${name} was dropped: a ${type} takes finite numbers${least}, with a finite sum.`,
  };
}

/** The name belongs to a metric of another type or unit. */
export function takenName(asked: TypeAndUnit, taken: TypeAndUnit): MetricProblem {
  return {
    code: 'RXM852',
    say: (name) =>
      `Metric ${name} is a ${words(taken)}, so it cannot be a ${words(asked)}. Take another name.`,
  };
}

/** The metric was said to be something else. @param what What differs. */
export function definedOtherwise(what: string): MetricProblem {
  return {
    code: 'RXM852',
    say: (name) =>
      `Metric ${name} has other ${what} already. Define it before its first sample, the same everywhere.`,
  };
}

interface TypeAndUnit {
  readonly type: MetricType;
  readonly unit?: string | undefined;
}

function words({ type, unit }: TypeAndUnit): string {
  return unit === undefined ? type : `${type} in ${unit}`;
}

/** The metric has all the series that it may have. */
export function tooManySeries(limit: number): MetricProblem {
  return {
    code: 'RXM853',
    say: (name) =>
      `Metric ${name} has ${limit} series, so samples with other tags go to otel.metric.overflow. Take tags with fewer values, or raise the limit.`,
  };
}

/** A tag has a name or a value that it cannot have. */
export const BAD_TAG: MetricProblem = {
  code: 'RXM854',
  say: (name) =>
    `A sample of metric ${name} was dropped for a tag: names have 1 to 255 characters and no "__" in front, values are texts, numbers or booleans.`,
};

/** There are all the metrics that there may be. */
export function tooManyMetrics(limit: number): MetricProblem {
  return {
    code: 'RXM855',
    say: (name) =>
      `Metric ${name} was dropped: there are ${limit} already. Put what varies into tags, not into names, or raise maxMetrics.`,
  };
}
