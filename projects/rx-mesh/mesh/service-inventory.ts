import type { RegistrySnapshot } from './adapters/registry-source';
import type { HealthStatus, ServiceInstance } from './service-instance';

/** What runs in the mesh, in numbers. */
export interface ServiceInventory {
  /** One entry a service, by name. */
  readonly services: readonly ServiceSummary[];
  /** How many instances there are of all services. */
  readonly instances: number;
}

/** One service in numbers. */
export interface ServiceSummary {
  /** The service. */
  readonly name: string;
  /** The versions that run, sorted; those of instances that say theirs. */
  readonly versions: readonly string[];
  /** How many instances it has, at least 1. */
  readonly instances: number;
  /** How many instances are in which health. */
  readonly health: Readonly<Record<HealthStatus, number>>;
}

/** Counts what is in the registry. */
export function toInventory(services: RegistrySnapshot): ServiceInventory {
  const summaries = [...services].map(([name, instances]) => summarise(name, instances));
  return {
    services: summaries.sort((a, b) => (a.name < b.name ? -1 : 1)),
    instances: summaries.reduce((sum, { instances }) => sum + instances, 0),
  };
}

/** Whether two inventories say the same. */
export function sameInventory(a: ServiceInventory, b: ServiceInventory): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function summarise(name: string, instances: readonly ServiceInstance[]): ServiceSummary {
  const health = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };
  for (const instance of instances) health[instance.health]++;
  const versions = new Set(instances.map(({ version }) => version));
  versions.delete('');
  return { name, versions: [...versions].sort(), instances: instances.length, health };
}
