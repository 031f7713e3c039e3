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

/** A question that is under way: whether its answer will be out of date is known only when it comes. */
export interface Asking {
  /** Of which type the query is. */
  readonly type: string;
  /** Which one it is, of all that were ever under way. */
  readonly number: number;
  /** Whether something of which it reads has changed since it was asked: then it is not to be joined. */
  readonly isStale: boolean;
}

/** The newest answers by key, as many as are allowed. No timers: what is too old is found out when somebody looks. */
export class AnswerCache {
  readonly #clock: Clock;
  readonly #limit: number;
  // In the order of their use, the oldest first.
  readonly #answers = new Map<string, KeptAnswer>();

  // By key the newest, so one that is out of date gives way to the one that is asked after it.
  readonly #asking = new Map<string, { -readonly [K in keyof Asking]: Asking[K] }>();
  #clearedAt = -Infinity;
  #asked = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** How many answers are kept. */
  get size(): number {
    return this.#answers.size;
  }

  /** How many questions are under way that may be joined. */
  get asking(): number {
    return this.#asking.size;
  }

  /** The question of a key that is under way, or a new one when there is none that may be joined. */
  ask(key: string, type: string): Asking {
    const known = this.#asking.get(key);
    if (known) return known;
    const asking = { type, number: ++this.#asked, isStale: false };
    this.#asking.set(key, asking);
    return asking;
  }

  /** A question is not under way any more. */
  asked(key: string, asking: Asking): void {
    if (this.#asking.get(key) === asking) this.#asking.delete(key);
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

  /** An answer is out of date, also one that is still to come. */
  outdate(key: string): void {
    this.#overtake(key);
    const found = this.#answers.get(key);
    if (found && !found.isStale) this.#answers.set(key, { ...found, isStale: true });
  }

  /** Answers of types for which this holds are out of date. */
  outdateTypes(isOne: (type: string) => boolean): void {
    for (const [key, { type }] of [...this.#answers]) if (isOne(type)) this.outdate(key);
    this.overtake(isOne);
  }

  /** Answers to questions that are under way are out of date when they come, of types for which this holds. */
  overtake(isOne: (type: string) => boolean): void {
    for (const [key, { type }] of [...this.#asking]) if (isOne(type)) this.#overtake(key);
  }

  /** Forgets all, also those that are asked for already. */
  clear(): void {
    this.overtake(() => true);
    this.#clearedAt = this.#clock.monotonic();
    this.#answers.clear();
  }

  // It is off the list at once: whoever asks from now on gets a new one.
  #overtake(key: string): void {
    const asking = this.#asking.get(key);
    if (!asking) return;
    asking.isStale = true;
    this.#asking.delete(key);
  }

  #put(key: string, answer: Omit<KeptAnswer, 'used'>): void {
    this.#answers.delete(key);
    this.#answers.set(key, { ...answer, used: this.#clock.monotonic() });
  }
}
