import { type RegistryEntry } from 'rx-mesh/mesh';
import { INSTANCES } from './catalog';
import { REAL } from './world';

/** Where the registries listen. */
export const REGISTRY_URLS = {
  consul: 'https://consul.registry.example',
  eureka: 'https://eureka.registry.example/eureka',
  kubernetes: 'https://kubernetes.registry.example',
} as const;

/** The services that each registry knows. Some know the same one: the mesh merges them instance by instance. */
export const KNOWN = {
  consul: ['orders', 'inventory', 'payments'],
  eureka: ['payments', 'users'],
  kubernetes: ['users', 'inventory'],
} as const;

/** Where the mock of an instance listens: an address of a registry is none that a browser could reach. */
export function instanceUrl({ id }: RegistryEntry): string | undefined {
  return INSTANCES.find((instance) => instance.id === id)?.url;
}

/** Where the receivers of traces listen. */
export const TELEMETRY_URLS = {
  jaeger: 'https://jaeger.telemetry.example',
  zipkin: 'https://zipkin.telemetry.example',
} as const;

/** Where Alertmanager listens. */
export const ALERTMANAGER_URL = REAL.alertmanager ?? 'https://alertmanager.telemetry.example';
