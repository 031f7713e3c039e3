export { type DashboardMetric } from '../grafana/dashboard-names';
export { type DashboardSlo } from '../grafana/dashboard-panels';
export { type GrafanaDashboardOptions, grafanaDashboard } from '../grafana/grafana-dashboard';
export { GrafanaError, isGrafanaError } from '../grafana/grafana-error';
export {
  type GrafanaDashboard,
  type GrafanaDataSource,
  type GrafanaGridPos,
  type GrafanaPanel,
  type GrafanaTarget,
  type GrafanaVariable,
} from '../grafana/grafana-json';
export {
  type GrafanaAnnotation,
  type GrafanaAnnotationReceipt,
  GrafanaService,
} from '../grafana/grafana-service';
export { type GrafanaOptions, withGrafana } from '../grafana/with-grafana';
