import type { MetricSeries } from '../metric-data';
import { type LabelRenderer } from './label-renderer';
import {
  type PrometheusUnit,
  escapeHelp,
  familyName,
  gaugeName,
  prometheusUnit,
} from './prometheus-names';
import {
  type SeriesWriter,
  bucketLines,
  counterLines,
  gaugeLines,
  quantileLines,
} from './series-lines';

/** What of a metric is not in a text, and why. */
export interface PrometheusLeftOut {
  /** The metric. */
  readonly metric: string;
  /** The name that it would have had there. */
  readonly name: string;
  /**
   * Why: its `name` belongs to another metric of another type, or a series of it has the same `labels` as one before.
   */
  readonly reason: 'name' | 'labels';
}

/** How a text is to be written. */
export interface ExpositionStyle {
  /** OpenMetrics 1.0 instead of 0.0.4. */
  readonly openMetrics: boolean;
  /** Whether there are `_created` lines. */
  readonly created: boolean;
  readonly labels: LabelRenderer;
  readonly onLeftOut: ((leftOut: PrometheusLeftOut) => void) | undefined;
}

type Kind = 'counter' | 'gauge' | 'histogram' | 'summary';

interface Family {
  readonly kind: Kind;
  readonly name: string;
  readonly head: string;
  readonly identities: Set<string>;
  body: string;
}

interface Metric {
  readonly series: MetricSeries;
  readonly kind: Kind;
  readonly unit: PrometheusUnit;
  readonly family: Family | undefined;
}

const SUFFIXES: Readonly<Record<Kind, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['', '_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

const LINES: Readonly<Record<Kind, SeriesWriter>> = {
  counter: counterLines,
  gauge: gaugeLines,
  histogram: bucketLines,
  summary: quantileLines,
};

/** Collects families of lines, and writes them out. Names and identities are there once. */
export class Exposition {
  readonly #style: ExpositionStyle;
  readonly #families = new Map<string, Family>();
  readonly #owners = new Map<string, Family>();
  readonly #told = new Set<string>();
  #metric: Metric | undefined;

  constructor(style: ExpositionStyle) {
    this.#style = style;
  }

  /** Says who the application is. To be called first, so that the name is free. */
  addResource(resource: Readonly<Record<string, string | number | boolean>>): void {
    const labels = this.#style.labels.render(resource);
    if (labels === '') return;
    const { openMetrics } = this.#style;
    const name = 'target';
    const family: Family = {
      kind: 'gauge',
      name: 'target_info',
      head: this.#head(
        openMetrics ? name : 'target_info',
        openMetrics ? 'info' : 'gauge',
        'Target metadata',
      ),
      identities: new Set([labels]),
      body: `target_info{${labels}} 1\n`,
    };
    this.#families.set(family.name, family);
    for (const taken of openMetrics ? [name, family.name] : [family.name]) {
      this.#owners.set(taken, family);
    }
  }

  /** Takes a series. */
  add(series: MetricSeries): void {
    const { kind, family, unit } = this.#metricOf(series);
    if (!family) return;
    const { labels, openMetrics, created } = this.#style;
    const text = labels.render(series.tags);
    const before = family.identities.size;
    if (family.identities.add(text).size === before) {
      this.#leaveOut(series.name, family.name, 'labels');
      return;
    }
    family.body += LINES[kind](family.name, text, series, unit, openMetrics);
    if (created && kind !== 'gauge') {
      const braces = text === '' ? '' : `{${text}}`;
      family.body += `${family.name}_created${braces} ${series.startTime.getTime() / 1000}\n`;
    }
  }

  /** The text, its families in the order of their names. */
  toString(): string {
    const families = [...this.#families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return families.map(({ head, body }) => head + body).join('');
  }

  // The series of a metric come in a row.
  #metricOf(series: MetricSeries): Metric {
    const last = this.#metric;
    const kind = kindOf(series);
    const isLast =
      last?.kind === kind && last.series.name === series.name && last.series.unit === series.unit;
    if (isLast) return last;
    const unit = prometheusUnit(series.unit, series.type);
    const family = this.#familyOf(series, kind, unit);
    return (this.#metric = { series, kind, unit, family });
  }

  #familyOf(series: MetricSeries, kind: Kind, unit: PrometheusUnit): Family | undefined {
    const { openMetrics, created } = this.#style;
    const plain = familyName(series.name, unit);
    const name = kind === 'gauge' ? gaugeName(plain) : plain;
    const names = SUFFIXES[kind].map((suffix) => name + suffix);
    if (created && kind !== 'gauge') names.push(`${name}_created`);
    // In OpenMetrics a counter is called by its name without the end.
    if (openMetrics && kind === 'counter') names.push(name);
    const known = this.#families.get(name + kind);
    if (known) return known;
    if (names.some((taken) => this.#owners.has(taken))) {
      this.#leaveOut(series.name, name, 'name');
      return undefined;
    }
    const shown = !openMetrics && kind === 'counter' ? `${name}_total` : name;
    const { description = '' } = series;
    // promtool wants a help for each, so what has none tells where its name is from.
    const help = description === '' ? `Metric ${series.name}` : description;
    const head = this.#head(shown, kind, help, unit.suffix);
    const family: Family = { kind, name, head, identities: new Set(), body: '' };
    this.#families.set(name + kind, family);
    for (const taken of names) this.#owners.set(taken, family);
    return family;
  }

  #head(name: string, type: string, help: string, unit = ''): string {
    const { openMetrics } = this.#style;
    // A name that is the unit itself has no such end, and Prometheus refuses the whole text for it.
    const hasUnit = openMetrics && unit !== '' && name.endsWith(`_${unit}`);
    const unitLine = hasUnit ? `# UNIT ${name} ${unit}\n` : '';
    return `# HELP ${name} ${escapeHelp(help, openMetrics)}\n# TYPE ${name} ${type}\n${unitLine}`;
  }

  #leaveOut(metric: string, name: string, reason: PrometheusLeftOut['reason']): void {
    const key = `${reason} ${metric}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#style.onLeftOut?.({ metric, name, reason });
  }
}

function kindOf({ type, buckets }: MetricSeries): Kind {
  if (type === 'counter' || type === 'gauge') return type;
  return buckets ? 'histogram' : 'summary';
}
