import { type BurnRateRule, burnRateThreshold } from './burn-rate';
import {
  type CheckedSlo,
  type SloDefinition,
  type SloIndicator,
  checkedSlo,
} from './slo-definition';
import { type CellLevel, TimeCells } from './time-cells';

/**
 * How an objective is doing. `no-data`: too few events to say anything, or none at all in the longest window of its rules;
 * `healthy`; `at-risk`: a rule holds; `exhausted`: the budget of the period is used up.
 */
export type SloState = 'no-data' | 'healthy' | 'at-risk' | 'exhausted';

/** How much may go wrong within a period, and how much has. */
export interface ErrorBudget {
  /** How many bad events the objective allows among those there were. */
  readonly total: number;
  /** How many bad events there were. */
  readonly consumed: number;
  /** Which share of the budget is left: 1 is all of it, 0 none, below 0 it is overdrawn. `undefined` without events. */
  readonly remaining: number | undefined;
}

/** What a rule says. */
export interface BurnRateReading {
  /** Which rule. */
  readonly rule: string;
  /** How urgent it is. */
  readonly severity: BurnRateRule['severity'];
  /** The long window, in milliseconds. */
  readonly window: number;
  /** The short window, in milliseconds. */
  readonly shortWindow: number;
  /** The burn rate that both windows must exceed. */
  readonly threshold: number;
  /** The burn rate of the long window; `undefined` without events. */
  readonly burnRate: number | undefined;
  /** The burn rate of the short window; `undefined` without events. */
  readonly shortBurnRate: number | undefined;
  /** How many events the short window has. */
  readonly events: number;
  /** Whether the budget burns too fast; `undefined` while the short window has too few events to tell. */
  readonly burning: boolean | undefined;
}

/** How an objective is doing at one time. */
export interface SloReport {
  /** Which SLO. */
  readonly name: string;
  /** Which service it is about. */
  readonly service: string | undefined;
  /** Which share is to be good. */
  readonly objective: number;
  /** How far back it looks, in milliseconds. */
  readonly period: number;
  /** What counts as good. */
  readonly indicator: SloIndicator;
  /** How it is doing. */
  readonly state: SloState;
  /** How many events the period has. */
  readonly events: number;
  /** Which share of them was good; `undefined` without events. */
  readonly availability: number | undefined;
  /** How much of the error budget is left. */
  readonly errorBudget: ErrorBudget;
  /** What each rule says. */
  readonly burnRates: readonly BurnRateReading[];
}

const MOST_SLICES = 60;

/**
 * The arithmetic of one SLO: good and bad events over time, in bounded memory, on the monotonic clock.
 *
 * Windows are right within one cell: 1/60 of the shortest window for what is new, up to 1/720 of the period for what is
 * long ago (5 s, 1 min and 1 h for 30 days).
 *
 * @usageNotes
 * ```ts
 * const tracker = new SloTracker({ name: 'orders', objective: 0.999 });
 * tracker.record(99, 100, clock.monotonic());
 * tracker.report(clock.monotonic()).errorBudget.remaining; // -9: ten times what is allowed
 * ```
 */
export class SloTracker {
  readonly #slo: CheckedSlo;
  readonly #cells: TimeCells;
  readonly #finest: number;
  #rejected = 0;

  /** @throws InvalidOptionError when the definition has a value out of its range, or a rule that can never hold. */
  constructor(definition: SloDefinition) {
    this.#slo = checkedSlo(definition);
    const levels = levelsOf(this.#slo);
    this.#finest = levels[0]?.length ?? 1;
    this.#cells = new TimeCells(levels);
  }

  /** How many cells it has, whatever comes. */
  get size(): number {
    return this.#cells.size;
  }

  /** How many records were turned away: numbers that are none, negative ones, more good events than there are. */
  get rejected(): number {
    return this.#rejected;
  }

  /**
   * Takes events in. Never throws.
   *
   * @param good How many of them were good, at least 0.
   * @param total How many there were, at least `good`.
   * @param at When, on the monotonic clock. What is older than the period is left out.
   * @param since When the first of them may have come: they are spread evenly from there. @default `at`
   */
  record(good: number, total: number, at: number, since = at): void {
    if (!(good >= 0 && total >= good && total < Infinity && Number.isFinite(at))) {
      this.#rejected++;
      return;
    }
    const gap = Math.max(0, at - since) || 0;
    const slices = Math.max(1, Math.min(MOST_SLICES, Math.ceil(gap / this.#finest)));
    // Whole events: fractions would leave a rounding in each sum.
    const part = (amount: number, i: number) =>
      Math.floor((amount * i) / slices) - Math.floor((amount * (i - 1)) / slices);
    for (let i = 1; i < slices; i++) {
      this.#cells.add(part(good, i), part(total, i), at - (gap * (slices - i)) / slices);
    }
    const before = (amount: number) => Math.floor((amount * (slices - 1)) / slices);
    this.#cells.add(good - before(good), total - before(total), at);
  }

  /**
   * How many times faster than evenly the budget burns: 1 uses it up just at the end of the period.
   *
   * @param window How far back it looks, in milliseconds.
   * @param now A reading of the monotonic clock.
   * @returns `undefined` without events.
   */
  burnRate(window: number, now: number): number | undefined {
    const { part: good, whole: total } = this.#cells.sum(window, now);
    return total === 0 ? undefined : (total - good) / total / (1 - this.#slo.objective);
  }

  /** How it is doing. @param now A reading of the monotonic clock. */
  report(now: number): SloReport {
    const { name, service, objective, period, indicator, rules } = this.#slo;
    const { part: good, whole: events } = this.#cells.sum(period, now);
    const allowed = events * (1 - objective);
    const errorBudget = {
      total: allowed,
      consumed: events - good,
      remaining: events === 0 ? undefined : 1 - (events - good) / allowed,
    };
    const burnRates = rules.map((rule) => this.#read(rule, now));
    const state = this.#stateOf(events, errorBudget.remaining, burnRates, now);
    const availability = events === 0 ? undefined : good / events;
    return {
      name,
      service,
      objective,
      period,
      indicator,
      state,
      events,
      availability,
      errorBudget,
      burnRates,
    };
  }

  #read(rule: BurnRateRule, now: number): BurnRateReading {
    const { name, severity, window, shortWindow } = rule;
    const threshold = burnRateThreshold(rule, this.#slo.period);
    const burnRate = this.burnRate(window, now);
    const shortBurnRate = this.burnRate(shortWindow, now);
    const events = this.#cells.sum(shortWindow, now).whole;
    const burning =
      events < this.#slo.minEvents
        ? undefined
        : (burnRate ?? 0) > threshold && (shortBurnRate ?? 0) > threshold;
    return {
      rule: name,
      severity,
      window,
      shortWindow,
      threshold,
      burnRate,
      shortBurnRate,
      events,
      burning,
    };
  }

  #stateOf(
    events: number,
    remaining: number | undefined,
    burnRates: readonly BurnRateReading[],
    now: number,
  ): SloState {
    if (events < this.#slo.minEvents || remaining === undefined) return 'no-data';
    if (remaining <= 1e-9) return 'exhausted'; // 0 but for a rounding
    if (burnRates.some(({ burning }) => burning)) return 'at-risk';
    const longest = Math.max(...burnRates.map(({ window }) => window));
    // Silence is not health.
    const isSilent = burnRates.length > 0 && this.#cells.sum(longest, now).whole === 0;
    return isSilent ? 'no-data' : 'healthy';
  }
}

const FINE = 360;
const COARSE = 720;

function levelsOf({ period, rules }: CheckedSlo): readonly CellLevel[] {
  const shortest = Math.min(period, ...rules.map(({ shortWindow }) => shortWindow));
  const finest = shortest / 60;
  const levels = [finest, finest * 12].map((length) => ({ length, count: FINE }));
  const useful = levels.filter(({ length }, i) => i === 0 || length * FINE <= period);
  const isCovered = useful.some(({ length }) => length * FINE >= period);
  return isCovered ? useful : [...useful, { length: period / COARSE, count: COARSE }];
}
