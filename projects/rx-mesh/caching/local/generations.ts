import { hashOf } from '../policy/key-hash';

// Marks of keys and dependencies, whose names are the same ones, and marks of tags.
const KEY = 1;
const TAG = 2;
const PLACES = 4096;

/** What all entries of one tag look at. */
export class Cell {
  /** When the tag was last made void. */
  voidedAt = 0;
  /** How many entries look at it. */
  users = 0;

  constructor(readonly tag: string) {}
}

/**
 * Counts what happens, so that of any two things it is known which one was first. Tags have a cell each while an entry carries
 * them. For loads under way, which hold nothing that would have to be given back, marks tell when a name was last made void:
 * many names share the places of a table, so that a mark may be too late and never too early.
 */
export class Generations {
  /** When everything was dropped last. */
  clearedAt = 0;
  #now = 0;
  readonly #cells = new Map<string, Cell>();
  #marks: Float64Array | undefined;

  /** How many tags have a cell. */
  get tags(): number {
    return this.#cells.size;
  }

  /** The number of what happens now. */
  next(): number {
    return ++this.#now;
  }

  /** A load begins: from now on marks are kept. */
  begin(): number {
    this.#marks ??= new Float64Array(PLACES);
    return ++this.#now;
  }

  /** A key, or what others depend on, is void since then. */
  mark(name: string, at: number, kind = KEY): void {
    const marks = this.#marks;
    if (!marks) return;
    const place = hashOf(name, kind) & (PLACES - 1);
    marks[place] = Math.max(marks[place] ?? 0, at);
  }

  /** Since when a key, or what others depend on, is void. */
  marked(name: string, kind = KEY): number {
    return this.#marks?.[hashOf(name, kind) & (PLACES - 1)] ?? 0;
  }

  /** Since when one of some tags is void. */
  markedTags(tags: readonly string[]): number {
    return tags.reduce((at, tag) => Math.max(at, this.marked(tag, TAG)), 0);
  }

  /** Makes a tag void. */
  invalidate(tag: string): void {
    const at = this.next();
    const cell = this.#cells.get(tag);
    if (cell) cell.voidedAt = at;
    this.mark(tag, at, TAG);
  }

  /** The cell of a tag, with one more user. */
  take(tag: string): Cell {
    let cell = this.#cells.get(tag);
    if (!cell) this.#cells.set(tag, (cell = new Cell(tag)));
    cell.users++;
    return cell;
  }

  /** Cells have one user less. */
  release(cells: readonly Cell[]): void {
    for (const cell of cells) if (--cell.users === 0) this.#cells.delete(cell.tag);
  }

  /** Everything is void, and nothing carries a tag. */
  clear(): void {
    this.clearedAt = this.next();
    this.#cells.clear();
  }
}
