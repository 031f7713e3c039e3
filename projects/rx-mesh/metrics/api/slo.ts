export { type BurnRateRule, burnRateThreshold, defaultBurnRateRules } from '../slo/burn-rate';
export { type CallOutcome } from '../slo/call-feed';
export { type SLABreach, type SLAReport, type SLAThresholds } from '../slo/sla-report';
export { type SloDefinition, type SloIndicator } from '../slo/slo-definition';
export { SloMonitor } from '../slo/slo-monitor';
export { type SloOptions } from '../slo/slo-options';
export { type CallVerdict, type SloSource, callSource, httpSource } from '../slo/slo-source';
export {
  type BurnRateReading,
  type ErrorBudget,
  type SloReport,
  type SloState,
  SloTracker,
} from '../slo/slo-tracker';
export { withSlos } from '../slo/with-slos';
