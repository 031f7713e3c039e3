import { type Signal, computed, signal, untracked } from '@angular/core';
import { EventHub } from 'rx-mesh/kernel';
import { type Observable, distinctUntilChanged, map, merge, of } from 'rxjs';
import type { OpenSpan } from './open-span';
import { RecentSpans } from './recent-spans';
import type { TraceSpan } from './trace-span';

/**
 * The spans of a tracer, and what it shows of them. Whoever records writes often, and whoever looks does so seldom: a
 * write is told of once, until somebody has looked again.
 */
export class SpanBook {
  // Not a KeyedStore: spans change in place, and the oldest one has to be found without a copy.
  readonly #open = new Map<string, OpenSpan>();
  readonly #recent: RecentSpans;
  readonly #writes = signal(0);
  readonly #written = new EventHub<null>();
  #looked = false;

  /** The active spans by span id, oldest first. */
  readonly active: Signal<ReadonlyMap<string, TraceSpan>> = computed(() => {
    this.#look();
    return new Map([...this.#open].map(([id, span]) => [id, span.view()]));
  });

  /** The spans that ended last, oldest first. */
  readonly ended: Signal<readonly TraceSpan[]> = computed(() => {
    this.#look();
    return this.#recent.list();
  });

  constructor(mostRecent: number) {
    this.#recent = new RecentSpans(mostRecent);
  }

  /** How many spans are active. */
  get size(): number {
    return this.#open.size;
  }

  /** An active span. */
  get(spanId: string): OpenSpan | undefined {
    // Where nothing is recorded, nothing is looked for.
    return this.#open.size > 0 ? this.#open.get(spanId) : undefined;
  }

  /** The span that has been active for longest. */
  oldest(): readonly [string, OpenSpan] | undefined {
    const [first] = this.#open;
    return first;
  }

  /** A span is active from now on. */
  begin(spanId: string, span: OpenSpan): void {
    this.#open.set(spanId, span);
  }

  /** A span is active no more. */
  end(spanId: string, span: OpenSpan): void {
    this.#open.delete(spanId);
    this.#recent.add(span);
  }

  /** Forgets the spans that ended. */
  clear(): void {
    this.#recent.clear();
  }

  /** To be called after a write, so that those who look are told. */
  wrote(): void {
    // Untracked: a stream may be subscribed inside of a `computed`, where Angular refuses a write.
    if (this.#looked) {
      this.#looked = false;
      untracked(() => this.#writes.update((count) => count + 1));
    }
  }

  /** To be called after that, and after others were told of what was written. */
  tell(): void {
    this.#written.emit(null);
  }

  /** A signal as a stream: on subscribe, and after each change. */
  watch<T>(state: Signal<T>): Observable<T> {
    return merge(this.#written.events$, of(null)).pipe(
      map(() => untracked(state)),
      distinctUntilChanged(),
    );
  }

  #look(): void {
    this.#looked = true;
    this.#writes();
  }
}
