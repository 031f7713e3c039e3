import { QuantileSketch } from 'rx-mesh/kernel';

/** Values that a sketch took in, without those that another one took in as well. */
export interface Distribution {
  /** All values. */
  readonly all: QuantileSketch;
  /** Those of them that do not count. @default none */
  readonly ignored?: QuantileSketch | undefined;
}

/** The distribution of nothing. */
export function noValues(): Distribution {
  return { all: new QuantileSketch() };
}

// The default accuracy of a sketch: the bounds of its buckets are the powers of this.
const LOG_GAMMA = /* @__PURE__ */ (() => Math.log1p(0.01) - Math.log1p(-0.01))();

/**
 * How many values are at most so large. The bucket of the value counts as a whole, so two sketches that grew out of each
 * other never disagree on it.
 */
export function countUpTo({ all, ignored }: Distribution, value: number): number {
  const bound = Math.exp(Math.ceil(Math.log(value) / LOG_GAMMA) * LOG_GAMMA) * (1 + 1e-9);
  return rankOf(all, bound) - (ignored ? rankOf(ignored, bound) : 0);
}

/** How many values count. */
export function countOf({ all, ignored }: Distribution): number {
  return all.count - (ignored?.count ?? 0);
}

function rankOf(sketch: QuantileSketch, bound: number): number {
  const { count, min = Infinity, max = -Infinity } = sketch;
  if (max <= bound) return count;
  if (min > bound) return 0;
  let known = 0; // at most the bound
  let beyond = count - 1; // above it
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2);
    if (valueAt(sketch, middle) <= bound) known = middle;
    else beyond = middle;
  }
  return known + 1;
}

// The value of a place in ascending order. Asked for half a place on, so that no rounding leads to the one before.
function valueAt(sketch: QuantileSketch, place: number): number {
  const { count, max = 0 } = sketch;
  return place >= count - 1 ? max : (sketch.quantile((place + 0.5) / (count - 1)) ?? 0);
}

/**
 * A quantile of the values that came between two looks at a distribution which only grows, within 1 % and a bucket.
 *
 * @returns `undefined` when none came.
 */
export function quantileBetween(
  before: Distribution,
  now: Distribution,
  q: number,
): number | undefined {
  const came = countOf(now) - countOf(before);
  if (came <= 0) return undefined;
  const wanted = Math.floor(q * (came - 1)) + 1;
  let low = 0;
  let high = now.all.count - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const value = valueAt(now.all, middle);
    if (countUpTo(now, value) - countUpTo(before, value) >= wanted) high = middle;
    else low = middle + 1;
  }
  return valueAt(now.all, low);
}

const MARKS = 12;

/**
 * Quantiles of the last while, from looks at a distribution that only grows: it keeps twelve of them and one more, and
 * takes what came since the newest one that is old enough. So a window is up to 1/12 longer than asked for, or as long as
 * nobody looked.
 */
export class WindowedQuantiles {
  readonly #window: number;
  #marks: { readonly at: number; readonly seen: Distribution }[];
  #latest: Distribution;

  /**
   * @param window In milliseconds, above 0.
   * @param seen What there is already; it does not count.
   */
  constructor(window: number, seen: Distribution, at: number) {
    this.#window = window;
    this.#latest = seen;
    this.#marks = [{ at, seen }];
  }

  /** Takes note of what there is now. @param restarted Whether the distribution started anew since the last look. */
  look(seen: Distribution, at: number, restarted: boolean): void {
    if (restarted) this.#marks = [{ at, seen: noValues() }];
    this.#latest = seen;
    const newest = this.#marks.at(-1);
    if (!newest || at - newest.at >= this.#window / MARKS) this.#marks.push({ at, seen });
    while ((this.#marks[1]?.at ?? Infinity) <= at - this.#window) this.#marks.shift();
  }

  /** A quantile of the window. @param q From 0 to 1. @returns `undefined` when nothing came. */
  quantile(q: number): number | undefined {
    const [oldest] = this.#marks;
    return oldest && quantileBetween(oldest.seen, this.#latest, q);
  }
}
