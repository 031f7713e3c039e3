import { InvalidOptionError } from 'rx-mesh/kernel';

/** What tells alerts apart: texts by name, in the order of the names, none of them empty. */
export type AlertLabels = Readonly<Record<string, string>>;

/** What a label must be like. A label that is absent is an empty text. */
export interface LabelMatcher {
  /** Which label. */
  readonly name: string;
  /** Equal, unequal, or whether a regular expression matches the whole of it. @default '=' */
  readonly op?: '=' | '!=' | '=~' | '!~' | undefined;
  /** A text; for `=~` and `!~` a regular expression. */
  readonly value: string;
}

/** Whether labels are as some matchers say. */
export type LabelTest = (labels: AlertLabels) => boolean;

/**
 * Makes one test of matchers that must all hold.
 *
 * @param option What a refusal names.
 * @throws InvalidOptionError when there is no matcher, or one is none.
 */
export function labelTest(option: string, matchers: readonly LabelMatcher[]): LabelTest {
  if (matchers.length === 0) throw new InvalidOptionError(option, matchers, 'at least one matcher');
  const tests = matchers.map((matcher) => testOf(option, matcher));
  return (labels) => tests.every((test) => test(labels));
}

function testOf(option: string, { name, op = '=', value }: LabelMatcher): LabelTest {
  if (!isLabelName(name)) throw new InvalidOptionError(`${option}.name`, name, LABEL_NAME);
  switch (op) {
    case '=':
      return (labels) => labelOf(labels, name) === value;
    case '!=':
      return (labels) => labelOf(labels, name) !== value;
    case '=~':
    case '!~': {
      const pattern = patternOf(option, value);
      return (labels) => pattern.test(labelOf(labels, name)) === (op === '=~');
    }
    default:
      throw new InvalidOptionError(`${option}.op`, op, "one of '=', '!=', '=~', '!~'");
  }
}

// The whole of the value, as in Prometheus.
function patternOf(option: string, value: string): RegExp {
  try {
    new RegExp(value); // by itself, or it might end the group
    return new RegExp(`^(?:${value})$`);
  } catch {
    throw new InvalidOptionError(`${option}.value`, value, 'a regular expression');
  }
}

const LABEL_NAME = 'a letter or "_", then letters, digits and "_"';

/** Whether a text can name a label: the syntax of Prometheus. */
export function isLabelName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** The value of a label; `''` when it is absent. */
export function labelOf(labels: AlertLabels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}

/**
 * Labels in order, without empty ones; later groups win. What a metric allows in a name and a label does not, such as a dot,
 * becomes `_`.
 */
export function labelsOf(...groups: readonly Readonly<Record<string, unknown>>[]): AlertLabels {
  const all = new Map<string, string>();
  for (const group of groups) {
    for (const [name, value] of Object.entries(group)) {
      all.set(name.replace(/[.\-/]/g, '_'), String(value));
    }
  }
  const entries = [...all].filter(([, value]) => value !== '');
  return Object.freeze(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** One text for one set of labels. */
export function labelKey(labels: AlertLabels): string {
  return JSON.stringify(labels);
}

const BASIS = 14_695_981_039_346_656_037n;
const PRIME = 1_099_511_628_211n;

/** The fingerprint by which Prometheus and Alertmanager call a set of labels: FNV-1a of 64 bits, as 16 digits. */
export function fingerprintOf(labels: AlertLabels): string {
  const encoder = new TextEncoder();
  let hash = BASIS;
  const take = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  };
  for (const text of Object.entries(labels).flat()) {
    for (const byte of encoder.encode(text)) take(byte);
    take(255);
  }
  return hash.toString(16).padStart(16, '0');
}
