import {
  type RegistrySnapshot,
  type RegistrySource,
  type ServiceInstance,
  createInstance,
} from 'rx-mesh/mesh';
import { Observable, type Subscriber } from 'rxjs';

/** An instance for a spec: `anInstance('orders', 'a', { health: 'unhealthy' })`. */
export function anInstance(
  service: string,
  id: string,
  fields: Partial<ServiceInstance> = {},
): ServiceInstance {
  const lastSeen = new Date(0);
  return {
    ...createInstance(service, { id, url: `https://${id}.test/${service}` }, { lastSeen }),
    ...fields,
  };
}

/** Instances by service, in the order in which they are given. */
export function byService(instances: readonly ServiceInstance[]): RegistrySnapshot {
  const services = new Map<string, ServiceInstance[]>();
  for (const instance of instances) {
    const list = services.get(instance.name) ?? [];
    services.set(instance.name, [...list, instance]);
  }
  return services;
}

/** A registry that a test speaks for. It tells its latest word to whoever begins to watch, as a real one does. */
export class FakeRegistrySource implements RegistrySource {
  readonly #watchers = new Set<Subscriber<RegistrySnapshot>>();
  #latest: RegistrySnapshot | undefined;
  #asked = 0;

  constructor(
    readonly name = 'fake',
    readonly initial?: RegistrySnapshot,
  ) {}

  /** How many watch now. */
  get open(): number {
    return this.#watchers.size;
  }

  /** How often somebody began to watch. */
  get asked(): number {
    return this.#asked;
  }

  watch(): Observable<RegistrySnapshot> {
    return new Observable((subscriber) => {
      this.#asked++;
      this.#watchers.add(subscriber);
      subscriber.add(() => this.#watchers.delete(subscriber));
      if (this.#latest) subscriber.next(this.#latest);
    });
  }

  /** Its set is this from now on. Lists of services that have not changed stay the same objects. */
  publish(...instances: readonly ServiceInstance[]): void {
    const next = new Map(byService(instances));
    for (const [service, list] of this.#latest ?? []) {
      const now = next.get(service);
      const same =
        now?.length === list.length && now.every((instance, at) => instance === list[at]);
      if (same) next.set(service, list);
    }
    this.send(next);
  }

  /** Sends anything, to see what a registry makes of it. */
  send(snapshot: RegistrySnapshot): void {
    this.#latest = snapshot;
    for (const watcher of [...this.#watchers]) watcher.next(snapshot);
  }

  /** Breaks off for whoever watches; who watches anew gets nothing until it publishes again. */
  fail(error: unknown): void {
    this.#latest = undefined;
    for (const watcher of [...this.#watchers]) watcher.error(error);
  }

  /** Has nothing more to say. */
  complete(): void {
    for (const watcher of [...this.#watchers]) watcher.complete();
  }
}
