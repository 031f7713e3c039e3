import { defer, of } from 'rxjs';
import type { CacheCodec } from '../cache-codec';
import { CacheCodecError } from '../cache-errors';

/** What is used of the package `devalue`. */
export interface DevalueFunctions {
  /** Its `stringify`. */
  readonly stringify: (value: unknown) => string;
  /** Its `parse`. */
  readonly parse: (text: string) => unknown;
}

/**
 * Values as the package `devalue` writes them: with `Date`, `Map`, `Set`, `bigint`, `undefined`, `NaN`, `-0` and circles.
 * Functions, symbols and instances of classes are refused with a `CacheCodecError`.
 *
 * @param devalue The functions of the package; rx-mesh does not bring it along.
 * @usageNotes
 * ```ts
 * import { parse, stringify } from 'devalue';
 *
 * const provider = { provide: CACHE_CODEC, useFactory: () => devalueCodec({ stringify, parse }) };
 * ```
 */
export function devalueCodec({ stringify, parse }: DevalueFunctions): CacheCodec {
  return {
    name: 'devalue',
    encode: (value) => defer(() => of(orRefuse(() => stringify(value)))),
    decode: (text) => defer(() => of(orRefuse(() => parse(text)))),
  };
}

function orRefuse<R>(work: () => R): R {
  try {
    return work();
  } catch (cause) {
    const { path, message } = cause as { readonly path?: unknown; readonly message?: unknown };
    throw new CacheCodecError(`$${typeof path === 'string' ? path : ''}`, String(message), cause);
  }
}
