import {
  type RxMeshFeature,
  createOptions,
  positiveInteger,
  waitable,
  ɵmakeFeature,
} from 'rx-mesh/kernel';

/** Options of {@link withSagas}. */
export interface SagasOptions {
  /**
   * Whose sagas are run: those that were started under the same name. Set it where the log outlives the snapshots, as one on a
   * server does. @default a random name that is kept with the snapshots, so of one browser
   */
  readonly owner?: string | undefined;
  /** The most bytes of the result of a step, about, at least 1. @default 65536 */
  readonly maxResultBytes?: number | undefined;
  /** How many sagas `supervise()` runs at a time, those that wait included, at least 1. @default 1000 */
  readonly maxOpen?: number | undefined;
  /**
   * After how long `supervise()` takes a saga over that another device took away and that has not moved since, in
   * milliseconds, from above 0 to 2147483647; what a step, a pause or a retry may take comes on top. Twice as long each time
   * that it is taken away again, up to eight times. @default 300000
   */
  readonly idleAfter?: number | undefined;
}

/** The options of sagas with a value for each. */
export interface SagasValues {
  readonly owner: string;
  readonly maxResultBytes: number;
  readonly maxOpen: number;
  readonly idleAfter: number;
}

/** The options of sagas, and the token by which an application changes them. */
export const SAGAS = /* @__PURE__ */ createOptions<SagasValues>(
  'SagasOptions',
  { owner: '', maxResultBytes: 65_536, maxOpen: 1000, idleAfter: 300_000 },
  {
    owner: (owner) => (typeof owner === 'string' ? undefined : 'a text'),
    maxResultBytes: positiveInteger,
    maxOpen: positiveInteger,
    idleAfter: waitable,
  },
);

/**
 * Sets limits of sagas. Without it the defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withIndexedDb(), withSagas({ maxResultBytes: 16_384 }));
 * ```
 */
export function withSagas(options: SagasOptions = {}): RxMeshFeature<'sagas'> {
  return ɵmakeFeature('sagas', [SAGAS.provide(options)]);
}
