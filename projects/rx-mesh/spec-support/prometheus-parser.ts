/** A line with a value. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: ParsedExemplar | undefined;
}

/** What stands behind a value of OpenMetrics. */
export interface ParsedExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly at: number;
}

/** The lines of one name. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: ParsedSample[];
}

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  'counter 0.0.4': [''],
  'counter 1.0.0': ['_total', '_created'],
  gauge: [''],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
};

/**
 * Reads a text of Prometheus (0.0.4) or OpenMetrics (1.0.0) as written, and throws at whatever is not allowed there or
 * that Prometheus would not keep apart. Stricter than promtool: it looks at buckets and at identities.
 */
export function parsePrometheus(
  text: string,
  version: '0.0.4' | '1.0.0' = '0.0.4',
): ReadonlyMap<string, ParsedFamily> {
  const openMetrics = version === '1.0.0';
  const families = new Map<string, ParsedFamily>();
  const identities = new Set<string>();
  const sampleNames = new Map<string, string>();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('The last line does not end.');
  if (openMetrics && lines.pop() !== '# EOF') throw new Error('There is no # EOF at the end.');
  let help: readonly [string, string] | undefined;
  let family: ParsedFamily | undefined;
  for (const line of lines) {
    const [, kind = '', name = '', rest = ''] = /^# (\w+) (\S+) (.*)$/s.exec(line) ?? [];
    if (kind === 'HELP') {
      help = [name, unescapeHelp(rest, openMetrics)];
    } else if (kind === 'TYPE') {
      if (help?.[0] !== name) throw new Error(`${name} has no help before its type.`);
      if (families.has(name)) throw new Error(`${name} comes twice.`);
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw new Error(`${name} is no name.`);
      family = { name, type: rest, help: help[1], unit: '', samples: [] };
      families.set(name, family);
    } else if (kind === 'UNIT') {
      if (!openMetrics || family?.name !== name || !name.endsWith(`_${rest}`)) {
        throw new Error(`The unit ${rest} is not that of ${name}.`);
      }
      family = { ...family, unit: rest };
      families.set(name, family);
    } else {
      const sample = parseSample(line, openMetrics);
      if (!family) throw new Error(`${sample.name} comes before any type.`);
      const { type, name: base, samples } = family;
      const endings = ENDINGS[`${type} ${version}`] ?? ENDINGS[type];
      if (!endings?.some((ending) => sample.name === base + ending)) {
        throw new Error(`${sample.name} is no line of the ${type} ${base}.`);
      }
      const owner = sampleNames.get(sample.name) ?? base;
      if (owner !== base) throw new Error(`${sample.name} is in ${owner} and ${base}.`);
      sampleNames.set(sample.name, base);
      const identity = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (identities.has(identity)) throw new Error(`${identity} comes twice.`);
      identities.add(identity);
      samples.push(sample);
    }
  }
  for (const each of families.values()) if (each.type === 'histogram') checkBuckets(each);
  return families;
}

function checkBuckets({ name, samples }: ParsedFamily): void {
  const series = new Map<string, { bound: number; count: number }>();
  for (const { name: sample, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(Object.entries(rest).sort());
    const last = series.get(key) ?? { bound: -Infinity, count: 0 };
    if (sample === `${name}_bucket`) {
      const bound = parseNumber(le ?? '');
      if (bound <= last.bound || value < last.count) throw new Error(`${name} goes down.`);
      series.set(key, { bound, count: value });
    } else if (sample === `${name}_count`) {
      if (last.bound !== Infinity || last.count !== value) throw new Error(`${name} has no +Inf.`);
    }
  }
}

function parseSample(line: string, openMetrics: boolean): ParsedSample {
  const [, name = '', rest = ''] = /^([a-zA-Z_]\w*)(.*)$/s.exec(line) ?? [];
  if (name === '') throw new Error(`No line: ${line}`);
  const { labels, end } = rest.startsWith('{') ? parseLabels(rest) : { labels: {}, end: 0 };
  const [, value = '', more = ''] = /^ (\S+)(.*)$/s.exec(rest.slice(end)) ?? [];
  return { name, labels, value: parseNumber(value), exemplar: parseExemplar(more, openMetrics) };
}

function parseExemplar(text: string, openMetrics: boolean): ParsedExemplar | undefined {
  if (text === '') return undefined;
  if (!openMetrics || !text.startsWith(' # {')) throw new Error(`More than a value: ${text}`);
  const { labels, end } = parseLabels(text.slice(3));
  const [, value = '', at = ''] = /^ (\S+) (\S+)$/.exec(text.slice(3 + end)) ?? [];
  return { labels, value: parseNumber(value), at: parseNumber(at) };
}

function parseLabels(text: string): { labels: Record<string, string>; end: number } {
  const labels = new Map<string, string>();
  let end = 1;
  while (text[end] !== '}') {
    const [start, name = ''] = /^,?([a-zA-Z_][a-zA-Z0-9_]*)="/.exec(text.slice(end)) ?? [];
    if (start?.startsWith(',') !== labels.size > 0) {
      throw new Error(`No label: ${text.slice(end)}`);
    }
    if (labels.has(name) || name.startsWith('__')) throw new Error(`${name} cannot be a label.`);
    end += start.length;
    let value = '';
    for (; text[end] !== '"'; end++) {
      if (end >= text.length) throw new Error(`A label does not end: ${text}`);
      const sign = text[end] ?? '';
      value += sign === '\\' ? unescaped(text[++end] ?? '', '\\n"') : sign;
    }
    end++;
    labels.set(name, value);
  }
  return { labels: Object.fromEntries(labels), end: end + 1 };
}

function unescapeHelp(text: string, openMetrics: boolean): string {
  return text.replace(/\\(.?)/gs, (_all, sign: string) => {
    return unescaped(sign, openMetrics ? '\\n"' : '\\n');
  });
}

function unescaped(sign: string, known: string): string {
  if (sign === '' || !known.includes(sign)) throw new Error(`\\${sign} is no escape.`);
  return sign === 'n' ? '\n' : sign;
}

function parseNumber(text: string): number {
  if (text === 'NaN') return NaN;
  if (text === '+Inf' || text === '-Inf') return text === '+Inf' ? Infinity : -Infinity;
  if (!/^-?\d+(\.\d+)?(e[-+]\d+)?$/.test(text)) throw new Error(`${text} is no number.`);
  return Number(text);
}
