/**
 * The hashes of what was dropped last, in 4 bytes an entry. Each has one place: who comes later takes the place, so that an
 * old one is gone after as many others as there are places, on average.
 */
export class GhostList {
  #hashes = new Int32Array(0);

  /** Remembers one. @param entries How many are to be remembered. */
  add(hash: number, entries: number): void {
    if (this.#hashes.length < entries) {
      this.#hashes = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(entries, 16))));
    }
    this.#hashes[hash & (this.#hashes.length - 1)] = hash;
  }

  /** Forgets one. @returns whether it was there. */
  take(hash: number): boolean {
    const at = hash & (this.#hashes.length - 1);
    if (this.#hashes[at] !== hash) return false;
    this.#hashes[at] = 0;
    return true;
  }
}
