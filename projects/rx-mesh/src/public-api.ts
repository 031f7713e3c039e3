export * from 'rx-mesh/caching';
export * from 'rx-mesh/communication';
export * from 'rx-mesh/cqrs';
export * from 'rx-mesh/event-sourcing';
export * from 'rx-mesh/events';
export * from 'rx-mesh/gateway';
export * from 'rx-mesh/kernel';
export * from 'rx-mesh/mesh';
export * from 'rx-mesh/messaging';
export * from 'rx-mesh/metrics';
export * from 'rx-mesh/resilience';
export * from 'rx-mesh/tracing';
// By star as well: a bundler has nothing to look for in this file then, and what only a lazy page uses of any room stays lazy.
export * from './provide-rx-mesh';
export * from './with-command-telemetry';
export * from './with-rx-mesh-interceptors';
