import { NONE } from './cache-node';

/** Which entries depend on which names. Holds the edges of the entries that are there, and nothing else. */
export class DependencyIndex {
  readonly #names = new Map<string, readonly string[]>();
  readonly #keys = new Map<string, Set<string>>();

  /** How many names something depends on. */
  get size(): number {
    return this.#keys.size;
  }

  /** What a key depends on, in place of what it did. */
  set(key: string, names: readonly string[]): void {
    for (const name of this.#names.get(key) ?? NONE) {
      const keys = this.#keys.get(name);
      if (keys?.delete(key) && keys.size === 0) this.#keys.delete(name);
    }
    if (names.length > 0) this.#names.set(key, names);
    else this.#names.delete(key);
    for (const name of names) {
      const keys = this.#keys.get(name);
      if (keys) keys.add(key);
      else this.#keys.set(name, new Set([key]));
    }
  }

  /** Which keys depend on a name, directly or not. */
  dependents(name: string): Iterable<string> {
    const direct = this.#keys.get(name);
    if (!direct) return NONE;
    const found = new Set(direct);
    // It grows while it is walked.
    for (const key of found) for (const next of this.#keys.get(key) ?? NONE) found.add(next);
    return found;
  }

  /** How a key would come back to itself if it depended on some names; `undefined`: it would not. */
  cycle(key: string, names: readonly string[]): readonly string[] | undefined {
    if (!this.#keys.has(key) && !names.includes(key)) return undefined;
    // By name, who depends on it. It grows while it is walked.
    const by = new Map(names.map((name) => [name, key]));
    for (const name of by.keys()) {
      if (name === key) break;
      for (const next of this.#names.get(name) ?? NONE) if (!by.has(next)) by.set(next, name);
    }
    const path = [key];
    let at = by.get(key);
    for (; at !== undefined && at !== key; at = by.get(at)) path.unshift(at);
    return at === undefined ? undefined : [key, ...path];
  }

  /** Forgets all. */
  clear(): void {
    this.#names.clear();
    this.#keys.clear();
  }
}
