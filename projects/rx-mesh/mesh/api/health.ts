export { HealthMonitor } from '../health/health-monitor';
export { type HealthCheckOptions } from '../health/health-options';
export { withHealthChecks } from '../health/with-health-checks';
export { type Ejection, type EjectionReason } from '../health/outlier-detector';
export { type OutlierOptions } from '../health/outlier-options';
export { ProbeRecord, type ProbeResult, type ProbeThresholds } from '../health/probe-record';
export { type InstanceName, type ProbeVerdict, ProbeVerdicts } from '../health/probe-verdicts';
