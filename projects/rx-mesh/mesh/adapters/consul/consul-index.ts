/**
 * The index of a blocking query. Consul counts in unsigned 64 bits, which a JavaScript number cannot hold: it stays a text
 * of digits.
 */
export type ConsulIndex = string;

/** With this index Consul answers at once. */
export const FROM_START: ConsulIndex = '0';

const LARGEST = '18446744073709551615';

/** What the header `X-Consul-Index` says, without leading zeros; `undefined` when it is missing or no index. */
export function readIndex(header: string | null): ConsulIndex | undefined {
  const digits = header?.trim() ?? '';
  if (!/^\d+$/.test(digits)) return undefined;
  const index = digits.replace(/^0+(?=\d)/, '');
  return compareIndexes(index, LARGEST) > 0 ? undefined : index;
}

/** Below 0 when `a` is the smaller one, 0 when they are equal, else above 0. */
export function compareIndexes(a: ConsulIndex, b: ConsulIndex): number {
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * What to ask with after an answer. An index that went back (a restored snapshot, a restarted agent) begins anew. An answer
 * of index 0 is taken for 1: asked with 0, Consul would answer at once for ever.
 */
export function nextIndex(asked: ConsulIndex, answered: ConsulIndex): ConsulIndex {
  const index = answered === FROM_START ? '1' : answered;
  return compareIndexes(index, asked) < 0 ? FROM_START : index;
}
