import type { MetricType } from '../metric-data';

/** A unit as names have it, and what makes a value of it. */
export interface PrometheusUnit {
  /** The end of the name, such as `seconds`; `''` for none. */
  readonly suffix: string;
  /** What a value is multiplied with, */
  readonly times: number;
  /** and then divided by: 1000 for `ms`. Two numbers, for 5 / 1000 is 0.005 and 5 * 0.001 may not be. */
  readonly per: number;
}

// Prometheus knows base units only: what is a multiple in UCUM is converted, so that no query has to.
const UNITS: readonly (readonly [string, string, number?, number?])[] = [
  ['s', 'seconds'],
  ['ms', 'seconds', 1, 1e3],
  ['us', 'seconds', 1, 1e6],
  ['ns', 'seconds', 1, 1e9],
  ['min', 'seconds', 60],
  ['h', 'seconds', 3600],
  ['d', 'seconds', 86_400],
  ['By', 'bytes'],
  ['kBy', 'bytes', 1e3],
  ['MBy', 'bytes', 1e6],
  ['GBy', 'bytes', 1e9],
  ['KiBy', 'bytes', 1024],
  ['MiBy', 'bytes', 1024 ** 2],
  ['GiBy', 'bytes', 1024 ** 3],
  ['bit', 'bytes', 1, 8],
  ['%', 'percent'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['m', 'meters'],
  ['g', 'grams'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
];

const PER: readonly (readonly [string, string])[] = [
  ['s', 'second'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
];

/** How a unit in UCUM notation is written by Prometheus: `By/s` as `bytes_per_second`, `{request}` not at all. */
export function prometheusUnit(unit: string | undefined, type: MetricType): PrometheusUnit {
  const [amount = '', rate = ''] = (unit ?? '').replace(/\{[^{}]*\}/g, '').split('/');
  if (amount === '1' && rate === '') return { suffix: ratio(type), times: 1, per: 1 };
  const [, known, times = 1, per = 1] = UNITS.find(([ucum]) => ucum === amount) ?? [];
  const [, each] = PER.find(([ucum]) => ucum === rate) ?? [];
  const head = known ?? trimmed(amount === '1' ? '' : amount);
  const tail = each ?? trimmed(rate);
  const suffix = tail === '' ? head : `${head}_per_${tail}`;
  return { suffix: trimmed(suffix), times, per };
}

function ratio(type: MetricType): string {
  return type === 'gauge' ? 'ratio' : '';
}

/**
 * The name of a family: that of the metric with its unit at the end, without `_total`. What names cannot have becomes
 * `_`, once in a row.
 */
export function familyName(name: string, { suffix, per }: PrometheusUnit): string {
  let base = trimmed(name).replace(/(?<=.)_total$/, '');
  // The unit that is said is not the one that is shown any more.
  if (per === 1000) base = base.replace(/(?<=.)_(?:ms|millis|milliseconds)$/, '');
  if (suffix !== '' && base !== suffix && !base.endsWith(`_${suffix}`)) base += `_${suffix}`;
  return /^[a-zA-Z_]/.test(base) ? base : `_${base}`;
}

/** The name of a gauge: the ends of histograms and summaries are theirs alone, says promtool. */
export function gaugeName(family: string): string {
  return family.replace(/(?<=.)_(count|sum|bucket)$/, '_$1_value');
}

// Names that lines of Prometheus give to labels of their own.
const TAKEN: ReadonlySet<string> = /* @__PURE__ */ new Set(['le', 'quantile']);

/**
 * The label of a tag. One that Prometheus needs for itself gets `exported_` before it, as it does itself.
 *
 * @param reserved More such names.
 */
export function labelName(tag: string, reserved: ReadonlySet<string>): string {
  const name = plain(tag);
  if (TAKEN.has(name) || reserved.has(name)) return `exported_${name}`;
  return /^\d/.test(name) ? `key_${name}` : name === '' ? '_' : name;
}

function plain(text: string): string {
  return text.replace(/[^a-zA-Z0-9]+/g, '_');
}

function trimmed(text: string): string {
  return plain(text)
    .replace(/_$/, '')
    .replace(/^_(?=[a-zA-Z])/, '');
}

/** A text between quotes. What is half a character only is none in UTF-8, and becomes the sign for that. */
export function escapeLabel(value: string): string {
  if (!/[\\"\n\ud800-\udfff]/.test(value)) return value;
  return wellFormed(value).replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));
}

/** A text of a line of help. Quotes are escaped in OpenMetrics only. */
export function escapeHelp(text: string, quotes: boolean): string {
  const escaped = wellFormed(text).replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
  return quotes ? escaped.replace(/"/g, '\\"') : escaped;
}

/** The text with U+FFFD for each lone surrogate, as UTF-8 would have it. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** A value as both formats have it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/**
 * A bound as Go writes it, for it is a label: the same number in another spelling is another series.
 *
 * @param dotted Whether a whole number has `.0`, as OpenMetrics wants it.
 */
export function boundText(bound: number, dotted: boolean): string {
  if (!Number.isFinite(bound)) return numberText(bound);
  const size = Math.abs(bound);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    // 1e+6 and 1e-7, but Go writes two digits.
    const [digits = '', exponent = ''] = bound.toExponential().split('e');
    return `${digits}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
  }
  return dotted && Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
