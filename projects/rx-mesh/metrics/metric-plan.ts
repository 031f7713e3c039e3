import type { Metric } from './instruments';
import type { MetricDefinition, MetricType } from './metric-data';
import { sameBuckets } from './metric-definition';
import { type MetricProblem, definedOtherwise, takenName } from './metric-problems';
import type { AppliedView } from './metric-view';
import type { FamilyPlan, SeriesFamily } from './series-family';

/** The series of one metric, and the face by which it is written. */
export interface FamilyEntry {
  readonly family: SeriesFamily;
  readonly metric: Metric;
}

/** What a definition and the view of the application make of a metric together. */
export function planOf(
  type: MetricType,
  name: string,
  { unit, description, buckets }: MetricDefinition,
  view: AppliedView | undefined,
  maxSeries: number,
): FamilyPlan {
  return {
    // A name that is no text comes from code without types; it has to be told of, not to throw.
    name: view?.name ?? (typeof name === 'string' ? name : `(${typeof name})`),
    type,
    unit: type === 'timer' ? 'ms' : unit,
    description: view?.description ?? description,
    buckets: isNumber(type) ? undefined : (view?.buckets ?? buckets)?.slice(),
    maxSeries: view?.maxSeries ?? maxSeries,
    keeps: view?.keeps,
    refusal: undefined,
  };
}

/** Whether a metric of this type is one number, and no distribution. */
export function isNumber(type: MetricType): boolean {
  return type === 'counter' || type === 'gauge';
}

/**
 * What speaks against a plan where there is a metric already. Who names no unit or buckets takes what is there; the
 * first who names some says it for all.
 *
 * @param isStrict Whether other buckets are a contradiction.
 */
export function contradiction(
  asked: FamilyPlan,
  family: SeriesFamily,
  isStrict: boolean,
): MetricProblem | undefined {
  const { plan } = family;
  const { unit = plan.unit, buckets } = asked;
  if (asked.type !== plan.type || unit !== (plan.unit ?? unit)) return takenName(asked, plan);
  if (asked.keeps !== plan.keeps) return definedOtherwise('tags');
  if (!isStrict || !buckets) return undefined;
  const isSame = plan.buckets ? sameBuckets(buckets, plan.buckets) : family.cells().length === 0;
  return isSame ? undefined : definedOtherwise('buckets');
}
