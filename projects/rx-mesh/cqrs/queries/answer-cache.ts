import type { Clock } from 'rx-mesh/kernel';

/** An answer that is kept. */
export interface KeptAnswer {
  /** Of which type the query was. */
  readonly type: string;
  /** The answer. */
  readonly value: unknown;
  /** When it was asked for, by the monotonic clock. */
  readonly began: number;
  /** Whether it is known that it is out of date. */
  readonly isStale: boolean;
  /** When it was last used, by the monotonic clock. */
  readonly used: number;
}

/** The newest answers by key, as many as are allowed. No timers: what is too old is found out when somebody looks. */
export class AnswerCache {
  readonly #clock: Clock;
  readonly #limit: number;
  // In the order of their use, the oldest first.
  readonly #answers = new Map<string, KeptAnswer>();

  #clearedAt = -Infinity;
  #epoch = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** How often answers were said to be out of date: what began before is not to be joined. */
  get epoch(): number {
    return this.#epoch;
  }

  /** How many answers are kept. */
  get size(): number {
    return this.#answers.size;
  }

  /** Keeps an answer in place of the one before, unless that was asked for later, or all were forgotten since. */
  keep(key: string, answer: Omit<KeptAnswer, 'used'>): void {
    const before = this.#answers.get(key);
    if (answer.began <= this.#clearedAt || (before && before.began > answer.began)) return;
    this.#put(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#limit && oldest !== undefined) this.#answers.delete(oldest);
  }

  /** An answer that was used within so many milliseconds. That is a use too. */
  recall(key: string, cacheTime: number): KeptAnswer | undefined {
    const found = this.#answers.get(key);
    if (!found) return undefined;
    if (this.#clock.monotonic() - found.used > cacheTime) {
      this.#answers.delete(key);
      return undefined;
    }
    this.#put(key, found);
    return found;
  }

  /** Uses an answer without looking at it. */
  touch(key: string): void {
    const found = this.#answers.get(key);
    if (found) this.#put(key, found);
  }

  /** How old an answer is, in milliseconds; infinite when it is known to be out of date. */
  ageOf({ began, isStale }: KeptAnswer): number {
    return isStale ? Infinity : this.#clock.monotonic() - began;
  }

  /** An answer is out of date. */
  outdate(key: string): void {
    this.#epoch++;
    const found = this.#answers.get(key);
    if (found && !found.isStale) this.#answers.set(key, { ...found, isStale: true });
  }

  /** Answers of types for which this holds are out of date. */
  outdateTypes(isOne: (type: string) => boolean): void {
    for (const [key, { type }] of [...this.#answers]) if (isOne(type)) this.outdate(key);
    this.#epoch++;
  }

  /** Forgets all, also those that are asked for already. */
  clear(): void {
    this.#epoch++;
    this.#clearedAt = this.#clock.monotonic();
    this.#answers.clear();
  }

  #put(key: string, answer: Omit<KeptAnswer, 'used'>): void {
    this.#answers.delete(key);
    this.#answers.set(key, { ...answer, used: this.#clock.monotonic() });
  }
}
