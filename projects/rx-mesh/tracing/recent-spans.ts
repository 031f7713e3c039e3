import type { OpenSpan } from './open-span';
import type { TraceSpan } from './trace-span';

/** The spans that ended last: a ring, since each span of the page passes through it. */
export class RecentSpans {
  readonly #most: number;
  #ring: OpenSpan[] = [];
  #next = 0;

  /** @param most How many are kept, at least 0. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a span in; the oldest one gives way. */
  add(span: OpenSpan): void {
    if (this.#most === 0) return;
    this.#ring[this.#next] = span;
    this.#next = (this.#next + 1) % this.#most;
  }

  /** The spans, oldest first. */
  list(): readonly TraceSpan[] {
    const inOrder = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return inOrder.map((span) => span.view());
  }

  /** Forgets them. */
  clear(): void {
    this.#ring = [];
    this.#next = 0;
  }
}
