import type { CacheAudience, CacheOptionValues } from '../cache-options';
import { hashOf } from '../policy/key-hash';
import type { CacheVoid, RemoteMarks } from '../remote-level';

/** The mark that makes everything of a partition void. */
export const CLEAR = 'clear';

/** The most characters of a key of the second level. */
const LONGEST = 1024;
/** How long a scope may be, as it is written in keys: in letters and digits as many characters. */
export const LONGEST_SCOPE = 128;

/** Marks as they were read, and of which partition: what was loaded for one user is not written for another. */
export interface CapturedMarks extends RemoteMarks {
  readonly prefix: string;
}

/**
 * What all keys of a partition begin with: `<namespace>:<scope>:`. What follows may hold anything, so no two names meet.
 *
 * @param scope Who the user is; `''` is nobody too.
 * @returns `undefined` when that is not known, or cannot be written without loss.
 */
export function prefixOf(
  namespace: string,
  audience: CacheAudience,
  scope: string | undefined,
): string | undefined {
  if (audience === 'shared') return `${namespace}:s:`;
  if (!scope || /\p{Cs}/u.test(scope)) return undefined;
  const written = encodeURIComponent(scope);
  return written.length > LONGEST_SCOPE ? undefined : `${namespace}:u${written}:`;
}

/**
 * The key in the second level of an entry or a mark. What is too long, or no proper text, is cut and ends in a hash: two such
 * names may meet. For marks that is harmless, and an entry says itself whose it is.
 */
export function remoteKey(prefix: string, kind: 'e' | 'm', name: string): string {
  const key = `${prefix}${kind}:${name}`;
  if (key.length <= LONGEST && !/\p{Cs}/u.test(key)) return key;
  const hash = (hashOf(key, 0) >>> 0).toString(36);
  return `${key.slice(0, LONGEST - 8).replace(/\p{Cs}/gu, '?')}~${hash}`;
}

/** The key of the mark `clear` beside another mark. */
export function clearBeside(mark: string): string {
  return mark.slice(0, mark.indexOf(':m:') + 3) + CLEAR;
}

/** The marks that a value of these options depends on. */
export function marksOf(
  key: string,
  { tags, dependencies }: Pick<CacheOptionValues, 'tags' | 'dependencies'>,
): readonly string[] {
  return [...new Set([CLEAR, `key:${key}`, ...named('tag', tags), ...named('dep', dependencies)])];
}

/** The marks to be written for what is made void; without `clear`. What depends on a key is void with it. */
export function voidMarksOf({ keys = [], tags = [], dependencies = [] }: CacheVoid): string[] {
  return [
    ...named('key', keys),
    ...named('tag', tags),
    ...named('dep', [...new Set([...keys, ...dependencies])]),
  ];
}

/** The tags and the dependencies among marks. */
export function namesIn(
  marks: readonly string[],
): readonly [tags: string[], dependencies: string[]] {
  const [tags, dependencies] = ['tag:', 'dep:'].map((kind) =>
    marks.flatMap((mark) => (mark.startsWith(kind) ? [mark.slice(4)] : [])),
  );
  return [tags ?? [], dependencies ?? []];
}

function named(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind}:${name}`);
}
