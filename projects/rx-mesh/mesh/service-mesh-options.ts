import { createOptions, nonNegative, positiveInteger, waitable } from 'rx-mesh/kernel';
import { nonEmpty } from './create-instance';

/** Options of {@link withServiceMesh}. */
export interface ServiceMeshOptions {
  /**
   * How long a call waits for the first instance of a service that has none yet, in milliseconds, from 0 to 2147483647.
   * @default 2000
   */
  readonly discoveryTimeout?: number | undefined;
  /** The name of the balancing strategy of calls that name none. @default 'round-robin' */
  readonly strategy?: string | undefined;
  /**
   * How many instances are held of one registry source, and of what the application registers itself: at least 1. What
   * is beyond is left out and reported. @default 50000
   */
  readonly maxInstances?: number | undefined;
}

/** The options of the mesh with a value for each. */
export interface ServiceMeshValues {
  readonly discoveryTimeout: number;
  readonly strategy: string;
  readonly maxInstances: number;
}

/** The options of the mesh, and the token by which an application changes them. */
export const SERVICE_MESH = /* @__PURE__ */ createOptions<ServiceMeshValues>(
  'ServiceMeshOptions',
  { discoveryTimeout: 2000, strategy: 'round-robin', maxInstances: 50_000 },
  {
    discoveryTimeout: (value) => nonNegative(value) ?? (value > 0 ? waitable(value) : undefined),
    strategy: nonEmpty,
    maxInstances: positiveInteger,
  },
);
