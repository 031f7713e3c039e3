/** An EndpointSlice as the fake keeps and sends it. `name` and labels are what selectors and keys need. */
export interface FakeSlice {
  /** What it is called, and its labels. */
  readonly metadata: {
    readonly name: string;
    /** @default that of the fake */
    readonly namespace?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    /** Set by the fake. */
    readonly resourceVersion?: string | undefined;
  };
  readonly [field: string]: unknown;
}

/** One change of a slice. */
export interface SliceRecord {
  readonly version: number;
  /** The slice before; `undefined` when it is new. */
  readonly before: FakeSlice | undefined;
  /** The slice after; `undefined` when it is gone. */
  readonly after: FakeSlice | undefined;
  /** What a watcher is shown: the slice after, or the last one with the version of its end. */
  readonly shown: FakeSlice;
}

/** Whether a slice is meant. */
export type SliceFilter = (slice: FakeSlice) => boolean;

const MOST_RECORDS = 1000;
const MOST_LISTS = 16;

/** The slices of the fake with a bounded history, as etcd and the watch cache keep one. */
export class FakeSliceStore {
  readonly #slices = new Map<string, FakeSlice>();
  readonly #lists = new Map<number, readonly FakeSlice[]>();
  #records: SliceRecord[] = [];
  #version = 1;
  #forgotten = 1;

  /** The version of now. */
  get version(): number {
    return this.#version;
  }

  /** The oldest version from which all changes are known. */
  get oldest(): number {
    return this.#forgotten;
  }

  /** All slices by their names. */
  all(): readonly FakeSlice[] {
    return [...this.#slices.keys()].sort().flatMap((key) => this.#slices.get(key) ?? []);
  }

  /** All slices, kept under the version of now, so that later pages show the same. */
  keep(): readonly FakeSlice[] {
    const slices = this.all();
    this.#lists.set(this.#version, slices);
    for (const version of this.#lists.keys()) {
      if (this.#lists.size > MOST_LISTS) this.#lists.delete(version);
    }
    return slices;
  }

  /** The slices of an earlier version; `undefined` when that is forgotten. */
  kept(version: number): readonly FakeSlice[] | undefined {
    return this.#lists.get(version);
  }

  /** Creates or replaces a slice. */
  put(key: string, slice: FakeSlice): SliceRecord {
    const before = this.#slices.get(key);
    const after = this.#stamped(slice);
    this.#slices.set(key, after);
    return this.#note({ version: this.#version, before, after, shown: after });
  }

  /** Removes a slice; `undefined` when there is none. */
  remove(key: string): SliceRecord | undefined {
    const before = this.#slices.get(key);
    if (!before) return undefined;
    this.#slices.delete(key);
    const shown = this.#stamped(before);
    return this.#note({ version: this.#version, before, after: undefined, shown });
  }

  /** What happened after a version. */
  since(version: number): readonly SliceRecord[] {
    return this.#records.filter((record) => record.version > version);
  }

  /** Forgets all that happened up to now. */
  compact(): void {
    this.#records = [];
    this.#lists.clear();
    this.#forgotten = this.#version;
  }

  #stamped(slice: FakeSlice): FakeSlice {
    this.#version++;
    const metadata = { ...slice.metadata, resourceVersion: String(this.#version) };
    // A copy, as it comes out of a database.
    return JSON.parse(JSON.stringify({ ...slice, metadata })) as FakeSlice;
  }

  #note(record: SliceRecord): SliceRecord {
    this.#records.push(record);
    const dropped = this.#records.length > MOST_RECORDS ? this.#records.shift() : undefined;
    if (dropped) this.#forgotten = dropped.version;
    return record;
  }
}

/**
 * Reads a label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, joined by commas.
 *
 * @returns `undefined` when it is none.
 */
export function selectorOf(text: string): SliceFilter | undefined {
  const parts = text.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  const filters: SliceFilter[] = [];
  for (const part of parts) {
    const filter = requirementOf(part.trim());
    if (!filter) return undefined;
    filters.push(filter);
  }
  return (slice) => filters.every((filter) => filter(slice));
}

function requirementOf(text: string): SliceFilter | undefined {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return (slice) => values.has(labelOf(slice, key) ?? '\0') === (operator === 'in');
  }
  const equality = /^([^\s=!]+)\s*(==?|!=)\s*([^\s=!]*)$/.exec(text);
  if (equality) {
    const [, key = '', operator, value] = equality;
    return (slice) => (labelOf(slice, key) === value) === (operator !== '!=');
  }
  const existence = /^(!?)([^\s=!()]+)$/.exec(text);
  if (!existence) return undefined;
  const [, not, key = ''] = existence;
  return (slice) => (labelOf(slice, key) !== undefined) === (not === '');
}

function labelOf({ metadata: { labels } }: FakeSlice, key: string): string | undefined {
  return labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
}
