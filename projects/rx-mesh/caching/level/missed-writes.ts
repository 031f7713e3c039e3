import type { Envelope } from './envelope';
import { clearBeside, remoteKey } from './marks';

/** Marks that are written together, under one token. */
export interface MarkBatch {
  readonly token: string;
  /** Whether they could not be written, and wait. */
  putOff: boolean;
}

/** What a value depends on that was set, while it is not known yet what is in force. */
export interface MarkGuard {
  readonly marks: readonly string[];
  /** Whether one of the marks was made void since. */
  isVoid: boolean;
}

/** A value to be written. */
export interface KeptStore {
  /** Its key in the second level. */
  readonly key: string;
  readonly prefix: string;
  readonly envelope: Envelope;
  /** Until when it is of use, by the monotonic clock. */
  readonly until: number;
}

/**
 * What the second level has not heard of yet: marks on their way or put off, and values put off. All is the newest of its key,
 * and bounded; a value goes when something that it depends on is made void.
 */
export class MissedWrites {
  #marks: ReadonlyMap<string, MarkBatch> = new Map();
  readonly #stores = new Map<string, KeptStore>();

  /** Whom to tell what is made void. */
  readonly guards = new Set<MarkGuard>();

  /**
   * @param most How many marks may be put off, and how many values.
   * @param mostText How many characters all values may have.
   * @param givenUp Called when the bound for marks is passed.
   */
  constructor(
    private readonly most: number,
    private readonly mostText: number,
    private readonly givenUp: () => void,
  ) {}

  /** The marks, by their keys; another map after each change. What is here is in doubt: it may be written or not. */
  get marks(): ReadonlyMap<string, MarkBatch> {
    return this.#marks;
  }

  /** The values that were put off, the oldest first. */
  get stores(): readonly KeptStore[] {
    return [...this.#stores.values()];
  }

  /** Whether nothing was put off. */
  get isEmpty(): boolean {
    return this.#stores.size === 0 && this.#putOff().length === 0;
  }

  /** Marks are about to be written: values that depend on them are void. */
  begin(keys: readonly string[], token: string): MarkBatch {
    const batch = this.#add(keys, token, false);
    const added = new Set(keys);
    for (const guard of this.guards) guard.isVoid ||= guard.marks.some((mark) => added.has(mark));
    for (const [key, store] of this.#stores) {
      if (markKeys(store).some((mark) => added.has(mark))) this.#stores.delete(key);
    }
    return batch;
  }

  /** The marks that were put off are about to be written again, under a new token: the old one may come late. */
  again(token: string): { readonly batch: MarkBatch; readonly keys: readonly string[] } {
    const keys = this.#putOff();
    return { batch: this.#add(keys, token, false), keys };
  }

  /** Marks are written. */
  done(batch: MarkBatch): void {
    this.#marks = new Map([...this.#marks].filter(([, other]) => other !== batch));
  }

  /** Marks are not written, as far as is known. Nothing happens when they are done. */
  putOff(batch: MarkBatch): void {
    if (batch.putOff || ![...this.#marks.values()].includes(batch)) return;
    batch.putOff = true;
    const keys = this.#putOff();
    if (keys.length <= this.most) return;
    const clears = new Set(keys.map(clearBeside));
    // It is as many as there are partitions already: nothing is won by telling it again.
    if (clears.size === keys.length) return;
    this.#marks = new Map([...this.#marks].filter(([, { putOff }]) => !putOff));
    this.#stores.clear();
    this.#add([...clears], batch.token, true);
    this.givenUp();
  }

  /** Keeps a value until the level is back, unless it is void; the oldest goes when there are too many. */
  keep(store: KeptStore): void {
    if (markKeys(store).some((mark) => this.#marks.has(mark))) return;
    this.drop(store.key);
    this.#stores.set(store.key, store);
    let size = 0;
    for (const { envelope } of this.#stores.values()) size += envelope.text.length;
    for (const [key, oldest] of this.#stores) {
      if (size <= this.mostText && this.#stores.size <= this.most) break;
      size -= oldest.envelope.text.length;
      this.#stores.delete(key);
    }
  }

  /** Whether this value is still put off. */
  has(store: KeptStore): boolean {
    return this.#stores.get(store.key) === store;
  }

  /** Forgets a value: it is written, or there is a newer one. */
  drop(key: string): void {
    this.#stores.delete(key);
  }

  #add(keys: readonly string[], token: string, putOff: boolean): MarkBatch {
    const batch: MarkBatch = { token, putOff };
    this.#marks = new Map([...this.#marks, ...keys.map((key) => [key, batch] as const)]);
    return batch;
  }

  #putOff(): string[] {
    return [...this.#marks].flatMap(([key, { putOff }]) => (putOff ? [key] : []));
  }
}

function markKeys({ prefix, envelope }: KeptStore): string[] {
  return [...envelope.marks.keys()].map((name) => remoteKey(prefix, 'm', name));
}
