// Every entry point, for the compiler to look into its types; but `nats`, for the types of its peers do not stand this look, and
// `jwt`, whose peer this application does not have.
export * as caching from 'rx-mesh/caching';
export * as communication from 'rx-mesh/communication';
export * as eventSourcing from 'rx-mesh/event-sourcing';
export * as cqrs from 'rx-mesh/cqrs';
export * as events from 'rx-mesh/events';
export * as gateway from 'rx-mesh/gateway';
export * as kernel from 'rx-mesh/kernel';
export * as mesh from 'rx-mesh/mesh';
export * as messaging from 'rx-mesh/messaging';
export * as metrics from 'rx-mesh/metrics';
export * as opentelemetry from 'rx-mesh/opentelemetry';
export * as resilience from 'rx-mesh/resilience';
export * as stomp from 'rx-mesh/stomp';
export * as testing from 'rx-mesh/testing';
export * as tracing from 'rx-mesh/tracing';
