/**
 * What every validator of the Standard Schema is (https://standardschema.dev, version 1): Zod, Valibot, ArkType and others
 * bring it along, so none of them is needed here.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** Its one property. */
  readonly '~standard': StandardSchemaProps<Input, Output>;
}

/** What a validator offers. */
export interface StandardSchemaProps<Input = unknown, Output = Input> {
  /** The version of the standard. */
  readonly version: 1;
  /** Who made the validator. */
  readonly vendor: string;
  /** Looks at a value, now or later. */
  readonly validate: (
    value: unknown,
  ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
  /** Only types: what goes in, and what comes out. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** What a validator says: a value, or what is wrong. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** One thing that is wrong with a value. */
export interface StandardSchemaIssue {
  /** What is wrong, in words. */
  readonly message: string;
  /** Where, from the outside in. @default the value itself */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
