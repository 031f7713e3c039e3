import {
  InvalidOptionError,
  createOptions,
  fraction,
  positive,
  positiveInteger,
} from 'rx-mesh/kernel';
import type { CallMeter } from './call-meter';
import { THIRTY_DAYS } from './slo-definition';
import { type BurnRateReading, type ErrorBudget, SloTracker, type SloState } from './slo-tracker';
import { TimeCells } from './time-cells';

/** What is promised of a service: at least one of the three. */
export interface SLAThresholds {
  /** The least share of calls that the service answers, from 0 to 1: 0.999, not 99.9. @default no promise */
  readonly availability?: number | undefined;
  /** The longest 99th percentile of the durations, in milliseconds, above 0. @default no promise */
  readonly responseTime?: number | undefined;
  /** The largest share of calls that fail, by whomever, from 0 to 1. @default no promise */
  readonly errorRate?: number | undefined;
  /** How far back the three look, in milliseconds, above 0. @default 300000 (5 minutes) */
  readonly window?: number | undefined;
  /** How many calls the window needs before anything is said, at least 1. @default 10 */
  readonly minEvents?: number | undefined;
  /** The period of the error budget that the promised availability leaves, in milliseconds. @default 30 days */
  readonly period?: number | undefined;
}

/** A promise that is broken. */
export type SLABreach = 'availability' | 'responseTime' | 'errorRate';

/** How a service keeps what is promised of it. What nobody knows is `undefined`, never 0. */
export interface SLAReport {
  /** Which service. */
  readonly serviceName: string;
  /** Which share of the calls in the window the service answered; `undefined` without calls. */
  readonly availability: number | undefined;
  /** The 99th percentile of the durations in the window, in milliseconds, within 1 %; `undefined` without calls. */
  readonly responseTimeP99: number | undefined;
  /** Which share of the calls in the window failed; `undefined` without calls. */
  readonly errorRate: number | undefined;
  /** When it was so, by the wall clock. */
  readonly timestamp: Date;
  /** How many calls the window has. */
  readonly events: number;
  /** Whether a promise is broken. `false` with too few calls: look at `state`. */
  readonly breached: boolean;
  /** Which promises are broken. */
  readonly breaches: readonly SLABreach[];
  /** How it is doing: with too few calls in the window `no-data`; with a broken promise at least `at-risk`. */
  readonly state: SloState;
  /** How fast the error budget burns; empty where no availability between 0 and 1 is promised. */
  readonly burnRates: readonly BurnRateReading[];
  /** How much of the error budget is left; `undefined` where no availability between 0 and 1 is promised. */
  readonly errorBudget: ErrorBudget | undefined;
}

const NO_PROMISE = { availability: 0, responseTime: Infinity, errorRate: 1 };

const THRESHOLDS = /* @__PURE__ */ createOptions(
  'SLAThresholds',
  {
    availability: 0,
    responseTime: Infinity,
    errorRate: 1,
    window: 300_000,
    minEvents: 10,
    period: THIRTY_DAYS,
  },
  {
    availability: fraction,
    responseTime: (value) => (value === Infinity ? undefined : positive(value)),
    errorRate: fraction,
    window: positive,
    minEvents: positiveInteger,
    period: positive,
  },
);

const CELLS = 60;

/** Watches over what is promised of one service. */
export class SlaWatch {
  readonly #service: string;
  readonly #promised: Readonly<Required<{ [K in keyof SLAThresholds]: number }>>;
  readonly #failures: TimeCells;
  readonly #errors: TimeCells;
  readonly #tracker: SloTracker | undefined;

  /** @throws InvalidOptionError when a threshold is out of its range, or nothing is promised. */
  constructor(service: string, thresholds: SLAThresholds) {
    const { availability, responseTime, errorRate } = thresholds;
    if ([availability, responseTime, errorRate].every((value) => value === undefined)) {
      throw new InvalidOptionError(
        'SLAThresholds',
        thresholds,
        'at least one of availability, responseTime and errorRate',
      );
    }
    this.#service = service;
    this.#promised = THRESHOLDS.resolve(thresholds, { ...THRESHOLDS.defaults, ...NO_PROMISE });
    const { window, minEvents, period } = this.#promised;
    const objective = this.#promised.availability;
    const level = { length: window / CELLS, count: CELLS };
    this.#failures = new TimeCells([level]);
    this.#errors = new TimeCells([level]);
    this.#tracker =
      objective > 0 && objective < 1
        ? new SloTracker({ name: service, service, objective, minEvents, period })
        : undefined;
  }

  /** How far back it looks, in milliseconds. */
  get window(): number {
    return this.#promised.window;
  }

  /** Takes in what came since the last look, and reports. */
  look(meter: CallMeter, at: number, since: number, timestamp: Date): SLAReport {
    const { window, minEvents } = this.#promised;
    const { total, failed, errors } = meter.look(at);
    this.#failures.add(failed, total, at);
    this.#errors.add(errors, total, at);
    this.#tracker?.record(total - failed, total, at, since);
    const { part, whole: events } = this.#failures.sum(window, at);
    const wrong = this.#errors.sum(window, at).part;
    const availability = events === 0 ? undefined : (events - part) / events;
    const errorRate = events === 0 ? undefined : wrong / events;
    const responseTimeP99 = events === 0 ? undefined : meter.quantile(0.99);
    const breaches =
      events < minEvents ? [] : this.#breaches(availability, responseTimeP99, errorRate);
    const budget = this.#tracker?.report(at);
    return {
      serviceName: this.#service,
      availability,
      responseTimeP99,
      errorRate,
      timestamp,
      events,
      breached: breaches.length > 0,
      breaches,
      state: stateOf(events < minEvents, breaches.length > 0, budget?.state),
      burnRates: budget?.burnRates ?? [],
      errorBudget: budget?.errorBudget,
    };
  }

  #breaches(
    availability: number | undefined,
    p99: number | undefined,
    errorRate: number | undefined,
  ): readonly SLABreach[] {
    const promised = this.#promised;
    const breaches: SLABreach[] = [];
    if ((availability ?? 1) < promised.availability) breaches.push('availability');
    if ((p99 ?? 0) > promised.responseTime) breaches.push('responseTime');
    if ((errorRate ?? 0) > promised.errorRate) breaches.push('errorRate');
    return breaches;
  }
}

function stateOf(isSilent: boolean, isBreached: boolean, budget: SloState | undefined): SloState {
  if (isSilent) return 'no-data';
  if (budget === 'exhausted') return 'exhausted';
  return isBreached || budget === 'at-risk' ? 'at-risk' : 'healthy';
}
