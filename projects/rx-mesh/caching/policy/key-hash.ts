/** A number of 32 bits for a key (FNV-1a), other for each seed, so that nobody can choose keys that fall together. */
export function hashOf(key: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  // FNV mixes the last characters into few bits only: spread them over all.
  hash = Math.imul(hash ^ (hash >>> 17), 0xed5ad4bb);
  hash = Math.imul(hash ^ (hash >>> 11), 0xac4c1b51);
  return hash ^ (hash >>> 15);
}
