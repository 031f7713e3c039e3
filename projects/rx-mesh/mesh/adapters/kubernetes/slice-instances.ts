import type { ServiceInstance } from '../../service-instance';
import { type RegistryEntry, instanceOf } from '../registry/registry-entry';
import type { SnapshotKeeper } from '../registry/snapshot-keeper';
import type { KubernetesValues } from './kubernetes-options';
import { KUBERNETES_NAME } from './kubernetes-status';
import { entriesOf } from './slice-entries';
import type { SliceStore } from './slice-store';

/** Turns slices into instances, only those of services that have changed, and remembers what cannot be used. */
export class SliceInstances {
  readonly #faults = new Map<string, unknown>();
  readonly #store: SliceStore;
  readonly #keeper: SnapshotKeeper;
  readonly #options: KubernetesValues;
  readonly #names: ReadonlyMap<string, readonly string[]> | undefined;

  /** @param names The names in the application by those in Kubernetes; `undefined` when they are the same. */
  constructor(
    store: SliceStore,
    keeper: SnapshotKeeper,
    options: KubernetesValues,
    names: ReadonlyMap<string, readonly string[]> | undefined,
  ) {
    this.#store = store;
    this.#keeper = keeper;
    this.#options = options;
    this.#names = names;
  }

  /** What cannot be used, by service: for each the first that is wrong. */
  get faults(): readonly unknown[] {
    return [...this.#faults.values()];
  }

  /** Brings the keeper up to date. @param lastSeen The wall time of the news. */
  update(lastSeen: Date): void {
    for (const service of this.#store.takeTouched()) {
      for (const name of this.#names ? (this.#names.get(service) ?? []) : [service]) {
        this.#rebuild(name, service, lastSeen);
      }
    }
  }

  #rebuild(name: string, service: string, lastSeen: Date): void {
    const { entries, faults } = entriesOf(name, this.#store.slicesOf(service), this.#options);
    const wrong: unknown[] = [...faults];
    const instances: ServiceInstance[] = [];
    for (const entry of entries) {
      const instance = this.#make(entry, lastSeen, wrong);
      if (instance) instances.push(instance);
    }
    this.#keeper.set(name, instances);
    if (wrong.length > 0) this.#faults.set(name, wrong[0]);
    else this.#faults.delete(name);
  }

  #make(entry: RegistryEntry, lastSeen: Date, wrong: unknown[]): ServiceInstance | undefined {
    try {
      return instanceOf(KUBERNETES_NAME, entry, this.#options.instanceUrl, lastSeen);
    } catch (error) {
      wrong.push(error);
      return undefined;
    }
  }
}
