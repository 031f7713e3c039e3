import fc from 'fast-check';
import { type ParsedFamily, parsePrometheus } from '../../spec-support/prometheus-parser';
import type { MetricSeries, MetricType } from '../metric-data';
import { openMetricsText, prometheusText } from './prometheus-text';

const aType = fc.constantFrom<MetricType>('counter', 'gauge', 'histogram', 'timer');
const aUnit = fc.constantFrom(undefined, 's', 'ms', 'By', '1', '{x}', 'By/s', 'odd unit', '%');
const aText = fc.string({ unit: 'binary', maxLength: 6 });
const anEscape = fc.string({
  unit: fc.constantFrom('\\', '"', '\n', 'n', '{', '}', ',', '\ud800'),
});
const aNumber = fc.double();
const aBound = fc.double({ min: 0, max: 1e12, noNaN: true });
const anId = fc.stringMatching(/^[0-9a-f]{32}$/);
const startTime = new Date(1_767_225_600_000);

const anExemplar = fc.record({
  value: aBound,
  traceId: anId,
  spanId: anId,
  timestamp: fc.constant(startTime),
});

const buckets = fc.array(fc.tuple(aBound, fc.nat(1000)), { maxLength: 5 }).map((pairs) => {
  let count = 0;
  const bounds = [...new Map(pairs.sort(([a], [b]) => a - b)), [Infinity, 1] as const];
  return bounds.map(([upTo, more]) => ({ upTo, count: (count += more) }));
});

const someSeries = (name: fc.Arbitrary<string>, tag: fc.Arbitrary<string>) =>
  fc
    .record({
      name,
      type: aType,
      unit: aUnit,
      description: fc.option(fc.oneof(aText, anEscape), { nil: undefined }),
      tags: fc.dictionary(tag, fc.oneof(aText, anEscape), { maxKeys: 4 }),
      startTime: fc.constant(startTime),
      value: aNumber,
      sum: aNumber,
      buckets: fc.option(buckets, { nil: undefined }),
      exemplars: fc.option(fc.array(anExemplar, { maxLength: 3 }), { nil: undefined }),
      p50: aNumber,
    })
    .map((parts): MetricSeries => ({ ...parts, count: parts.buckets?.at(-1)?.count ?? 7 }));

const clashing = someSeries(
  fc.constantFrom('a', 'a.b', 'a-b', 'a_b', 'a.total', 'a.sum', 'a.count', 'a.bucket', 'a.created'),
  fc.constantFrom('x', 'x.y', 'x_y', 'le', 'exported_le', 'quantile', '1', 'key_1', 'é', ''),
);
const odd = someSeries(fc.oneof(aText, fc.constant('a')), fc.oneof(aText, anEscape));

const valuesOf = (families: ReadonlyMap<string, ParsedFamily>) => {
  const values = new Map<string, readonly [string, number][]>();
  for (const { name, labels, value } of [...families.values()].flatMap(({ samples }) => samples)) {
    const id = labels['id'] ?? '';
    values.set(id, [...(values.get(id) ?? []), [name, value]]);
  }
  return values;
};

const base = ({ unit }: MetricSeries, value: number) => (unit === 'ms' ? value / 1000 : value);
const PLAIN = (value: number) => (Object.is(value, -0) ? 0 : value);

function expected(series: MetricSeries): readonly number[] {
  const { type, value = NaN, sum, count, p50 = NaN, buckets: cells } = series;
  if (type === 'counter' || type === 'gauge') return [base(series, value)];
  const totals = [base(series, sum), count];
  // The smallest numbers that there are can be one in another unit.
  const isApart = (_: unknown, i: number) =>
    base(series, cells?.[i]?.upTo ?? NaN) !== base(series, cells?.[i + 1]?.upTo ?? NaN);
  return cells
    ? [...cells.filter(isApart).map((cell) => cell.count), ...totals]
    : [base(series, p50), NaN, NaN, ...totals];
}

describe('any series', () => {
  it.each([
    ['0.0.4', clashing],
    ['0.0.4', odd],
    ['1.0.0', clashing],
    ['1.0.0', odd],
  ] as const)('give a text of %s that can be read, without one identity twice', (version, one) => {
    const write = version === '0.0.4' ? prometheusText : openMetricsText;
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.boolean(), (series, created) => {
        const options = { created, resource: { 'service.name': 'x', [`"\n`]: 1 } };
        const families = parsePrometheus(write(series, options), version);

        expect(families.size).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['0.0.4', '1.0.0'] as const)('keep their values in a text of %s', (version) => {
    const write = version === '0.0.4' ? prometheusText : openMetricsText;
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 8 }), (given) => {
        // A name and a tag of its own for each, which nothing else can turn into.
        const series = given.map((each, i) => ({
          ...each,
          name: `${each.name}.n${i}x`,
          tags: { ...each.tags, id: String(i) },
        }));
        const values = valuesOf(parsePrometheus(write(series), version));
        const read = series.map((_, i) => values.get(String(i))?.map(([, value]) => PLAIN(value)));

        expect(read).toEqual(series.map((each) => expected(each).map(PLAIN)));
      }),
      { numRuns: 300 },
    );
  });

  it('keep their tags, where no two of them are one label', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-d]$/), fc.oneof(aText, anEscape)),
        (tags) => {
          const series: MetricSeries = {
            name: 'a',
            type: 'gauge',
            tags,
            startTime,
            value: 1,
            count: 1,
            sum: 1,
          };
          const [sample] = parsePrometheus(prometheusText([series])).get('a')?.samples ?? [];
          const filled = Object.entries(tags).filter(([, value]) => value !== '');
          const whole = filled.map(([tag, value]) => [
            tag,
            value.replace(/\p{Surrogate}/gu, '\ufffd'),
          ]);

          expect(sample?.labels).toEqual(Object.fromEntries(whole));
        },
      ),
    );
  });

  it('give the same text, however their tags are ordered', () => {
    fc.assert(
      fc.property(fc.array(clashing), (series) => {
        const turned = series.map((each) => {
          const tags = Object.fromEntries(Object.entries(each.tags).reverse());
          return { ...each, tags };
        });

        expect(prometheusText(turned)).toBe(prometheusText(series));
      }),
    );
  });
});
