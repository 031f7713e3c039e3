import { PrometheusQueryError, inShort } from './prometheus-errors';
import type { PrometheusAnswerText } from './prometheus-request';

/** A value at a time. */
export interface PrometheusPoint {
  /** When, by the clock of Prometheus. */
  readonly at: Date;
  /** The value; may be `NaN` or infinite. */
  readonly value: number;
}

/** One series of an instant query. */
export interface PrometheusSample extends PrometheusPoint {
  /** What tells it apart, with its name as `__name__` if it has one. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One series of a range query. */
export interface PrometheusSeries {
  /** What tells it apart, with its name as `__name__` if it has one. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its points, in the order of their times. */
  readonly points: readonly PrometheusPoint[];
}

/** What Prometheus says besides its result. */
export interface PrometheusNotes {
  /** What may be wrong with the result. Often empty. */
  readonly warnings: readonly string[];
  /** What may be wrong with the query. Often empty. */
  readonly infos: readonly string[];
}

/** Series with one value each. */
export interface PrometheusVector extends PrometheusNotes {
  /** Says which answer it is. */
  readonly type: 'vector';
  /** The series; none is an answer, too. */
  readonly samples: readonly PrometheusSample[];
}

/** Series with many values each. */
export interface PrometheusMatrix extends PrometheusNotes {
  /** Says which answer it is. */
  readonly type: 'matrix';
  /** The series; none is an answer, too. */
  readonly series: readonly PrometheusSeries[];
}

/** One number. */
export interface PrometheusScalar extends PrometheusNotes, PrometheusPoint {
  /** Says which answer it is. */
  readonly type: 'scalar';
}

/** A text. */
export interface PrometheusString extends PrometheusNotes {
  /** Says which answer it is. */
  readonly type: 'string';
  /** When, by the clock of Prometheus. */
  readonly at: Date;
  /** The text. */
  readonly text: string;
}

/** The answer to a query. */
export type PrometheusAnswer =
  PrometheusVector | PrometheusMatrix | PrometheusScalar | PrometheusString;

/** Reads an answer; what is none of Prometheus throws a {@link PrometheusQueryError}. */
export function readAnswer({ status, ok, text }: PrometheusAnswerText): PrometheusAnswer {
  const malformed = (reason: string, cause?: unknown): PrometheusQueryError =>
    new PrometheusQueryError({ status, errorType: 'malformed', reason, cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(`the answer is no JSON: ${JSON.stringify(inShort(text))}`, cause);
  }
  if (field(json, 'status') === 'error') {
    const [errorType, reason] = [field(json, 'errorType'), field(json, 'error')];
    if (typeof errorType !== 'string') throw malformed('the answer is an error of no type.');
    const words = typeof reason === 'string' ? inShort(reason) : 'no reason was given.';
    throw new PrometheusQueryError({ status, errorType: inShort(errorType), reason: words });
  }
  const data = field(json, 'data');
  if (!ok || field(json, 'status') !== 'success' || data === undefined) {
    throw malformed('the answer is JSON, but not of Prometheus.');
  }
  try {
    const warnings = textsOf(field(json, 'warnings'));
    const infos = textsOf(field(json, 'infos'));
    return readData(field(data, 'resultType'), field(data, 'result'), warnings, infos);
  } catch (error) {
    if (error instanceof Malformed) throw malformed(error.message);
    throw error;
  }
}

class Malformed extends Error {}

function readData(
  type: unknown,
  result: unknown,
  warnings: readonly string[],
  infos: readonly string[],
): PrometheusAnswer {
  switch (type) {
    case 'vector': {
      const plain = listOf(result).filter((item) => !isHistogram(item));
      const samples = plain.map((item): PrometheusSample => {
        const { at, value } = pointOf(field(item, 'value'));
        return { labels: labelsOf(item), at, value };
      });
      return { type, samples, infos, warnings: noted(warnings, result, plain) };
    }
    case 'matrix': {
      const plain = listOf(result).filter((item) => !isHistogram(item));
      const series = plain.map((item) => ({
        labels: labelsOf(item),
        points: listOf(field(item, 'values')).map(pointOf),
      }));
      return { type, series, infos, warnings: noted(warnings, result, plain) };
    }
    case 'scalar': {
      const { at, value } = pointOf(result);
      return { type, at, value, warnings, infos };
    }
    case 'string': {
      const [time, text] = pairOf(result);
      if (typeof text !== 'string') throw new Malformed('a string is none.');
      return { type, at: timeOf(time), text, warnings, infos };
    }
    default:
      throw new Malformed(
        `there is no result of type ${typeof type === 'string' ? JSON.stringify(inShort(type)) : 'none'}.`,
      );
  }
}

// Native histograms have a form of their own, which is not read here.
function isHistogram(item: unknown): boolean {
  return field(item, 'histogram') !== undefined || field(item, 'histograms') !== undefined;
}

function noted(
  warnings: readonly string[],
  result: unknown,
  plain: readonly unknown[],
): readonly string[] {
  const count = listOf(result).length - plain.length;
  return count === 0
    ? warnings
    : [...warnings, `${count} series with native histograms are left out.`];
}

function labelsOf(item: unknown): Readonly<Record<string, string>> {
  const metric = field(item, 'metric');
  if (typeof metric !== 'object' || metric === null || Array.isArray(metric)) {
    throw new Malformed('a series has no labels.');
  }
  const entries = Object.entries(metric).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') throw new Malformed('a label is no text.');
    return [name, value] as const;
  });
  // Own properties whatever they are called, so none of them is a trap.
  return Object.fromEntries(entries);
}

function pointOf(point: unknown): PrometheusPoint {
  const [time, value] = pairOf(point);
  return { at: timeOf(time), value: valueOf(value) };
}

function pairOf(pair: unknown): readonly unknown[] {
  if (!Array.isArray(pair) || pair.length !== 2) throw new Malformed('a value is no pair.');
  return pair;
}

// JSON has no NaN and no infinity, so values are texts.
function valueOf(text: unknown): number {
  if (typeof text !== 'string') throw new Malformed('a value is no text.');
  switch (text) {
    case 'NaN':
      return NaN;
    case '+Inf':
    case 'Inf':
      return Infinity;
    case '-Inf':
      return -Infinity;
    default: {
      const value = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
      if (Number.isNaN(value)) throw new Malformed('a value is no number.');
      return value;
    }
  }
}

const LAST_TIME = 8.64e15; // ms: what a Date can be

function timeOf(seconds: unknown): Date {
  const ms = typeof seconds === 'number' ? Math.round(seconds * 1000) : NaN;
  if (!(Math.abs(ms) <= LAST_TIME)) throw new Malformed('a time is none.');
  return new Date(ms);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((text): text is string => typeof text === 'string')
    : [];
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed('the result is no list.');
  return value;
}

function field(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null && Object.hasOwn(object, key)
    ? (object as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
