import { DOCUMENT, inject } from '@angular/core';
import { CLOCK, InvalidOptionError, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { type Observable, of } from 'rxjs';
import {
  type InstanceContext,
  type InstanceDescriptor,
  createInstance,
  nonEmpty,
} from '../create-instance';
import type { ServiceInstance } from '../service-instance';
import { REGISTRY_SOURCES, type RegistrySnapshot, type RegistrySource } from './registry-source';

/** A service whose instances are known beforehand. */
export interface StaticService {
  /** Its name, such as `orders`. May stand in the list more than once, with other versions say. */
  readonly name: string;
  /** The version of its instances that do not say theirs. @default '' */
  readonly version?: string | undefined;
  /** Where it runs: base URLs, or descriptions of instances. */
  readonly instances: readonly (string | InstanceDescriptor)[];
}

/** A registry source that knows a fixed list and asks nobody. */
export class StaticRegistry implements RegistrySource {
  readonly name = 'static';
  /** The whole list. */
  readonly initial: RegistrySnapshot;

  /** @throws InvalidOptionError when an instance cannot be used, or two have one id. */
  constructor(
    services: readonly StaticService[],
    context: Pick<InstanceContext, 'lastSeen' | 'origin'>,
  ) {
    this.initial = readServices(services, context);
  }

  /** The whole list once; then completes. */
  watch(): Observable<RegistrySnapshot> {
    return of(this.initial);
  }
}

/**
 * Lists services whose instances are known beforehand. They are in the registry at once, nothing is asked, and nobody
 * checks them.
 *
 * @throws InvalidOptionError when a service or an instance cannot be used; it names the place in the list.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withStaticServices([
 *     { name: 'orders', instances: ['https://a.example.com/orders', 'https://b.example.com/orders'] },
 *     { name: 'users', version: '2', instances: [{ id: 'users-1', url: '/api/users', weight: 3 }] },
 *   ]),
 * );
 * ```
 */
export function withStaticServices(
  services: readonly StaticService[],
): RxMeshFeature<'static-services'> {
  // Read once for nothing: a mistake is told where it was made, not at the first injection.
  readServices(services, { lastSeen: new Date(0) });
  return ɵmakeFeature('static-services', [
    {
      provide: REGISTRY_SOURCES,
      multi: true,
      useFactory: () => {
        // Not every document has a location.
        const location = inject(DOCUMENT).location as Location | null;
        return new StaticRegistry(services, {
          lastSeen: new Date(inject(CLOCK).now()),
          origin: location?.href,
        });
      },
    },
  ]);
}

function readServices(
  services: readonly StaticService[],
  context: Pick<InstanceContext, 'lastSeen' | 'origin'>,
): RegistrySnapshot {
  const byName = new Map<string, ServiceInstance[]>();
  const places = new Map<string, string>();
  for (const [index, { name, version, instances }] of services.entries()) {
    const noName = nonEmpty(name);
    if (noName) throw new InvalidOptionError(`withStaticServices[${index}].name`, name, noName);
    if (!isList(instances)) {
      throw new InvalidOptionError(`withStaticServices[${name}].instances`, instances, 'a list');
    }
    const list = byName.get(name) ?? [];
    byName.set(name, list);
    for (const [at, from] of instances.entries()) {
      const option = `withStaticServices[${name}].instances[${at}]`;
      const instance = createInstance(name, from, { version, ...context, option });
      const taken = places.get(instance.id);
      if (taken !== undefined) {
        const expected = `unique, but ${taken} has it too. Give each an id, or leave one out`;
        throw new InvalidOptionError(`${option}.id`, instance.id, expected);
      }
      places.set(instance.id, option);
      list.push(instance);
    }
  }
  return byName;
}

function isList(value: unknown): boolean {
  return Array.isArray(value);
}
