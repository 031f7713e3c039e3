export { OpenTelemetryContext } from './open-telemetry-context';
export { type OpenTelemetryOptions } from './open-telemetry-options';
export { withOpenTelemetry } from './with-open-telemetry';
