/**
 * A text as 32 evenly spread bits: FNV-1a, with the finaliser of MurmurHash3, without which texts that differ in their last
 * letter lie close together. For balancing, not for secrets.
 */
export function hashText(text: string, seed = 0): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // After the text: before it, `a` and `b` would have the same hashes under other seeds.
  return mix(hash ^ Math.imul(seed, 0x9e3779b1));
}

/** The finaliser of MurmurHash3: every bit in has a say in every bit out. */
export function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
