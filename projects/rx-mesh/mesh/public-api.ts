export { type ConsulOptions } from './adapters/consul/consul-options';
export { ConsulService } from './adapters/consul/consul-service';
export { withConsul } from './adapters/consul/with-consul';
export { type EurekaOptions } from './adapters/eureka/eureka-options';
export { EurekaService } from './adapters/eureka/eureka-service';
export { withEureka } from './adapters/eureka/with-eureka';
export { type AddressFamily } from './adapters/kubernetes/endpoint-slices';
export { type KubernetesOptions } from './adapters/kubernetes/kubernetes-options';
export { KubernetesService } from './adapters/kubernetes/kubernetes-service';
export { withKubernetes } from './adapters/kubernetes/with-kubernetes';
export {
  RegistryRequestError,
  type RegistryFailure,
  isRegistryRequestError,
} from './adapters/registry/registry-errors';
export {
  type InstanceUrl,
  type RegistryEntry,
  directUrl,
} from './adapters/registry/registry-entry';
export { withTabSharing } from './adapters/registry/tab-sharing';
export { REGISTRY_FETCH, type RegistryFetch } from './adapters/registry/registry-request';
export {
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  type RegistrySource,
} from './adapters/registry-source';
export { type StaticService, withStaticServices } from './adapters/static-registry';
export { type BalancerEvent } from './balancing/balancer-event';
export { type StrategyFactory, withBalancing } from './balancing/balancing-strategies';
export {
  BALANCING_STRATEGIES,
  type BalancingContext,
  type BalancingStrategy,
} from './balancing/balancing-strategy';
export { type InstanceLease, type LeaseEnd, type LeaseOutcome } from './balancing/instance-lease';
export { InstanceLoad } from './balancing/instance-load';
export { leastConnections } from './balancing/least-connections';
export { maglevHash } from './balancing/maglev-hash';
export { type DrawingPorts, peakEwma } from './balancing/peak-ewma';
export { randomChoice, weightedRandom } from './balancing/random';
export { rendezvousHash } from './balancing/rendezvous-hash';
export { ringHash } from './balancing/ring-hash';
export { roundRobin } from './balancing/round-robin';
export { smoothWeightedRoundRobin } from './balancing/smooth-weighted-round-robin';
export { HealthMonitor } from './health/health-monitor';
export { type HealthCheckOptions } from './health/health-options';
export { withHealthChecks } from './health/with-health-checks';
export { type Ejection, type EjectionReason } from './health/outlier-detector';
export { type OutlierOptions } from './health/outlier-options';
export { ProbeRecord, type ProbeResult, type ProbeThresholds } from './health/probe-record';
export { type InstanceName, type ProbeVerdict, ProbeVerdicts } from './health/probe-verdicts';
export { parseTrafficPolicy } from './policy/parse-traffic-policy';
export { type TrafficPolicyFactory, type TrafficPolicySource } from './policy/policy-rules';
export { withTrafficPolicy } from './policy/with-traffic-policy';
export { TRAFFIC_POLICIES, type TrafficPolicies } from './policy/traffic-policies';
export {
  type BalancingRule,
  type BreakerRule,
  type FaultRule,
  type RetryRule,
  type ServicePolicy,
  type SplitRule,
  type TrafficPolicy,
} from './policy/traffic-policy';
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
export { type InstanceWord } from './instance-word';
export { ServiceRegistry } from './service-registry';
export { type ServiceUpdate } from './service-updates';
export { withServiceMesh } from './with-service-mesh';
export { type CallEdge } from './topology/call-graph';
export {
  type ServiceTopology,
  type TopologyInstance,
  type TopologyNode,
} from './topology/service-topology';
