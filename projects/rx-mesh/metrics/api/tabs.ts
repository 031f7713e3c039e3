export { type TabGaugeRule } from '../tabs/merge-series';
export { TabMetrics } from '../tabs/tab-metrics';
export { type TabMetricsOptions } from '../tabs/tab-options';
export { METRIC_TAB_PORTS, type MetricTabChannel, type MetricTabPorts } from '../tabs/tab-ports';
export { withTabMetrics } from '../tabs/with-tab-metrics';
