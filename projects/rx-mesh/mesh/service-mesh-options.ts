import {
  createOptions,
  fraction,
  isInvalidOptionError,
  nonNegative,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';
import { nonEmpty } from './create-instance';
import { OUTLIERS, type OutlierOptions } from './health/outlier-options';

/** Options of {@link withServiceMesh}. */
export interface ServiceMeshOptions {
  /**
   * What this application is called in the topology, where nobody says which part of it calls. @default 'app'
   */
  readonly name?: string | undefined;
  /**
   * How long a call waits for the first instance of a service that has none yet, in milliseconds, from 0 to 2147483647.
   * @default 2000
   */
  readonly discoveryTimeout?: number | undefined;
  /** The name of the balancing strategy of calls that name none. @default 'peak-ewma' */
  readonly strategy?: string | undefined;
  /**
   * The zone that is preferred: instances whose metadata say the same `zone` get all calls, until too few of them are
   * well. `''` for none. @default ''
   */
  readonly zone?: string | undefined;
  /**
   * When fewer than this share of instances are well, all of them get calls: it is then likelier that the checks are wrong
   * than that all are ill. From 0 (never) to 1. @default 0.5
   */
  readonly panicThreshold?: number | undefined;
  /**
   * How long an instance that is new, or back from ejection, warms up, in milliseconds, at least 0: its weight grows from a
   * tenth to the whole. Heeded by strategies that heed weights. @default 0
   */
  readonly slowStart?: number | undefined;
  /** When an instance gets no calls for a while because its calls go badly; `false`: never. @default {} */
  readonly outliers?: OutlierOptions | false | undefined;
  /**
   * How many instances are held of one registry source, and of what the application registers itself: at least 1. What
   * is beyond is left out and reported. @default 50000
   */
  readonly maxInstances?: number | undefined;
}

/** The options of the mesh with a value for each. */
export interface ServiceMeshValues {
  readonly name: string;
  readonly discoveryTimeout: number;
  readonly strategy: string;
  readonly zone: string;
  readonly panicThreshold: number;
  readonly slowStart: number;
  readonly outliers: OutlierOptions | false;
  readonly maxInstances: number;
}

/** The options of the mesh, and the token by which an application changes them. */
export const SERVICE_MESH = /* @__PURE__ */ createOptions<ServiceMeshValues>(
  'ServiceMeshOptions',
  {
    name: 'app',
    discoveryTimeout: 2000,
    strategy: 'peak-ewma',
    zone: '',
    panicThreshold: 0.5,
    slowStart: 0,
    outliers: {},
    maxInstances: 50_000,
  },
  {
    name: nonEmpty,
    discoveryTimeout: (value) => nonNegative(value) ?? (value > 0 ? waitable(value) : undefined),
    strategy: nonEmpty,
    zone: (value) => (typeof value === 'string' ? undefined : 'a text'),
    panicThreshold: fraction,
    slowStart: nonNegative,
    outliers: (value) => {
      try {
        if (value !== false) OUTLIERS.resolve(value);
        return undefined;
      } catch (error) {
        if (!isInvalidOptionError(error)) throw error;
        return `one whose ${error.option.replace(/.*\./, '')} is ${error.expected}`;
      }
    },
    maxInstances: positiveInteger,
  },
);
