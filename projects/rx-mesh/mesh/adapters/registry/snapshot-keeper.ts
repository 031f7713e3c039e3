import { type ServiceInstance, sameInstance } from '../../service-instance';
import type { RegistrySnapshot } from '../registry-source';

type Instances = readonly ServiceInstance[];

/**
 * What a source knows, service by service. Lists, and the instances in them, stay the same objects as long as nothing of
 * them has changed, and so does the whole; what was handed out never changes.
 */
export class SnapshotKeeper {
  readonly #lists = new Map<string, Instances>();
  #snapshot: RegistrySnapshot | undefined;

  /** All services. The same object as long as nothing has changed. */
  get snapshot(): RegistrySnapshot {
    return (this.#snapshot ??= new Map(this.#lists));
  }

  /** The names of the services that have instances. */
  get services(): readonly string[] {
    return [...this.#lists.keys()];
  }

  /** The instances of a service. */
  get(service: string): Instances {
    return this.#lists.get(service) ?? [];
  }

  /** Replaces the instances of a service, and says whether that changed something. An id that comes twice counts once. */
  set(service: string, instances: Instances): boolean {
    const before = this.get(service);
    const known = new Map(before.map((instance) => [instance.id, instance]));
    const next = new Map<string, ServiceInstance>();
    for (const instance of instances) {
      const old = known.get(instance.id);
      next.set(instance.id, old && sameInstance(old, instance) ? old : instance);
    }
    const list = [...next.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (list.length === before.length && list.every((each, at) => each === before[at]))
      return false;
    if (list.length > 0) this.#lists.set(service, Object.freeze(list));
    else this.#lists.delete(service);
    this.#snapshot = undefined;
    return true;
  }

  /** Forgets the services that are not among these. */
  retain(services: ReadonlySet<string>): void {
    for (const service of this.services) if (!services.has(service)) this.set(service, []);
  }
}
