import { InvalidOptionError } from 'rx-mesh/kernel';
import type { DashboardMetric } from './dashboard-names';
import {
  type DashboardSlo,
  breakerPanels,
  metricPanels,
  requestPanels,
  servicePanels,
  sloPanels,
} from './dashboard-panels';
import { variablesOf } from './dashboard-variables';
import type { GrafanaDashboard } from './grafana-json';
import { type RowPlan, placed } from './panel-layout';

/** What {@link grafanaDashboard} is to show. */
export interface GrafanaDashboardOptions {
  /** What it is called: not empty. */
  readonly title: string;
  /** By which it is known, so that a later one takes its place: letters, digits, `-` and `_`, at most 40. @default Grafana makes one */
  readonly uid?: string | undefined;
  /** The hosts of the services. @default all that there are, found by a query */
  readonly services?: readonly string[] | undefined;
  /** Metrics of your own, such as `metrics.collect()`; one panel a name. @default none */
  readonly metrics?: readonly DashboardMetric[] | undefined;
  /** The data source of Prometheus that is chosen at first. @default the default one of Grafana */
  readonly datasourceUid?: string | undefined;
  /** The SLOs. @default none */
  readonly slos?: readonly DashboardSlo[] | undefined;
  /** Whether there are circuit breakers, or which, by their names. @default true */
  readonly breakers?: boolean | readonly string[] | undefined;
  /** The annotations that are shown, by their tags. @default none */
  readonly annotationTags?: readonly string[] | undefined;
}

/**
 * A dashboard of Grafana (classic JSON model, schema version 39) over what Prometheus gets of rx-mesh: rate, errors and
 * durations of requests for all services and for each, circuit breakers, error budgets and burn rates, and metrics of your own.
 * The reader of the dashboard chooses the data source and the services.
 *
 * A pure function: the same options give the same dashboard. Give it to Grafana as a file, by provisioning or by import.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const json = JSON.stringify(grafanaDashboard({
 *   title: 'Shop',
 *   services: ['api.example.com'],
 *   slos: [{ name: 'orders', service: 'api.example.com', objective: 0.999 }],
 * }));
 * ```
 */
export function grafanaDashboard(options: GrafanaDashboardOptions): GrafanaDashboard {
  check(options);
  const { title, uid, services, metrics = [], datasourceUid, annotationTags = [] } = options;
  const { slos = [], breakers = true } = options;
  const rows = [
    { title: 'All services', panels: requestPanels() },
    { title: '$service', panels: servicePanels(), repeat: 'service' },
    ...(breakers === false ? [] : [{ title: 'Circuit breakers', panels: breakerPanels(breakers) }]),
    ...slos.map((slo) => ({ title: `SLO ${slo.name}`, panels: sloPanels(slo) })),
    ...(metrics.length === 0 ? [] : [{ title: 'Metrics', panels: metricPanels(metrics) }]),
  ] satisfies readonly RowPlan[];
  return {
    ...(uid !== undefined && { uid }),
    title,
    tags: ['rx-mesh'],
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    schemaVersion: 39,
    templating: { list: variablesOf(services, datasourceUid) },
    annotations: { list: annotationTags.length === 0 ? [] : [annotations(annotationTags)] },
    panels: placed(rows),
  };
}

function annotations(tags: readonly string[]): object {
  return {
    name: 'Annotations',
    datasource: { type: 'grafana', uid: '-- Grafana --' },
    enable: true,
    hide: false,
    iconColor: 'blue',
    target: { type: 'tags', tags, matchAny: true, limit: 100 },
  };
}

function check({ title, uid, services, slos = [] }: GrafanaDashboardOptions): void {
  const refuse = (name: string, value: unknown, expected: string): never => {
    throw new InvalidOptionError(`GrafanaDashboardOptions.${name}`, value, expected);
  };
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  if (!isText(title)) refuse('title', title, 'a text that is not empty');
  if (uid !== undefined && !/^[\w-]{1,40}$/.test(uid)) {
    refuse('uid', uid, '1 to 40 letters, digits, "-" and "_"');
  }
  if (services && (services.length === 0 || !services.every(isText))) {
    refuse('services', services, 'host names, one at least');
  }
  for (const { name, objective } of slos) {
    if (!isText(name)) refuse('slos', name, 'SLOs with names that are not empty');
    if (!(objective > 0 && objective < 1)) {
      refuse('slos', objective, 'SLOs with objectives above 0 and below 1');
    }
  }
}
