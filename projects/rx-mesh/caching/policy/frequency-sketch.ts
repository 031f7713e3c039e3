const MOST = 15;
// A count that is kept outside: 4 bits; above them a bit that is free for who keeps it, and the number of the period in which
// the count holds.
/** The bit that is free until it is counted again. */
export const MARK = 16;

/**
 * How often keys were asked for lately, in 8 bytes an entry: four counters of 4 bits for each key, all in one block of 64
 * bytes. It may say too much, where keys fall together, and never too little; after a sample all counters are halved, so that
 * what was in use long ago is forgotten.
 *
 * What is in the cache is counted outside, in a number of its own: `increment` gives the first one, `counted` the next ones, and
 * `frequency` is told what `countOf` says of the last one. That costs less than four counters, and says no more than is true.
 */
export class FrequencySketch {
  #table = new Int32Array(512);
  #size = 0;
  /** In steps of 32: what a count adds to itself. */
  #period = 0;

  constructor(
    /** For how many entries it is at most. */
    private readonly maxEntries: number,
  ) {}

  /** How many entries it is made for at present. */
  get entries(): number {
    return this.#table.length >> 1;
  }

  /** Doubles it, and forgets nothing: a key's block is the same one in both halves. */
  grow(): void {
    const table = new Int32Array(this.#table.length * 2);
    table.set(this.#table);
    table.set(this.#table, this.#table.length);
    this.#table = table;
  }

  /** How often a key was asked for: 0 to 15. @param least Makes it so often at least. */
  frequency(hash: number, least = 0): number {
    const table = this.#table;
    const rows = rehash(hash);
    const block = (hash << 4) & (table.length - 1);
    let count = MOST;
    for (let row = 0; row < 4; row++) {
      const at = rows >>> (row << 3);
      const index = block + (row << 2) + ((at >>> 3) & 3);
      const shift = (at & 7) << 2;
      const cell = table[index] ?? 0;
      const own = (cell >>> shift) & MOST;
      if (own < count) count = own;
      if (own < least) table[index] = cell + ((least - own) << shift);
    }
    return count;
  }

  /** A key was asked for. @returns the count to go on with outside. */
  increment(hash: number): number {
    const own = this.counted(this.#period | this.frequency(hash));
    this.frequency(hash, this.countOf(own));
    return own;
  }

  /** What is counted outside was asked for. @returns the next count. */
  counted(own: number): number {
    const count = this.countOf(own);
    if (count === MOST) return own;
    // It is of this period, also when that ends with it.
    const next = this.#period | (count + 1);
    if (++this.#size >= 10 * Math.min(this.maxEntries, this.entries)) {
      const table = this.#table;
      for (let at = 0; at < table.length; at++) table[at] = ((table[at] ?? 0) >>> 1) & 0x77777777;
      this.#size >>>= 1;
      this.#period = (this.#period + 32) | 0;
    }
    return next;
  }

  /** What a count that was kept outside says now: 0 to 15. */
  countOf(own: number): number {
    return (own & MOST) >> Math.min(4, (this.#period + 31 - own) >>> 5);
  }
}

function rehash(hash: number): number {
  const mixed = Math.imul(hash, 0x31848bab);
  return mixed ^ (mixed >>> 14);
}
