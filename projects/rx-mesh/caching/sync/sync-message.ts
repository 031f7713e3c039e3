import { isCacheName } from '../cache-options';
import type { CacheVoid } from '../remote-level';

/** What one cache tells the others: what it has made void. */
export interface SyncMessage {
  /** How many this cache had told before, plus one: a gap says that something was missed. */
  readonly sequence: number;
  /** What is void. */
  readonly what: CacheVoid;
  /** Whose values `all` means; `undefined`: those of nobody, which pages have where no user is there. */
  readonly scope: string | undefined;
  /** Whether the second level knows of it already. */
  readonly settled: boolean;
}

const VERSION = 1;

/** How many names a message carries at most. What has more is told in several. */
export const MAX_NAMES = 500;

/** Writes a message. */
export function writeSync({ sequence, what, scope, settled }: SyncMessage): unknown {
  return { version: VERSION, sequence, ...what, ...(scope !== undefined && { scope }), settled };
}

/** Reads a message; `undefined` for what is none, or of another version. */
export function readSync(payload: unknown): SyncMessage | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { version, sequence, keys, tags, dependencies, all, scope, settled } = payload as Partial<
    Record<keyof SyncMessage | keyof CacheVoid | 'version', unknown>
  >;
  if (version !== VERSION || !Number.isSafeInteger(sequence) || typeof settled !== 'boolean') {
    return undefined;
  }
  if (scope !== undefined && typeof scope !== 'string') return undefined;
  const lists = [keys, tags, dependencies];
  if (!lists.every(isNames) || (all !== undefined && typeof all !== 'boolean')) return undefined;
  const [readKeys, readTags, readDependencies] = lists as readonly (
    readonly string[] | undefined
  )[];
  return {
    sequence: sequence as number,
    what: {
      ...(readKeys && { keys: readKeys }),
      ...(readTags && { tags: readTags }),
      ...(readDependencies && { dependencies: readDependencies }),
      ...(all === true && { all }),
    },
    scope,
    settled,
  };
}

/** The parts of a message that is too long for one. */
export function inParts({ keys = [], tags = [], dependencies = [], all }: CacheVoid): CacheVoid[] {
  const parts: CacheVoid[] = [];
  const longest = Math.max(keys.length, tags.length, dependencies.length, all === true ? 1 : 0);
  for (let at = 0; at < longest; at += MAX_NAMES) {
    const part = (names: readonly string[]): readonly string[] => names.slice(at, at + MAX_NAMES);
    parts.push({
      ...(at < keys.length && { keys: part(keys) }),
      ...(at < tags.length && { tags: part(tags) }),
      ...(at < dependencies.length && { dependencies: part(dependencies) }),
      ...(at === 0 && all === true && { all }),
    });
  }
  return parts;
}

function isNames(list: unknown): list is readonly string[] | undefined {
  return (
    list === undefined ||
    (Array.isArray(list) && list.length <= MAX_NAMES && list.every((name) => isCacheName(name)))
  );
}
