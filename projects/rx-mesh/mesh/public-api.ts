export {
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  type RegistrySource,
} from './adapters/registry-source';
export { type StaticService, withStaticServices } from './adapters/static-registry';
export {
  BALANCING_STRATEGIES,
  type BalancingContext,
  type BalancingStrategy,
} from './balancing/balancing-strategy';
export { type InstanceLease, type LeaseOutcome } from './balancing/in-flight';
export { type RoundRobinPorts, roundRobin } from './balancing/round-robin';
export { type InstanceContext, type InstanceDescriptor, createInstance } from './create-instance';
export { type LeaseOptions, LoadBalancerService } from './load-balancer-service';
export {
  NoInstanceError,
  RegistryFullError,
  UnknownStrategyError,
  isNoInstanceError,
  isRegistryFullError,
  isUnknownStrategyError,
} from './mesh-errors';
export { ServiceDiscoveryService } from './service-discovery-service';
export {
  type HealthStatus,
  type ServiceEndpoint,
  type ServiceInstance,
  toEndpoint,
} from './service-instance';
export { type ServiceInventory, type ServiceSummary } from './service-inventory';
export { type ServiceMeshOptions } from './service-mesh-options';
export { ServiceMeshService } from './service-mesh-service';
export { ServiceRegistry } from './service-registry';
export { type ServiceUpdate } from './service-updates';
export { withServiceMesh } from './with-service-mesh';
