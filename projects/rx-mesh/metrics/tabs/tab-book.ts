import type { MetricSeries } from '../metric-data';
import { type TabGaugeRule, mergeSeries } from './merge-series';
import { MOST_SERIES } from './tab-messages';
import type { TabSeries } from './tab-series';

/** The most tabs whose series are added up at a time, this one included. */
export const MOST_TABS = 32;
// Of whom nobody hears, and who may come back.
const MOST_GONE = 32;
const MOST_FORGOTTEN = 256;
const MOST_MISSED = 3;
// Series of those who left first, and are added up.
const MOST_DEPARTED = 4000;

interface Tab {
  readonly series: Map<string, TabSeries>;
  /** How many changes were heard before the latest of each gauge. */
  readonly order: Map<string, number>;
  missed: number;
  live: boolean;
}

/**
 * What is known of the tabs. One that does not answer three times in a row, or says that it is left, is gone: what its gauges
 * said is void, what it counted stays. What those counted who left first is added up, so memory has a bound.
 */
export class TabBook {
  readonly #ruleOf: (name: string) => TabGaugeRule;
  readonly #tabs = new Map<string, Tab>();
  readonly #forgotten = new Set<string>();
  #departed: readonly TabSeries[] = [];
  #changes = 0;
  #merged: readonly MetricSeries[] | undefined;

  constructor(ruleOf: (name: string) => TabGaugeRule) {
    this.#ruleOf = ruleOf;
  }

  /** How many tabs are there. */
  get size(): number {
    return [...this.#tabs.values()].filter(({ live }) => live).length;
  }

  /**
   * Takes the series of a tab, all or what is new of them. `unknown`: what is new says nothing without the rest.
   * `full`: there are too many tabs.
   */
  take(id: string, series: readonly TabSeries[], whole: boolean): 'taken' | 'unknown' | 'full' {
    // It was added up already; it would count twice.
    if (this.#forgotten.has(id)) return 'taken';
    const known = this.#tabs.get(id);
    // First: to ask a tab for which there is no room would not help.
    if (!known?.live && this.size >= MOST_TABS) return 'full';
    if (!known?.live && !whole) return 'unknown';
    const before = known?.series;
    const tab: Tab = {
      series: new Map(whole ? [] : before),
      order: known?.order ?? new Map<string, number>(),
      missed: 0,
      live: true,
    };
    for (const each of series) {
      const { key } = each;
      tab.series.set(key, each);
      const isGauge = each.series.type === 'gauge';
      if (isGauge && before?.get(key)?.series.count !== each.series.count) {
        tab.order.set(key, ++this.#changes);
      }
    }
    this.#bound(tab);
    this.#tabs.set(id, tab);
    this.#merged = undefined;
    return 'taken';
  }

  /** Notes that a tab is there; `false` when nothing is known of it, and there is room for it. */
  hear(id: string): boolean {
    const tab = this.#tabs.get(id);
    if (!tab?.live) return this.#forgotten.has(id) || this.size >= MOST_TABS;
    tab.missed = 0;
    return true;
  }

  /** Notes that all tabs are asked once more. */
  ask(): void {
    for (const [id, tab] of this.#tabs) {
      if (tab.live && ++tab.missed > MOST_MISSED) this.leave(id);
    }
  }

  /** Notes that a tab is gone. */
  leave(id: string): void {
    const tab = this.#tabs.get(id);
    if (!tab?.live) return;
    tab.live = false;
    this.#merged = undefined;
    // The last to leave is the last to be forgotten.
    this.#tabs.delete(id);
    this.#tabs.set(id, tab);
    if (this.#tabs.size - this.size > MOST_GONE) this.#forgetFirst();
  }

  /** The series of all tabs as one. The same list as long as nothing is new. */
  merged(): readonly MetricSeries[] {
    return (this.#merged ??= Object.freeze(
      mergeSeries([...this.#parts(), { series: this.#departed, live: false }], this.#ruleOf).map(
        ({ series }) => series,
      ),
    ));
  }

  #parts() {
    return [...this.#tabs.values()].map(({ series, live, order }) => ({
      series: [...series.values()],
      live,
      order,
    }));
  }

  // What a tab tells bit by bit has the same bound as what it tells at once.
  #bound({ series, order }: Tab): void {
    for (const key of series.keys()) {
      if (series.size <= MOST_SERIES) break;
      series.delete(key);
    }
    for (const key of order.keys()) if (!series.has(key)) order.delete(key);
  }

  #forgetFirst(): void {
    const [id, tab] = [...this.#tabs].find(([, { live }]) => !live) ?? [];
    if (id === undefined || !tab) return;
    this.#tabs.delete(id);
    this.#forgotten.add(id);
    const [oldest] = this.#forgotten;
    if (this.#forgotten.size > MOST_FORGOTTEN && oldest !== undefined) {
      this.#forgotten.delete(oldest);
    }
    const parts = [this.#departed, [...tab.series.values()]];
    const merged = mergeSeries(
      parts.map((series) => ({ series, live: false })),
      this.#ruleOf,
    );
    this.#departed = merged.slice(0, MOST_DEPARTED);
  }
}
