import {
  type MetricSeries,
  type MetricTags,
  type MetricTrace,
  type MetricType,
  OVERFLOW_TAG,
  type TagFilter,
  textTags,
} from './metric-data';
import {
  BAD_TAG,
  type MetricProblem,
  type MetricProblems,
  badValue,
  tooManySeries,
} from './metric-problems';
import type { SeriesCell, SeriesDraft } from './series-cell';
import { TagIndex } from './tag-index';

/** What a family needs of the registry that it belongs to. */
export interface FamilyOwner {
  /** Where dropped samples are counted. */
  readonly problems: MetricProblems;
  /** The wall clock. */
  readonly now: () => number;
  /** Called after a write to a series that somebody may have looked at since the one before. */
  readonly changed: () => void;
}

/** What a family is, before it has series. */
export interface FamilyPlan {
  readonly name: string;
  readonly type: MetricType;
  unit: string | undefined;
  description: string | undefined;
  buckets: readonly number[] | undefined;
  /** The most series, without the one for the overflow. */
  readonly maxSeries: number;
  /** Which tags tell series apart; the samples of series that differ in others only are taken together. */
  readonly keeps: TagFilter | undefined;
  /** Why it takes no samples at all, if it does not; `null` where that is what somebody wants. */
  refusal: MetricProblem | null | undefined;
}

type NewCell = new (
  tags: Readonly<Record<string, string>>,
  since: number,
  bounds: readonly number[] | undefined,
) => SeriesCell;

// Each series may be written in this many ways before the others have to be looked up the long way.
const WAYS = 4;

/** All series of one metric, by their tags. */
export class SeriesFamily {
  readonly plan: FamilyPlan;
  readonly #owner: FamilyOwner;
  readonly #make: NewCell;
  #index: TagIndex<SeriesCell>;
  #cells: SeriesCell[] = [];
  #overflow: SeriesCell | undefined;

  constructor(plan: FamilyPlan, owner: FamilyOwner, make: NewCell) {
    this.plan = plan;
    this.#owner = owner;
    this.#make = make;
    this.#index = new TagIndex(plan.keeps);
  }

  /** Takes what somebody says of the metric, where nothing was said before. */
  adopt({ unit, description, buckets }: FamilyPlan): void {
    const { plan } = this;
    // Buckets that come late would be empty of what was recorded before.
    if (this.cells().length === 0) plan.buckets ??= buckets;
    const isNew =
      (plan.unit ?? unit) !== plan.unit || (plan.description ?? description) !== plan.description;
    if (!isNew) return;
    plan.unit ??= unit;
    plan.description ??= description;
    for (const cell of this.cells()) this.#wrote(cell);
  }

  /** How many samples found no place under their own tags. */
  get overflowed(): number {
    return this.#overflow?.count ?? 0;
  }

  /** Whether a value can be a sample. */
  takes(value: number): boolean {
    return Number.isFinite(value) && (value >= 0 || this.plan.type === 'gauge');
  }

  /**
   * The series for a value under these tags; beyond the limit that of the overflow. `undefined` when the sample is to
   * be dropped: then it is counted already.
   *
   * @param tags `undefined` for some that cannot be.
   */
  cellOf(tags: MetricTags | undefined, value: number): SeriesCell | undefined {
    const fits = this.takes(value);
    if (fits && tags && this.plan.refusal === undefined) {
      const cell = this.#index.find(tags) ?? this.#seek(tags);
      if (cell) return cell;
    }
    this.#refuse(fits);
    return undefined;
  }

  /** Takes a value into a series, if there is one. @param isStep Whether it is added to the value that is there. */
  write(cell: SeriesCell | undefined, value: number, isStep = false, trace?: MetricTrace): void {
    if (!cell) return;
    if (!cell.take(value, isStep)) {
      this.#refuse(false);
      return;
    }
    if (trace) cell.mark(value, trace, this.#owner.now());
    this.#wrote(cell);
  }

  /** The series that there are; that of the overflow is the last. */
  cells(): readonly SeriesCell[] {
    return this.#overflow ? [...this.#cells, this.#overflow] : this.#cells;
  }

  /** The series as they are now. One that was not written since is the same object as before. */
  collect(): MetricSeries[] {
    return this.cells().map((cell) => {
      const { dirty, shown } = cell;
      cell.dirty = false;
      return dirty || !shown ? (cell.shown = this.#show(cell)) : shown;
    });
  }

  /** Forgets all series. */
  clear(): void {
    for (const cell of this.cells()) cell.live = false;
    this.#cells = [];
    this.#index = new TagIndex(this.plan.keeps);
    this.#overflow = undefined;
  }

  #refuse(valueFits: boolean): void {
    const { name, type, refusal } = this.plan;
    if (refusal === null) return;
    this.#owner.problems.reject(refusal ?? (valueFits ? BAD_TAG : badValue(type)), name);
  }

  #wrote(cell: SeriesCell): void {
    if (cell.dirty) return;
    cell.dirty = true;
    this.#owner.changed();
  }

  #show(cell: SeriesCell): MetricSeries {
    const { name, type, unit, description } = this.plan;
    const { tags, count } = cell;
    const series: SeriesDraft = {
      name,
      type,
      tags,
      startTime: new Date(cell.since),
      count,
      sum: 0,
    };
    if (unit !== undefined) series.unit = unit;
    if (description !== undefined) series.description = description;
    cell.show(series);
    return Object.freeze(series);
  }

  // The long way: by the tags as text, in the order of their names.
  #seek(given: MetricTags): SeriesCell | undefined {
    const { keeps, maxSeries } = this.plan;
    const tags: MetricTags = Object.fromEntries(Object.entries(given)); // a getter might say something else next
    const text = textTags(tags, keeps);
    if (!text) return undefined;
    const index = this.#index;
    let cell = index.find(text);
    if (!cell) {
      if (this.#cells.length >= maxSeries) return this.#overflowCell();
      this.#cells.push((cell = this.#newCell(text)));
      index.put(text, cell);
    }
    // There is no end to the values that are cut to the same text, so those are not kept.
    const isWhole = Object.keys(text).every((name) => String(tags[name]) === text[name]);
    if (isWhole && index.size < WAYS * maxSeries && !index.find(tags)) index.put(tags, cell);
    return cell;
  }

  #overflowCell(): SeriesCell {
    const { name, maxSeries } = this.plan;
    this.#owner.problems.tell('warning', tooManySeries(maxSeries), name);
    return (this.#overflow ??= this.#newCell(Object.freeze({ [OVERFLOW_TAG]: 'true' })));
  }

  #newCell(tags: Readonly<Record<string, string>>): SeriesCell {
    return new this.#make(tags, this.#owner.now(), this.plan.buckets);
  }
}
