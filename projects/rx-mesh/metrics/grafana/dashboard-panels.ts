import {
  BREAKER,
  BREAKER_STATES,
  BUDGET,
  BURN_RATE,
  type DashboardMetric,
  REJECTIONS,
  TRANSITIONS,
  grafanaUnit,
  labelOf,
  nameOf,
} from './dashboard-names';
import type { PanelPlan } from './panel-layout';
import {
  burnRate,
  equal,
  errorShare,
  oneOf,
  quantile,
  rate,
  requestQuantile,
  requestRate,
  server,
} from './promql';

/** An SLO as dashboards have to know it: an `SloDefinition` is one. */
export interface DashboardSlo {
  /** What it is called: not empty. */
  readonly name: string;
  /** Which share is to be good: above 0 and below 1. */
  readonly objective: number;
  /** Which service it is about: its name in rx-mesh/communication, or its host. @default none */
  readonly service?: string | undefined;
  /** What counts as good. @default availability */
  readonly indicator?: { readonly type: string } | undefined;
}

const LEGEND = '{{server_address}}';
const SHARE = { unit: 'percentunit', min: 0, max: 1 } as const;

/** Rate, errors and durations of the requests to each service. */
export function requestPanels(): readonly PanelPlan[] {
  return [
    {
      title: 'Requests',
      unit: 'reqps',
      min: 0,
      queries: [{ expr: requestRate([server()]), legend: LEGEND }],
    },
    { title: 'Errors', ...SHARE, queries: [{ expr: errorShare(), legend: LEGEND }] },
    {
      title: 'Duration, 95th percentile',
      unit: 's',
      min: 0,
      queries: [{ expr: requestQuantile(0.95), legend: LEGEND }],
    },
  ];
}

/** The same for one service: a row that repeats has one at a time in its variable. */
export function servicePanels(): readonly PanelPlan[] {
  const status = labelOf('http.response.status_code');
  return [
    {
      title: 'Requests by status',
      unit: 'reqps',
      min: 0,
      queries: [{ expr: requestRate([status]), legend: `{{${status}}}` }],
    },
    { title: 'Errors', ...SHARE, queries: [{ expr: errorShare(), legend: 'errors' }] },
    {
      title: 'Duration',
      unit: 's',
      min: 0,
      queries: [0.5, 0.95, 0.99].map((q) => ({ expr: requestQuantile(q), legend: `p${q * 100}` })),
    },
  ];
}

/** What circuit breakers do, and what they keep from the services. */
export function breakerPanels(breakers: true | readonly string[]): readonly PanelPlan[] {
  const chosen = breakers === true ? [] : [oneOf('service', breakers)];
  const worst = BREAKER_STATES.map(
    ([rank, state]) =>
      `${rank} * ${nameOf(BREAKER)}{${[...chosen, equal('state', state)].join(',')}}`,
  );
  return [
    {
      title: 'State',
      description: 'The worst of all pages.',
      type: 'state-timeline',
      unit: 'short',
      states: BREAKER_STATES,
      queries: [{ expr: `max by (service) (${worst.join(' or ')})`, legend: '{{service}}' }],
    },
    {
      title: 'Openings',
      unit: 'cps',
      min: 0,
      queries: [
        {
          expr: rate(nameOf(TRANSITIONS), [...chosen, equal('to', 'open')], ['service']),
          legend: '{{service}}',
        },
      ],
    },
    {
      title: 'Calls turned away',
      unit: 'cps',
      min: 0,
      queries: [
        {
          expr: rate(nameOf(REJECTIONS), chosen, ['service', 'reason']),
          legend: '{{service}} {{reason}}',
        },
      ],
    },
  ];
}

/** The error budget of an SLO, and how fast it burns. */
export function sloPanels({
  name,
  objective,
  service,
  indicator,
}: DashboardSlo): readonly PanelPlan[] {
  const slo = equal('slo', name);
  const limits = [
    [null, 'green'],
    [1, 'yellow'],
    [14.4, 'red'],
  ] as const;
  const isCounted = service !== undefined && (indicator?.type ?? 'availability') === 'availability';
  const ofAll: PanelPlan = {
    title: 'Burn rate of all pages',
    description:
      'How many times faster than evenly the budget burns, by calls or requests of the service.',
    unit: 'short',
    min: 0,
    steps: limits,
    queries: ['1h', '6h'].map((range) => ({
      expr: burnRate(service ?? '', objective, range),
      legend: range,
    })),
  };
  return [
    {
      title: 'Error budget left',
      description: `Of ${Number((100 * (1 - objective)).toPrecision(6))} %, on the page that has least.`,
      type: 'stat',
      unit: 'percentunit',
      max: 1,
      steps: [
        [null, 'red'],
        [0, 'yellow'],
        [0.25, 'green'],
      ],
      queries: [{ expr: `min(${nameOf(BUDGET)}{${slo}})`, legend: name }],
    },
    {
      title: 'Burn rate',
      description: 'On the page where it burns fastest.',
      unit: 'short',
      min: 0,
      steps: limits,
      queries: [{ expr: `max by (rule) (${nameOf(BURN_RATE)}{${slo}})`, legend: '{{rule}}' }],
    },
    ...(isCounted ? [ofAll] : []),
  ];
}

/** One panel for each name. */
export function metricPanels(metrics: readonly DashboardMetric[]): readonly PanelPlan[] {
  const byName = new Map(metrics.map((metric) => [nameOf(metric), metric]));
  return [...byName].map(([name, metric]) => {
    const { type, description, buckets } = metric;
    const rest = { title: metric.name, description };
    if (type === 'counter') {
      const unit = grafanaUnit(metric);
      // Seconds a second are a share.
      const perSecond = unit === 'bytes' ? 'Bps' : unit === 's' ? 'percentunit' : 'cps';
      return { ...rest, unit: perSecond, queries: [{ expr: rate(name, []), legend: 'a second' }] };
    }
    const unit = grafanaUnit(metric);
    if (type === 'gauge')
      return { ...rest, unit, queries: [{ expr: `sum(${name})`, legend: 'sum' }] };
    const queries = buckets
      ? [0.5, 0.95, 0.99].map((q) => ({ expr: quantile(q, name, []), legend: `p${q * 100}` }))
      : [{ expr: `max by (quantile) (${name})`, legend: '{{quantile}}, worst page' }];
    return { ...rest, unit, queries };
  });
}
