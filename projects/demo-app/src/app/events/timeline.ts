import { type EventEnvelope } from 'rx-mesh/event-sourcing';

const FRAME = 200; // events

/** How a state is made that changes in place: so that a fold of thousands of events copies nothing. */
export interface TimelineFold<S> {
  readonly initial: () => S;
  /** Changes the state. */
  readonly apply: (state: S, event: EventEnvelope) => void;
  readonly copy: (state: S) => S;
}

/**
 * Events in their order, and the state after any number of them. A copy is kept every 200 events, so that to look at a
 * place costs one copy and at most 199 steps, however many events there are, and nothing is read again.
 */
export class Timeline<S> {
  readonly #fold: TimelineFold<S>;
  readonly #events: EventEnvelope[] = [];
  readonly #frames: S[];
  readonly #tip: S;

  constructor(fold: TimelineFold<S>) {
    this.#fold = fold;
    this.#tip = fold.initial();
    this.#frames = [fold.initial()];
  }

  /** How many events there are. */
  get length(): number {
    return this.#events.length;
  }

  /** Adds the next event. */
  add(event: EventEnvelope): void {
    this.#events.push(event);
    this.#fold.apply(this.#tip, event);
    if (this.#events.length % FRAME === 0) this.#frames.push(this.#fold.copy(this.#tip));
  }

  /** The event that is the `count`-th. */
  event(count: number): EventEnvelope | undefined {
    return this.#events[count - 1];
  }

  /** The last events up to the `count`-th, that one first. */
  before(count: number, most: number): readonly EventEnvelope[] {
    return this.#events.slice(Math.max(0, count - most), count).reverse();
  }

  /** The state after `count` events. It belongs to who asks. */
  stateAt(count: number): S {
    const place = Math.min(Math.max(0, count), this.length);
    const frame = Math.floor(place / FRAME);
    const state = this.#fold.copy(this.#frames[frame] ?? this.#fold.initial());
    for (const event of this.#events.slice(frame * FRAME, place)) this.#fold.apply(state, event);
    return state;
  }
}
