export { type InstanceContext, type InstanceDescriptor, createInstance } from '../create-instance';
export { type LeaseOptions, LoadBalancerService } from '../load-balancer-service';
export {
  NoInstanceError,
  RegistryFullError,
  UnknownStrategyError,
  isNoInstanceError,
  isRegistryFullError,
  isUnknownStrategyError,
} from '../mesh-errors';
export { ServiceDiscoveryService } from '../service-discovery-service';
export {
  type HealthStatus,
  type ServiceEndpoint,
  type ServiceInstance,
  toEndpoint,
} from '../service-instance';
export { type ServiceInventory, type ServiceSummary } from '../service-inventory';
export { type ServiceMeshOptions } from '../service-mesh-options';
export { ServiceMeshService } from '../service-mesh-service';
export { type InstanceWord } from '../instance-word';
export { ServiceRegistry } from '../service-registry';
export { type ServiceUpdate } from '../service-updates';
export { withServiceMesh } from '../with-service-mesh';
