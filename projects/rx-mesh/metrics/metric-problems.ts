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
    const shown = JSON.stringify(name.slice(0, 100));
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

/** The name is none. */
export const BAD_NAME: MetricProblem = {
  code: 'RXM850',
  say: (name) =>
    `${name} cannot name a metric, so its samples are dropped. Take 1 to 255 letters, digits and "_", ".", "-", "/", the first a letter.`,
};

/** The value is none that this type of metric takes. */
export function badValue(type: MetricType): MetricProblem {
  return {
    code: 'RXM851',
    say: (name) => `A sample of metric ${name} was dropped. ${RULES[type]}`,
  };
}

const RULES: Readonly<Record<MetricType, string>> = {
  counter: 'A counter takes finite numbers of at least 0; take a gauge for what goes down, too.',
  gauge: 'A gauge takes finite numbers; leave it alone while there is no value.',
  histogram: 'A histogram takes finite numbers of at least 0.',
  timer: 'A timer takes finite numbers of milliseconds, at least 0.',
};

/** The name belongs to a metric of another type or unit. */
export function takenName(
  asked: { readonly type: MetricType; readonly unit?: string | undefined },
  taken: { readonly type: MetricType; readonly unit?: string | undefined },
): MetricProblem {
  const words = (of: typeof asked) =>
    of.unit === undefined ? of.type : `${of.type} in ${of.unit}`;
  return {
    code: 'RXM852',
    say: (name) =>
      `Metric ${name} is a ${words(taken)}, so what is recorded under this name as a ${words(asked)} is dropped. Take another name.`,
  };
}

/** The metric has all the series that it may have. */
export function tooManySeries(limit: number): MetricProblem {
  return {
    code: 'RXM853',
    say: (name) =>
      `Metric ${name} has ${limit} series, so samples with other tags are taken together under otel.metric.overflow. Take tags with fewer values (a route template, not a path), or raise maxSeriesPerMetric.`,
  };
}

/** A tag has a name or a value that it cannot have. */
export const BAD_TAG: MetricProblem = {
  code: 'RXM854',
  say: (name) =>
    `Metric ${name} was given a tag that it cannot have, so the sample is dropped. Names have 1 to 255 characters, do not start with "__" and are not otel.metric.overflow; values are texts, numbers or booleans.`,
};

/** There are all the metrics that there may be. */
export function tooManyMetrics(limit: number): MetricProblem {
  return {
    code: 'RXM855',
    say: (name) =>
      `Metric ${name} is one too many, so its samples are dropped: there are ${limit} already. Put what varies into tags, not into names, or raise maxMetrics.`,
  };
}
