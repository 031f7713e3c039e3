// What a tab appends that will be killed: known beforehand, so that whoever comes later knows what there has to be.

/** The commits of a tab that have begun at once. */
export const AT_ONCE = 4;

/** Chance that is the same in each run with the same seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The commit of a number: to its own stream at a version, to shared ones at any. */
export function commitOf(round, number) {
  const isOwn = number % 3 === 0;
  return {
    stream: isOwn ? `own-${round}` : `shared-${number % 2}`,
    expected: isOwn ? versionBefore(round, number) : 'any',
    events: Array.from({ length: sizeOf(round, number) }, (_, at) => ({
      id: idOf(round, number, at),
      type: 'Counted',
      data: { round, number, at, text: 'x'.repeat(100) },
    })),
  };
}

export const idOf = (round, number, at) => `${round}.${number}.${at}`;

/** From 1 to 100 events. */
export function sizeOf(round, number) {
  return 1 + Math.floor(chance(round * 10_007 + number)() * 100);
}

function versionBefore(round, number) {
  let version = 0;
  for (let before = 0; before < number; before += 3) version += sizeOf(round, before);
  return version;
}
