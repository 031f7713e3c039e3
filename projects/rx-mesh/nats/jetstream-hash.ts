// Four lanes of MurmurHash3's mixing, each with a start of its own: 128 bits, so that two commits do not meet by chance. It
// keeps no secret, and whoever makes two meet gains nothing: what is a duplicate is compared with what was stored.
const LANES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];

/** A short text that stands for any texts, for the header by which JetStream knows a message again. */
export function hashOf(parts: readonly string[]): string {
  const lanes = Uint32Array.from(LANES);
  for (const part of parts) {
    for (let at = 0; at < part.length; at++) mix(lanes, part.charCodeAt(at));
    // No character: ['a', 'b'] and ['ab'] differ.
    mix(lanes, 0x10000 + part.length);
  }
  return Array.from(lanes, (lane) => finish(lane).toString(36)).join('-');
}

function mix(lanes: Uint32Array, value: number): void {
  for (const [at, lane] of lanes.entries()) {
    let word = Math.imul(value ^ (at << 17), 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    const mixed = lane ^ word;
    lanes[at] = Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64 + at;
  }
}

function finish(lane: number): number {
  let word = lane;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
