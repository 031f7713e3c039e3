const MOST = 15;

/**
 * How often keys were asked for lately, in 8 bytes an entry: four counters of 4 bits for each key, all in one block of 64
 * bytes. It may say too much, where keys fall together, and never too little; after a sample all counters are halved, so that
 * what was in use long ago is forgotten.
 */
export class FrequencySketch {
  #table = new Int32Array(512);
  #size = 0;

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

  /** How often a key was asked for: 0 to 15. */
  frequency(hash: number): number {
    const table = this.#table;
    const rows = rehash(hash);
    const block = (hash << 4) & (table.length - 1);
    let least = MOST;
    for (let row = 0; row < 4; row++) {
      const at = rows >>> (row << 3);
      const count =
        ((table[block + (row << 2) + ((at >>> 3) & 3)] ?? 0) >>> ((at & 7) << 2)) & MOST;
      if (count < least) least = count;
    }
    return least;
  }

  /** A key was asked for. */
  increment(hash: number): void {
    const table = this.#table;
    const rows = rehash(hash);
    const block = (hash << 4) & (table.length - 1);
    let added = 0;
    for (let row = 0; row < 4; row++) {
      const at = rows >>> (row << 3);
      const index = block + (row << 2) + ((at >>> 3) & 3);
      const shift = (at & 7) << 2;
      const cell = table[index] ?? 0;
      if (((cell >>> shift) & MOST) !== MOST) {
        table[index] = cell + (1 << shift);
        added = 1;
      }
    }
    this.#size += added;
    if (this.#size >= 10 * Math.min(this.maxEntries, this.entries)) this.#halve();
  }

  #halve(): void {
    const table = this.#table;
    for (let at = 0; at < table.length; at++) table[at] = ((table[at] ?? 0) >>> 1) & 0x77777777;
    this.#size >>>= 1;
  }
}

function rehash(hash: number): number {
  const mixed = Math.imul(hash, 0x31848bab);
  return mixed ^ (mixed >>> 14);
}
