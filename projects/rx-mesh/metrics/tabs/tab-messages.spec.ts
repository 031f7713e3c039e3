import fc from 'fast-check';
import { deserialize, serialize } from 'node:v8';
import { QuantileSketch } from 'rx-mesh/kernel';
import type { MetricSeries } from '../metric-data';
import { readMessage, writeMessage } from './tab-messages';
import type { TabSeries } from './tab-series';

const sketch = new QuantileSketch();
for (const value of [1, 2, 30]) sketch.record(value);

const counter = {
  name: 'paid',
  type: 'counter',
  tags: { a: 'b' },
  start: 5,
  count: 1,
  sum: 2,
  value: 2,
};
const timer = {
  ...{ name: 'load', type: 'timer', unit: 'ms', tags: {}, start: 5, count: 3, sum: 33 },
  ...{ min: 1, max: 30, bounds: [1, 10, Infinity], counts: [1, 2, 3], sketch: sketch.snapshot() },
};
const told = (...series: readonly unknown[]) => ({
  v: 1,
  type: 'series',
  from: 'a',
  whole: true,
  series,
});

/** What comes out of a channel. */
const posted = (data: object): unknown => deserialize(serialize(data));

describe(readMessage.name, () => {
  it.each([
    { type: 'look', from: 'a', every: 1000, whole: true },
    { type: 'alive', from: 'a' },
    { type: 'left', from: 'a' },
  ] as const)('reads what is written: %j', (message) => {
    expect(readMessage(posted(writeMessage(message)))).toEqual(message);
  });

  it('reads series, and is what it read when it is written again', () => {
    const message = readMessage(told(counter, timer));

    expect(message).toMatchObject({
      type: 'series',
      series: [
        {
          key: '["counter","paid","",{"a":"b"}]',
          series: { name: 'paid', value: 2, tags: { a: 'b' }, startTime: new Date(5) },
          sketch: undefined,
        },
        {
          series: {
            name: 'load',
            min: 1,
            max: 30,
            buckets: [{}, {}, { upTo: Infinity, count: 3 }],
          },
        },
      ],
    });
    expect(message && readMessage(posted(writeMessage(message)))).toEqual(message);
  });

  it('reads the rest of a message of which one series is beyond the bounds', () => {
    const named = (name: string, changes: Partial<MetricSeries>): TabSeries => ({
      key: name,
      series: { ...counter, type: 'counter', startTime: new Date(5), name, ...changes },
      sketch: undefined,
    });
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, '']));
    const message = readMessage(
      posted(
        writeMessage({
          ...{ type: 'series', from: 'a', whole: true },
          series: [
            named('tagged', { tags: tags(65) }),
            named('wordy', { description: 'a'.repeat(1001) }),
            named('fit', { tags: tags(64), description: 'b'.repeat(1000) }),
          ],
        }),
      ),
    );

    expect(message).toMatchObject({
      series: [
        { series: { name: 'wordy', value: 2, description: 'a'.repeat(1000) } },
        { series: { name: 'fit', value: 2, tags: tags(64), description: 'b'.repeat(1000) } },
      ],
    });
  });

  it('finds the same key whatever the order of tags', () => {
    const keys = [
      { a: '1', b: '2' },
      { b: '2', a: '1' },
    ].map((tags) => {
      const message = readMessage(told({ ...counter, tags }));
      return message?.type === 'series' && message.series[0]?.key;
    });

    expect(keys[0]).toBe(keys[1]);
  });

  it.each<[string, unknown]>([
    ['another version', { ...told(), v: 2 }],
    ['another type', { v: 1, type: 'hello', from: 'a', whole: true }],
    ['nobody', { v: 1, type: 'alive' }],
    ['a long name of a tab', { v: 1, type: 'alive', from: 'a'.repeat(256) }],
    ['a look without a period', { v: 1, type: 'look', from: 'a', whole: true }],
    ['a look with a period that is none', { v: 1, type: 'look', from: 'a', whole: true, every: 0 }],
    ['no word on the rest', { v: 1, type: 'series', from: 'a', series: [] }],
    ['no list', { ...told(), series: {} }],
    ['too many series', told(...Array<unknown>(1001).fill(counter))],
    ['a series that is none', told(null)],
    ['a bad name', told({ ...counter, name: '1' })],
    ['a bad type', told({ ...counter, type: 'summary' })],
    ['a unit that is none', told({ ...counter, unit: 1 })],
    ['a long description', told({ ...counter, description: 'a'.repeat(1001) })],
    ['no tags', told({ ...counter, tags: [] })],
    ['a tag that is no text', told({ ...counter, tags: { a: 1 } })],
    ['a reserved tag', told({ ...counter, tags: JSON.parse('{"__proto__":"a"}') as object })],
    ['a long tag', told({ ...counter, tags: { a: 'b'.repeat(256) } })],
    [
      'many tags',
      told({
        ...counter,
        tags: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`t${i}`, ''])),
      }),
    ],
    ['half a sample', told({ ...counter, count: 0.5 })],
    ['a start that is none', told({ ...counter, start: 9e15 })],
    ['a counter without a value', told({ ...counter, value: undefined })],
    ['a counter below zero', told({ ...counter, sum: -1 })],
    ['a sum of nothing', told({ ...counter, sum: NaN })],
    ['a timer without a range', told({ ...timer, min: undefined })],
    ['buckets without counts', told({ ...timer, counts: undefined })],
    ['no buckets at all', told({ ...timer, bounds: [], counts: [] })],
    ['buckets that end', told({ ...timer, bounds: [1, 10, 100] })],
    ['buckets that go down', told({ ...timer, bounds: [10, 1, Infinity] })],
    ['counts that go down', told({ ...timer, counts: [2, 1, 3] })],
    ['counts of others', told({ ...timer, counts: [1, 2, 4] })],
    ['more counts than bounds', told({ ...timer, counts: [1, 2, 3, 3] })],
    ['a bound that is none', told({ ...timer, bounds: ['1', 10, Infinity] })],
    ['a sketch that is none', told({ ...timer, sketch: {} })],
    ['a sketch of others', told({ ...timer, sketch: new QuantileSketch().snapshot() })],
    [
      'a sketch of other buckets',
      told({ ...timer, sketch: { ...sketch.snapshot(), accuracy: 0.1 } }),
    ],
  ])('does not read %s', (_name, data) => {
    expect(readMessage(data)).toBeUndefined();
  });

  it('reads or refuses, and never throws, whatever one member is', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom(...Object.keys(timer)),
        fc.constantFrom(counter, timer),
        (value, key, series) => {
          const message = readMessage(told({ ...series, [key]: value }));
          expect(['series', undefined]).toContain(message?.type);
        },
      ),
    );
  });

  it('reads or refuses anything', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(readMessage(data)).toBeUndefined();
      }),
    );
  });
});
