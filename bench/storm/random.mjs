// Repeatable chance that needs nothing of the library, so that a run measures the same world for every policy.

/** Marsaglia's xorshift128, its state filled from the seed. Has `next()` as RandomSource asks. */
export function seeded(seed) {
  let [x, y, z, w] = [1, 2, 3, 4].map((n) => mix(seed * 4 + n));
  const next = () => {
    let t = x ^ (x << 11);
    t ^= t >>> 8;
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t;
    return (w >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 16; i++) next();
  return { next };
}

/** The pause until the next of events that come by chance, `rate` of them in each unit of time. */
export function exponential(random, rate) {
  return -Math.log(1 - random.next()) / rate;
}

/** A duration that is never negative and has a long tail. */
export function logNormal(random, mean, sigma) {
  const normal =
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
}

function mix(value) {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) | 1;
}
