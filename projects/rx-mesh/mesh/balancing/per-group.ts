import type { ServiceInstance } from '../service-instance';

interface Entry<S> {
  readonly instances: readonly ServiceInstance[];
  readonly state: S;
}

// Names may come from users. A group that is forgotten starts anew.
const MAX_GROUPS = 10_000;

/** What a strategy remembers of each group of instances, made anew when its list is another one. Bounded. */
export class PerGroup<S> {
  readonly #entries = new Map<string, Entry<S>>();
  readonly #make: (instances: readonly ServiceInstance[], before: Before<S> | undefined) => S;

  constructor(make: (instances: readonly ServiceInstance[], before: Before<S> | undefined) => S) {
    this.#make = make;
  }

  /** The state for this list of this group. */
  of(group: string, instances: readonly ServiceInstance[]): S {
    const known = this.#entries.get(group);
    if (known?.instances === instances) return known.state;
    const state = this.#make(instances, known);
    if (!known) {
      for (const oldest of this.#entries.keys()) {
        if (this.#entries.size < MAX_GROUPS) break;
        this.#entries.delete(oldest);
      }
    }
    this.#entries.set(group, { instances, state });
    return state;
  }
}

/** The list before, and what was remembered of it. */
export type Before<S> = Entry<S>;
