import type { CacheOptionValues } from '../cache-options';
import type { StaleLimits } from '../cached-value';
import { PolicyNode } from '../policy/eviction-policy';
import type { Cell } from './generations';

/** Nothing: shared by all entries without tags, or without dependencies. */
export const NONE: readonly never[] = [];

/** An entry: what the map holds and what the policy links. It is of one shape always. */
export class CacheNode extends PolicyNode {
  value: unknown = undefined;
  validator: string | undefined = undefined;
  limits: StaleLimits | undefined = undefined;
  // No whole numbers, so that the engine has a place for fractions from the beginning.
  storedAt = 0.5;
  staleAt = 0.5;
  usedAt = 0.5;
  /** Its generation: what is made void later makes it void. */
  born = 0;
  /** When somebody wrote this key explicitly. */
  setAt = 0;
  /** When the load began that brought the value. */
  loadedAt = 0;
  /** Of its tags, and of the tags of what it depends on. */
  cells: readonly Cell[] = NONE;
  /** What it depends on. */
  names: readonly string[] = NONE;

  constructor(
    key: string,
    public options: CacheOptionValues,
  ) {
    super(key, options.weight);
  }

  /** From when on it is of no use. */
  get goneAt(): number {
    return this.staleAt + graceOf(this.options, this);
  }

  /** When the last of its tags was made void, or 0 where that was before it was stored. */
  get voidedAt(): number {
    let at = this.born;
    for (const { voidedAt } of this.cells) if (voidedAt > at) at = voidedAt;
    return at > this.born ? at : 0;
  }

  /** Whether it is neither over nor void. */
  isOfUse(now: number): boolean {
    return now < this.goneAt && now - this.usedAt < this.options.idle && this.voidedAt === 0;
  }
}

/** How long a value is of use after it is stale. */
export function graceOf(
  options: CacheOptionValues,
  {
    limits,
    validator,
  }: { readonly limits?: StaleLimits | undefined; readonly validator?: string | undefined } = {},
): number {
  const { staleWhileRevalidate, staleIfError } = limits ?? options;
  return Math.max(staleWhileRevalidate, staleIfError, askable(options, validator));
}

/** How long after that its source can be asked whether it still holds. */
export function askable({ revalidateWithin }: CacheOptionValues, validator?: string): number {
  return validator === undefined ? 0 : revalidateWithin;
}
