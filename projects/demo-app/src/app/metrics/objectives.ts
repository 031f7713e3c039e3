import { type AlertRule, type BurnRateRule, type SloDefinition } from 'rx-mesh/metrics';

// As long as somebody watches, not as long as a month.
const PERIOD = 180_000; // milliseconds

/** A breach is told within seconds, and so is its end. Windows of a real service are hours. */
const RULES: readonly BurnRateRule[] = [
  { name: 'fast', budget: 0.5, window: 15_000, shortWindow: 6000, severity: 'page' },
  { name: 'slow', budget: 0.5, window: 40_000, shortWindow: 12_000, severity: 'ticket' },
];

/** What is promised of two services. */
export const OBJECTIVES = [
  {
    name: 'payments-availability',
    service: 'payments',
    objective: 0.99,
    period: PERIOD,
    indicator: { type: 'availability' },
    rules: RULES,
    minEvents: 3,
  },
  {
    name: 'orders-latency',
    service: 'orders',
    objective: 0.9,
    period: PERIOD,
    indicator: { type: 'latency', threshold: 300 },
    rules: RULES,
    minEvents: 3,
  },
] as const satisfies readonly SloDefinition[];

/** When to alert. Silence ends no alert about a budget: it says nothing. */
export const ALERT_RULES: readonly AlertRule[] = [
  {
    name: 'PaymentsErrorBudgetBurns',
    condition: { type: 'burn-rate', slo: 'payments-availability' },
    for: 4000,
    onNoData: 'keep',
    annotations: { summary: 'Payments fail more often than they may.' },
  },
  {
    name: 'OrdersLatencyBudgetBurns',
    condition: { type: 'burn-rate', slo: 'orders-latency' },
    for: 4000,
    onNoData: 'keep',
    annotations: { summary: 'Orders are answered too slowly too often.' },
  },
  {
    name: 'BreakerOpen',
    condition: {
      type: 'threshold',
      metric: 'circuit_breaker.state',
      tags: { state: 'open' },
      by: ['service'],
      aggregate: 'max',
      above: 0,
    },
    severity: 'warning',
    for: 2000,
    // A probe that fails closes no breaker.
    keepFiringFor: 3000,
    annotations: { summary: 'A circuit breaker turns calls away.' },
  },
];
