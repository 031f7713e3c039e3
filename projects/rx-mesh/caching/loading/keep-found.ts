import type { Diagnostics } from 'rx-mesh/kernel';
import type { CacheOptionValues } from '../cache-options';
import type { Capture } from '../cached-value';
import type { LocalLevel } from '../local-level';
import type { RemoteFound } from '../remote-level';

/** Who asked the second level: for what, how it is kept, and what was in force when he did. */
export interface FoundFor {
  readonly key: string;
  readonly options: CacheOptionValues;
  readonly capture: Capture;
}

/**
 * Keeps in the first level what the second has. That may not go with what is here, such as when each would depend on the other:
 * somebody else has written it. Then it is told, and to be taken for a miss.
 *
 * @returns whether it was kept; `undefined`: it cannot be used.
 */
export function keepFound(
  local: LocalLevel,
  found: NonNullable<RemoteFound['found']>,
  { key, options, capture }: FoundFor,
  diagnostics: Diagnostics,
): boolean | undefined {
  const { value, ttl, tags, dependencies } = found;
  const kept = { ...options, ttl, negativeTtl: undefined, tags, dependencies };
  try {
    return local.store(key, value, kept, 'load', capture, found);
  } catch (cause) {
    diagnostics.report({
      code: 'RXM707',
      severity: 'warning',
      source: 'caching',
      message: `'${key.slice(0, 80)}' of the second level cannot be used: it is refused here. See cause.`,
      cause,
    });
    return undefined;
  }
}
