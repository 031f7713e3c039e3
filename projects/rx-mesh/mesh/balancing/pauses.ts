/** The longest pause that an instance is left alone for, in milliseconds, whatever it asks for. */
export const LONGEST_PAUSE = 300_000;

/** Which instances have asked to be left alone, and until when. */
export class Pauses {
  readonly #ends = new Map<string, number>();

  /** An instance asks to be left alone; what it asked for before is not taken back. */
  add(id: string, pause: number, now: number): void {
    const end = now + Math.min(LONGEST_PAUSE, pause);
    if (end > (this.#ends.get(id) ?? now)) this.#ends.set(id, end);
  }

  /** For how much longer, in milliseconds; 0 when it has not asked, or when that is over. */
  left(id: string, now: number): number {
    return Math.max(0, (this.#ends.get(id) ?? now) - now);
  }

  /** Forgets the pauses that are over, and says whether there was one. */
  advance(now: number): boolean {
    const { size } = this.#ends;
    for (const [id, end] of this.#ends) if (end <= now) this.#ends.delete(id);
    return this.#ends.size < size;
  }

  /** Forgets all instances but these. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#ends.keys()) if (!ids.has(id)) this.#ends.delete(id);
  }
}
