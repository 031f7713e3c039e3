import { type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import { SERVICE_MESH, type ServiceMeshOptions } from './service-mesh-options';

/**
 * Sets how the application finds the instances of its services and chooses among them.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withServiceMesh({ discoveryTimeout: 500 }),
 *   withStaticServices([{ name: 'orders', instances: ['/api/orders'] }]),
 * );
 * ```
 */
export function withServiceMesh(options: ServiceMeshOptions = {}): RxMeshFeature<'service-mesh'> {
  return ɵmakeFeature('service-mesh', [SERVICE_MESH.provide(options)]);
}
