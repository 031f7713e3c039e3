import { InvalidOptionError, positiveInteger } from 'rx-mesh/kernel';
import { type TagFilter, isMetricName } from './metric-data';
import { BUCKETS, areBuckets } from './metric-definition';

/**
 * What an application makes of the metrics of others, without a change of their code (the views of OpenTelemetry). Of
 * several views that match, the first one counts.
 */
export interface MetricView {
  /**
   * Which metrics, by their whole name: a text, in which `*` stands for any characters, or a regular expression. One
   * that says nothing else leaves a metric as it is, so that no later view changes it.
   */
  readonly match: string | RegExp;
  /** Another name for the metric; only where `match` is one name. Two metrics of one name become one. */
  readonly name?: string | undefined;
  /** Another description. */
  readonly description?: string | undefined;
  /** Whether the metric is not recorded at all; then nothing else can be said. @default false */
  readonly drop?: boolean | undefined;
  /** Which tags tell series apart; either of the two. Series that differ in other tags only are taken together. */
  readonly tags?: MetricViewTags | undefined;
  /** Other bounds of the buckets of a histogram or timer; an empty list for none but the last. */
  readonly buckets?: readonly number[] | undefined;
  /** The most series of each of these metrics, at least 1. @default maxSeriesPerMetric */
  readonly maxSeries?: number | undefined;
}

/** Which tags a {@link MetricView} leaves. */
export interface MetricViewTags {
  /** These, and no others. */
  readonly keep?: readonly string[] | undefined;
  /** All but these. */
  readonly drop?: readonly string[] | undefined;
}

/** What a view makes of a metric. */
export interface AppliedView extends Pick<
  MetricView,
  'name' | 'description' | 'drop' | 'buckets' | 'maxSeries'
> {
  /** Which tags are left; all if absent. */
  readonly keeps?: TagFilter | undefined;
}

/** Finds the view of a metric by the name that code gives it. */
export type MetricViews = (name: string) => AppliedView | undefined;

/**
 * Makes views ready for a {@link MetricRegistry}. An application passes them to `withMetrics`.
 *
 * @throws InvalidOptionError when a view cannot be, contradicts itself, or could never apply for one before it.
 * @usageNotes
 * ```ts
 * const views = metricViews([{ match: 'http.client.*', tags: { drop: ['server.port'] } }]);
 * const registry = new MetricRegistry({ diagnostics, views });
 * ```
 */
export function metricViews(views: readonly MetricView[]): MetricViews {
  const rules = views.map((view, i) => {
    const option = `MetricsOptions.views[${i}]`;
    const fault = faultOf(view) ?? clashOf(view, views.slice(0, i));
    if (fault) {
      const [key, expected] = fault;
      throw new InvalidOptionError(`${option}.${key}`, view[key as keyof MetricView], expected);
    }
    return { pattern: patternOf(view.match), applied: applied(view) };
  });
  return (name) => rules.find(({ pattern }) => pattern.test(name))?.applied;
}

type Fault = readonly [option: string, expected: string];

const CHECKS: Readonly<
  Record<keyof MetricView, (value: never, view: MetricView) => string | undefined>
> = {
  match: (value: unknown) =>
    value instanceof RegExp || (typeof value === 'string' && /^[\w.\-/*]+$/.test(value))
      ? undefined
      : 'the name of a metric, with "*" for any characters, or a regular expression',
  name: (value: unknown, { match }) =>
    !isMetricName(value)
      ? 'a name that a metric can have'
      : isMetricName(match)
        ? undefined
        : 'left out where match may be several names',
  description: (value: unknown) => (typeof value === 'string' ? undefined : 'a text'),
  drop: (value: unknown, view) =>
    typeof value !== 'boolean'
      ? 'true or false'
      : value && Object.values(view).filter((other) => other !== undefined).length > 2
        ? 'left out where something else is said of the metric'
        : undefined,
  tags: (value: unknown) => tagsFault(value),
  buckets: (value: unknown) => (areBuckets(value) ? undefined : BUCKETS),
  maxSeries: positiveInteger,
};

function faultOf(view: MetricView): Fault | undefined {
  for (const key of new Set(['match', ...Object.keys(view)]) as Set<keyof MetricView>) {
    if (!Object.hasOwn(CHECKS, key)) return [key, 'left out: there is no such option'];
    const value = view[key];
    const isSaid = value !== undefined || key === 'match';
    const expected = isSaid ? CHECKS[key](value as never, view) : undefined;
    if (expected) return [key, expected];
  }
  return undefined;
}

function tagsFault(tags: unknown): string | undefined {
  const [[key, names] = ['', undefined], ...more] = Object.entries(tags ?? {}).filter(
    ([, list]: [string, unknown]) => list !== undefined,
  );
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
  return isList && (key === 'keep' || key === 'drop') && more.length === 0
    ? undefined
    : 'either { keep: names } or { drop: names }';
}

function clashOf({ match, name }: MetricView, before: readonly MetricView[]): Fault | undefined {
  if (before.some((other) => covers(other.match, match))) {
    return ['match', 'something that no view before it matches'];
  }
  return name !== undefined && before.some((other) => other.name === name)
    ? ['name', 'the name of no other view']
    : undefined;
}

// A pattern that matches the text of another one matches all that it does: only a "*" matches a "*".
function covers(pattern: string | RegExp, other: string | RegExp): boolean {
  return typeof pattern === 'string' && typeof other === 'string'
    ? patternOf(pattern).test(other)
    : String(pattern) === String(other);
}

function patternOf(match: string | RegExp): RegExp {
  const source =
    typeof match === 'string'
      ? match.replace(/[.\-/]/g, '\\$&').replaceAll('*', '.*')
      : match.source;
  return new RegExp(
    `^(?:${source})$`,
    match instanceof RegExp ? match.flags.replace(/[gy]/g, '') : '',
  );
}

function applied({ name, description, drop, tags, buckets, maxSeries }: MetricView): AppliedView {
  return { name, description, drop, buckets, maxSeries, keeps: keepsOf(tags) };
}

function keepsOf(tags: MetricViewTags | undefined): TagFilter | undefined {
  if (!tags) return undefined;
  const { keep, drop } = tags;
  const names = new Set(keep ?? drop);
  return keep ? (name) => names.has(name) : (name) => !names.has(name);
}
