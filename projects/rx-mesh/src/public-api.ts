export * from 'rx-mesh/communication';
export * from 'rx-mesh/kernel';
export * from 'rx-mesh/mesh';
export * from 'rx-mesh/metrics';
export * from 'rx-mesh/resilience';
export * from 'rx-mesh/tracing';
export { provideRxMesh } from './provide-rx-mesh';
export { withRxMeshInterceptors } from './with-rx-mesh-interceptors';
