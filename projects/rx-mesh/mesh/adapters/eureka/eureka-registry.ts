import { type EurekaInstance, type EurekaStatus, MOST_EUREKA_INSTANCES } from './eureka-wire';

type Instances = ReadonlyMap<string, EurekaInstance>;

/** All that a server of Eureka has said up to now: the whole once, and its changes after that. */
export class EurekaRegistry {
  readonly #apps = new Map<string, Map<string, EurekaInstance>>();
  #size = 0;

  /** How many instances there are. */
  get size(): number {
    return this.#size;
  }

  /** The names of the applications that have instances, in upper case. */
  get apps(): readonly string[] {
    return [...this.#apps.keys()];
  }

  /** How many instances of each status there are, as Eureka writes it: `DOWN_1_UP_3_`, and `''` for none. */
  get hashcode(): string {
    const counts = new Map<EurekaStatus, number>();
    for (const instances of this.#apps.values()) {
      for (const { status } of instances.values())
        counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([status, count]) => `${status}_${count}_`)
      .join('');
  }

  /** The instances of an application by id, in the order in which they came. */
  instancesOf(app: string): Instances {
    return this.#apps.get(app) ?? new Map<string, EurekaInstance>();
  }

  /** Forgets all, and takes these. */
  replace(instances: readonly EurekaInstance[]): void {
    this.#apps.clear();
    this.#size = 0;
    for (const instance of instances) this.#put(instance);
  }

  /** Takes changes in their order. To take one again changes nothing: the server tells each for three minutes. */
  apply(changes: readonly EurekaInstance[]): void {
    for (const change of changes) {
      if (change.action === 'DELETED') this.#remove(change);
      else this.#put(change);
    }
  }

  #put(instance: EurekaInstance): void {
    const instances = this.#apps.get(instance.app) ?? new Map<string, EurekaInstance>();
    if (!instances.has(instance.id)) {
      if (this.#size >= MOST_EUREKA_INSTANCES) return;
      this.#size++;
    }
    instances.set(instance.id, instance);
    this.#apps.set(instance.app, instances);
  }

  #remove({ app, id }: EurekaInstance): void {
    const instances = this.#apps.get(app);
    if (!instances?.delete(id)) return;
    this.#size--;
    if (instances.size === 0) this.#apps.delete(app);
  }
}
