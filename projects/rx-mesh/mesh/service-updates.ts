import type { RegistrySnapshot } from './adapters/registry-source';
import type { ServiceInstance } from './service-instance';

/** One change of the registry. */
export type ServiceUpdate =
  | {
      readonly type: 'SERVICE_REGISTERED';
      /** The instance that has come. */
      readonly service: ServiceInstance;
    }
  | {
      readonly type: 'SERVICE_DEREGISTERED';
      /** The instance that has gone, as it was last. */
      readonly service: ServiceInstance;
    }
  | {
      readonly type: 'SERVICE_UPDATED';
      /** The instance as it is now. */
      readonly service: ServiceInstance;
      /** The instance as it was. */
      readonly previous: ServiceInstance;
    };

/**
 * What has to happen to a registry to make it another one. Service by service; first what goes, then what comes or
 * changes. Lists and instances that are the same objects are not looked into.
 */
export function diffServices(
  before: RegistrySnapshot,
  after: RegistrySnapshot,
): readonly ServiceUpdate[] {
  const updates: ServiceUpdate[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(name) ?? [];
    const now = after.get(name) ?? [];
    if (old !== now) diffInstances(old, now, updates);
  }
  return updates;
}

function diffInstances(
  before: readonly ServiceInstance[],
  after: readonly ServiceInstance[],
  updates: ServiceUpdate[],
): void {
  const old = new Map(before.map((instance) => [instance.id, instance]));
  const now = new Set(after.map(({ id }) => id));
  for (const service of before) {
    if (!now.has(service.id)) updates.push({ type: 'SERVICE_DEREGISTERED', service });
  }
  for (const service of after) {
    const previous = old.get(service.id);
    if (!previous) updates.push({ type: 'SERVICE_REGISTERED', service });
    else if (previous !== service) updates.push({ type: 'SERVICE_UPDATED', service, previous });
  }
}
