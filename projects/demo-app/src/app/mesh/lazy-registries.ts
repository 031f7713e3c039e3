import { EnvironmentInjector, InjectionToken, type Provider, inject } from '@angular/core';
import { REGISTRY_SOURCES, type RegistrySnapshot, type RegistrySource } from 'rx-mesh/mesh';
import { type Observable, defer, switchMap } from 'rxjs';

/** The registries in the order in which they are believed, and for how long their word holds, in milliseconds. */
export const REGISTRIES = { consul: 90_000, eureka: 6000, kubernetes: 120_000 } as const;

type Load = () => Promise<readonly RegistrySource[]>;

/** The clients of the registries, in a file of their own: they come when somebody watches. */
const LOAD = new InjectionToken<Load>('demo LOAD_REGISTRIES', {
  providedIn: 'root',
  factory: () => {
    const injector = inject(EnvironmentInjector);
    let loading: Promise<readonly RegistrySource[]> | undefined;
    return async () => {
      loading ??= import('./registries').then(({ registrySources }) => registrySources(injector));
      // What could not be loaded is loaded again the next time.
      loading.catch(() => (loading = undefined));
      return loading;
    };
  },
});

/** A registry whose client is not in the first file of the application. */
class LazySource implements RegistrySource {
  readonly name: string;
  readonly lease: number;
  readonly #load: Load;

  constructor(name: string, lease: number, load: Load) {
    this.name = name;
    this.lease = lease;
    this.#load = load;
  }

  watch(): Observable<RegistrySnapshot> {
    return defer(this.#load).pipe(
      switchMap((sources) => {
        const source = sources.find(({ name }) => name === this.name);
        if (!source) throw new RangeError(`There is no registry ${this.name}.`);
        return source.watch();
      }),
    );
  }
}

/** Lets the mesh know what Consul, Eureka and Kubernetes know, once somebody watches: the page of the mesh does. */
export function provideRegistries(): Provider[] {
  return Object.entries(REGISTRIES).map(([name, lease]) => ({
    provide: REGISTRY_SOURCES,
    multi: true,
    useFactory: () => new LazySource(name, lease, inject(LOAD)),
  }));
}
