import { type RxMeshFeature, createOptions, positiveInteger, waitable, ɵmakeFeature } from 'rx-mesh/kernel'; // prettier-ignore

/** In which shape the records of a read model are. */
export interface ReadModelSchema {
  /** The number of the shape, at least 1. Raise it whenever the shape changes. */
  readonly version: number;
  /**
   * Makes today's shape of an older one; `undefined` drops the record. Dropped records, and those without this function,
   * are as if they were not there, and may be written over. Those at which it throws are not shown either, but kept: to write
   * to one is a conflict.
   *
   * @param data What is stored.
   * @param from The number of its shape: 1 for what was written before there were numbers.
   */
  readonly migrate?: ((data: unknown, from: number) => unknown) | undefined;
}

/** Options of {@link withReadModels}. */
export interface ReadModelOptions {
  /** The shapes of read models that were put, by name. Those of projections have versions of their own. @default 1 for each */
  readonly schemas?: Readonly<Record<string, ReadModelSchema>> | undefined;
  /**
   * How often what is watched is looked at even when no change was told, in milliseconds, above 0. Not while the page is
   * hidden. @default 5000
   */
  readonly pollInterval?: number | undefined;
  /** The least time between two looks at the same record, in milliseconds, above 0. @default 20 */
  readonly throttle?: number | undefined;
}

/** The options of read models with a value for each. */
export type ReadModelValues = {
  readonly [K in keyof ReadModelOptions]-?: NonNullable<ReadModelOptions[K]>;
};

/** The options of read models, and the token by which an application changes them. */
export const READ_MODELS = /* @__PURE__ */ createOptions<ReadModelValues>(
  'ReadModelOptions',
  { schemas: {}, pollInterval: 5000, throttle: 20 },
  { schemas: checkSchemas, pollInterval: waitable, throttle: waitable },
);

/**
 * Says in which shape read models are, and how they are watched. Without it the defaults hold.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withReadModels({ schemas: { carts: { version: 2, migrate: (cart) => ({ lines: cart }) } } }),
 * );
 * ```
 */
export function withReadModels(options: ReadModelOptions = {}): RxMeshFeature<'read-models'> {
  return ɵmakeFeature('read-models', [READ_MODELS.provide(options)]);
}

function checkSchemas(schemas: unknown): string | undefined {
  if (typeof schemas !== 'object' || schemas === null) return 'an object of schemas by read model';
  for (const [model, schema] of Object.entries(schemas as Record<string, ReadModelSchema | null>)) {
    const expected =
      positiveInteger(schema?.version ?? 0) ??
      (schema?.migrate === undefined || typeof schema.migrate === 'function'
        ? undefined
        : 'a function to migrate');
    if (expected) return `one whose schema of ${JSON.stringify(model)} has ${expected}`;
  }
  return undefined;
}
