import { type ServiceRegistry, type ServiceTopology } from 'rx-mesh/mesh';

/** What one source of the registry says. */
export interface RegistryColumn {
  /** The source, such as `consul`. */
  readonly name: string;
  readonly services: readonly {
    readonly name: string;
    readonly instances: readonly {
      readonly id: string;
      /** What it says of the health of the instance. */
      readonly word: string;
      /** Whether it is the one that is believed. */
      readonly believed: boolean;
    }[];
  }[];
}

/** What each source says, side by side, in the order in which they are believed. */
export function sourcesOf(
  { services }: ServiceTopology,
  registry: ServiceRegistry,
): readonly RegistryColumn[] {
  const columns = new Map<string, Map<string, { id: string; word: string; believed: boolean }[]>>(
    ['consul', 'eureka', 'kubernetes', 'static'].map((source) => [source, new Map()]),
  );
  for (const { instances, name } of services) {
    for (const { id } of instances) {
      for (const [at, { instance, source, stale }] of registry.provenanceOf(name, id).entries()) {
        const column = columns.get(source) ?? new Map<string, never>();
        columns.set(source, column);
        const list = column.get(name) ?? [];
        const word = instance.weight === 0 ? 'drained' : instance.health;
        column.set(name, [...list, { id, word: stale ? 'stale' : word, believed: at === 0 }]);
      }
    }
  }
  return [...columns].map(([name, column]) => ({
    name,
    services: [...column].map(([service, instances]) => ({ name: service, instances })),
  }));
}
