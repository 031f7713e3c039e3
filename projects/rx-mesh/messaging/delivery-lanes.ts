import type { Message } from './message';

/** A message that has not had its end. */
export interface Waiting {
  readonly message: Message;
  /** How often it was delivered. */
  attempts: number;
  /** How long it waited before its last delivery, in milliseconds. */
  delay: number;
}

interface Lane {
  readonly key: string | undefined;
  /** What was taken out and has not been released: it holds the lane. */
  taken: Waiting | undefined;
  /** Was taken before and goes first now. */
  again: Waiting | undefined;
  readonly queue: Set<Waiting>;
}

/**
 * Messages in lanes: of each lane one at a time is out. Lanes take turns, so that a key with many messages does not keep
 * the others waiting. All operations take the same time, however much waits.
 */
export class DeliveryLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #laneOf = new Map<Waiting, Lane>();
  /** What waits, in the order in which it began to: in a lane, or for its next delivery. */
  readonly #waiting = new Set<Waiting>();
  readonly #ready = new Set<Lane>();

  /** How many messages wait: those that are taken out do not. */
  get size(): number {
    return this.#waiting.size;
  }

  /** The message that waits longest. */
  get oldest(): Waiting | undefined {
    return first(this.#waiting);
  }

  /** Whether a message waits. */
  waits(one: Waiting): boolean {
    return this.#waiting.has(one);
  }

  /** Adds a message at the end of a lane. @param key `undefined` for a lane of its own. */
  add(message: Message, key: string | undefined): Waiting {
    const one: Waiting = { message, attempts: 0, delay: 0 };
    const known = key === undefined ? undefined : this.#lanes.get(key);
    const lane = known ?? { key, taken: undefined, again: undefined, queue: new Set<Waiting>() };
    if (key !== undefined) this.#lanes.set(key, lane);
    this.#laneOf.set(one, lane);
    lane.queue.add(one);
    this.#waiting.add(one);
    this.#look(lane);
    return one;
  }

  /** Takes the next message out of the lane whose turn it is. The lane is held until it is released. */
  take(): Waiting | undefined {
    const lane = first(this.#ready);
    const one = lane && (lane.again ?? first(lane.queue));
    if (!one) return undefined;
    this.#ready.delete(lane);
    lane.queue.delete(one);
    lane.again = undefined;
    lane.taken = one;
    this.#waiting.delete(one);
    return one;
  }

  /** A message that was taken has its end. */
  release(one: Waiting): void {
    const lane = this.#laneOf.get(one);
    this.#laneOf.delete(one);
    this.#waiting.delete(one);
    if (!lane) return;
    if (lane.taken === one) lane.taken = undefined;
    this.#look(lane);
  }

  /** A message that was taken will be delivered again: it waits, and still holds its lane. */
  postpone(one: Waiting): void {
    this.#waiting.add(one);
  }

  /** A message that was postponed goes next. */
  resume(one: Waiting): void {
    const lane = this.#laneOf.get(one);
    if (!lane) return;
    lane.taken = undefined;
    lane.again = one;
    this.#look(lane);
  }

  /** A message that waits is to be forgotten. */
  drop(one: Waiting): void {
    const lane = this.#laneOf.get(one);
    lane?.queue.delete(one);
    if (lane?.again === one) lane.again = undefined;
    this.release(one);
  }

  /** Forgets all. */
  clear(): void {
    this.#lanes.clear();
    this.#laneOf.clear();
    this.#waiting.clear();
    this.#ready.clear();
  }

  #look(lane: Lane): void {
    const waits = lane.again !== undefined || lane.queue.size > 0;
    if (lane.taken) return;
    if (waits) {
      this.#ready.add(lane);
      return;
    }
    this.#ready.delete(lane);
    if (lane.key !== undefined && this.#lanes.get(lane.key) === lane) this.#lanes.delete(lane.key);
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  for (const one of set) return one;
  return undefined;
}
