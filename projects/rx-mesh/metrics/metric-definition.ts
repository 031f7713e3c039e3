import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';
import { type MetricDefinition, type MetricType, isMetricName } from './metric-data';
import { BAD_NAME, nameForMessage } from './metric-problems';

/**
 * A metric cannot be what is said of it, or was said to be something else before. The message tells what to do.
 *
 * It is thrown where a metric is defined (`counter`, `gauge`, `histogram`, `timer`), never where a sample is recorded.
 */
export class MetricDefinitionError extends RxMeshError {
  readonly code = 'RXM856';

  constructor(
    message: string,
    /** The name under which the metric was to be defined. */
    readonly metric: string,
  ) {
    super(message);
  }
}

/** Whether an error says that a metric cannot be what is said of it. */
export const isMetricDefinitionError: (error: unknown) => error is MetricDefinitionError =
  /* @__PURE__ */ createErrorGuard<MetricDefinitionError>('RXM856');

/** What is wrong with a definition, as a sentence. */
export function faultOf(
  name: unknown,
  type: MetricType,
  { unit, description, buckets }: MetricDefinition,
): string | undefined {
  const shown = nameForMessage(name);
  if (!isMetricName(name)) return BAD_NAME.say(shown);
  const rule =
    unitRule(unit, type) ??
    (buckets === undefined ? undefined : bucketRule(buckets, type)) ??
    (description === undefined || typeof description === 'string'
      ? undefined
      : 'description must be a text');
  return rule && `Metric ${shown} cannot be defined: its ${rule}.`;
}

function unitRule(unit: unknown, type: MetricType): string | undefined {
  if (unit === undefined) return undefined;
  if (type === 'timer') return unit === 'ms' ? undefined : 'unit must be ms';
  return typeof unit === 'string' && /^[!-~]{1,63}$/.test(unit)
    ? undefined
    : 'unit must be 1 to 63 ASCII characters without spaces';
}

function bucketRule(buckets: unknown, type: MetricType): string | undefined {
  if (type === 'counter' || type === 'gauge') return 'buckets must be left out';
  return areBuckets(buckets) ? undefined : `buckets must be ${BUCKETS}`;
}

/** What bounds of buckets must be, as a phrase. */
export const BUCKETS = 'at most 200 finite numbers, each above the one before';

/** Whether these can be the bounds of buckets. */
export function areBuckets(buckets: unknown): buckets is readonly number[] {
  return (
    Array.isArray(buckets) &&
    buckets.length <= 200 &&
    buckets.every(
      (bound, i, all: readonly unknown[]) =>
        Number.isFinite(bound) && (i === 0 || (bound as number) > (all[i - 1] as number)),
    )
  );
}

/** Whether two lists of bounds are the same. */
export function sameBuckets(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}
