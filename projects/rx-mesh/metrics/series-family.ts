import { QuantileSketch } from 'rx-mesh/kernel';
import {
  type MetricSeries,
  type MetricTags,
  type MetricType,
  OVERFLOW_TAG,
  tagKey,
  textTags,
} from './metric-data';
import {
  BAD_TAG,
  type MetricProblem,
  type MetricProblems,
  badValue,
  tooManySeries,
} from './metric-problems';

/** What a family needs of the registry that it belongs to. */
export interface FamilyOwner {
  /** The most series of one metric, without the one for the overflow. */
  readonly maxSeries: number;
  /** Where dropped samples are counted. */
  readonly problems: MetricProblems;
  /** Called after each write. */
  readonly changed: () => void;
}

/** The numbers of one series while they are written. */
export abstract class SeriesCell {
  /** Whether it still belongs to the family: a reset lets go of it, and of those who hold it. */
  live = true;
  /** What was last shown of it, until the next write. */
  shown: MetricSeries | undefined;

  constructor(readonly tags: Readonly<Record<string, string>>) {}

  /** The numbers as they are now. */
  abstract look(): Omit<MetricSeries, 'name' | 'type' | 'tags'>;
}

/** A series of a counter or gauge. */
export class NumberCell extends SeriesCell {
  value = 0;
  count = 0;

  look() {
    return { value: this.value, count: this.count, sum: this.value };
  }
}

/** A series of a histogram or timer. */
export class SketchCell extends SeriesCell {
  readonly sketch = new QuantileSketch();

  look() {
    const { sketch } = this;
    const { count, sum, min, max } = sketch;
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => sketch.quantile(q));
    return { count, sum, min, max, p50, p95, p99 };
  }
}

/** All series of one metric, by their tags. */
export class SeriesFamily<C extends SeriesCell = SeriesCell> {
  readonly #cells = new Map<string, C>();
  readonly #owner: FamilyOwner;
  readonly #make: new (tags: Readonly<Record<string, string>>) => C;
  readonly #refusal: MetricProblem | undefined;
  #overflow: C | undefined;
  #unit: string | undefined;

  constructor(
    readonly name: string,
    readonly type: MetricType,
    unit: string | undefined,
    owner: FamilyOwner,
    make: new (tags: Readonly<Record<string, string>>) => C,
    /** Why this one takes no samples at all, if it does not. */
    refusal?: MetricProblem,
  ) {
    this.#unit = unit;
    this.#owner = owner;
    this.#make = make;
    this.#refusal = refusal;
  }

  /** The unit of the values, once somebody named it. */
  get unit(): string | undefined {
    return this.#unit;
  }

  /** Takes the unit that somebody names, unless there is one. */
  adoptUnit(unit: string | undefined): void {
    if (unit === undefined || this.#unit !== undefined) return;
    this.#unit = unit;
    for (const cell of this.cells()) this.wrote(cell);
  }

  /** How many samples found no place under their own tags. */
  get overflowed(): number {
    return this.#overflow?.look().count ?? 0;
  }

  /**
   * The series of these tags; beyond the limit that of the overflow. `undefined` when the sample is to be dropped:
   * then it is counted already.
   */
  cellOf(tags: MetricTags | undefined, valueFits: boolean): C | undefined {
    if (valueFits && !this.#refusal) {
      const key = tags === undefined ? undefined : tagKey(tags);
      const cell = key === undefined ? undefined : this.#cells.get(key);
      if (cell) return cell;
      const text = tags === undefined ? undefined : textTags(tags);
      if (text && key !== undefined) return this.#newCell(key, text);
    }
    this.refuse(valueFits ? BAD_TAG : badValue(this.type));
    return undefined;
  }

  /** Counts a sample that is dropped, by default for its value. */
  refuse(problem = badValue(this.type)): void {
    this.#owner.problems.reject(this.#refusal ?? problem, this.name);
  }

  /** To be called after each write to a series. */
  wrote(cell: C): void {
    cell.shown = undefined;
    this.#owner.changed();
  }

  /** The series that there are; that of the overflow is the last. */
  cells(): readonly C[] {
    return this.#overflow ? [...this.#cells.values(), this.#overflow] : [...this.#cells.values()];
  }

  /** The series as they are now. One that was not written since is the same object as before. */
  collect(): MetricSeries[] {
    const { name, type } = this;
    const unit = this.#unit === undefined ? undefined : { unit: this.#unit };
    return this.cells().map(
      (cell) =>
        (cell.shown ??= Object.freeze({ name, type, ...unit, tags: cell.tags, ...cell.look() })),
    );
  }

  /** Forgets all series. */
  clear(): void {
    for (const cell of this.cells()) cell.live = false;
    this.#cells.clear();
    this.#overflow = undefined;
  }

  #newCell(key: string, tags: Readonly<Record<string, string>>): C {
    const { maxSeries, problems } = this.#owner;
    if (this.#cells.size < maxSeries) {
      const cell = new this.#make(tags);
      this.#cells.set(key, cell);
      return cell;
    }
    problems.tell('warning', tooManySeries(maxSeries), this.name);
    return (this.#overflow ??= new this.#make(Object.freeze({ [OVERFLOW_TAG]: 'true' })));
  }
}
