import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { MetricDefinition, MetricType } from './metric-data';
import { MetricDefinitionError, isMetricDefinitionError } from './metric-definition';
import { MetricRegistry, type MetricRegistryOptions } from './metric-registry';

const make = (options?: MetricRegistryOptions) => {
  const diagnostics = new RecordingDiagnostics();
  return { diagnostics, registry: new MetricRegistry({ diagnostics }, options) };
};
const untyped = (definition: unknown) => definition as MetricDefinition;
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('A definition', () => {
  it('gives the same metric again, whoever asks', () => {
    const { registry } = make();
    const definition = { unit: 's', description: 'How long.', buckets: [1, 2] };
    const first = registry.histogram('a', definition);

    expect(registry.histogram('a', { ...definition, buckets: [1, 2] })).toBe(first);
    expect(registry.histogram('a')).toBe(first);
    expect(registry.ɵmetric('histogram', 'a')).toBe(first);
    expect(first.name).toBe('a');
  });

  it('shows in each series, and adds what was not said before', () => {
    const { registry } = make();
    registry.counter('a').add();
    const [before] = registry.collect();
    registry.counter('a', { unit: '{order}', description: 'Paid orders.' });
    registry.counter('a', { description: 'Something else.' });

    expect(before).not.toHaveProperty('unit');
    expect(registry.collect()).toMatchObject([
      { unit: '{order}', description: 'Paid orders.', value: 1 },
    ]);
    expect(registry.collect()).toBe(registry.collect());
  });

  it.each<[string, MetricType, string, unknown, string]>([
    ['a name that is none', 'counter', 'two words', {}, '"two words" cannot name a metric: take 1'],
    ['a unit with a space', 'gauge', 'a', { unit: 'per second' }, 'unit must be 1 to 63 ASCII'],
    ['a unit beyond ASCII', 'histogram', 'a', { unit: 'µs' }, 'its unit must be 1 to 63'],
    ['an empty unit', 'counter', 'a', { unit: '' }, 'its unit must be 1 to 63'],
    ['a long unit', 'counter', 'a', { unit: 'x'.repeat(64) }, 'its unit must be 1 to 63'],
    ['a unit that is no text', 'counter', 'a', { unit: 1 }, 'its unit must be 1 to 63'],
    ['another unit of a timer', 'timer', 'a', { unit: 's' }, 'its unit must be ms.'],
    ['a description that is no text', 'counter', 'a', { description: 1 }, 'must be a text.'],
    ['buckets of a counter', 'counter', 'a', { buckets: [1] }, 'its buckets must be left out.'],
    ['buckets of a gauge', 'gauge', 'a', { buckets: [1] }, 'its buckets must be left out.'],
    ['equal buckets', 'histogram', 'a', { buckets: [1, 1] }, 'each above the one before.'],
    ['falling buckets', 'timer', 'a', { buckets: [2, 1] }, 'each above the one before.'],
    ['a bucket without an end', 'timer', 'a', { buckets: [1, Infinity] }, 'finite numbers'],
    ['a bucket that is no number', 'histogram', 'a', { buckets: ['1'] }, 'finite numbers'],
    ['buckets that are no list', 'histogram', 'a', { buckets: 5 }, 'at most 200 finite'],
    ['too many buckets', 'histogram', 'a', { buckets: [...Array(201).keys()] }, 'at most 200'],
  ])('refuses %s', (_, type, name, definition, message) => {
    const { registry, diagnostics } = make();
    const error = thrown(() => registry[type](name, untyped(definition)));

    expect(error).toBeInstanceOf(MetricDefinitionError);
    expect(error).toMatchObject({ code: 'RXM856', metric: name });
    expect(isMetricDefinitionError(error)).toBe(true);
    expect((error as Error).message).toContain(message);
    expect([registry.rejected, diagnostics.codes]).toEqual([0, []]);
    // What was refused leaves nothing behind.
    expect(registry.timer('a', { unit: 'ms', buckets: [...Array(200).keys()] }).name).toBe('a');
  });

  it('takes a unit of 63 characters, and buckets below zero or none at all', () => {
    const { registry } = make();
    registry.histogram('a', { unit: 'x'.repeat(63), buckets: [-1, 0] }).record(0);
    registry.histogram('b', { buckets: [] }).record(5);

    expect(registry.collect().map(({ buckets }) => buckets)).toEqual([
      [
        { upTo: -1, count: 0 },
        { upTo: 0, count: 1 },
        { upTo: Infinity, count: 1 },
      ],
      [{ upTo: Infinity, count: 1 }],
    ]);
  });

  it.each<[string, MetricType, MetricDefinition, string]>([
    ['type', 'timer', {}, 'Metric "a" is a histogram in s, so it cannot be a timer in ms.'],
    ['unit', 'histogram', { unit: 'By' }, 'so it cannot be a histogram in By. Take another name.'],
    ['buckets', 'histogram', { buckets: [1, 3] }, 'Metric "a" has other buckets already.'],
  ])('refuses another %s than before', (_, type, definition, message) => {
    const { registry } = make();
    registry.histogram('a', { unit: 's', buckets: [1, 2] }).record(1);

    expect(() => registry[type]('a', definition)).toThrow(message);
    expect(() => registry[type]('a', definition)).toThrow(MetricDefinitionError);

    registry.histogram('a').record(1);

    expect(registry.collect()).toMatchObject([{ type: 'histogram', unit: 's', count: 2 }]);
  });

  it('takes buckets before the first sample, and after a reset; not in between', () => {
    const { registry } = make();
    const histogram = registry.histogram('a');
    histogram.record(1);

    expect(() => registry.histogram('a', { buckets: [1] })).toThrow('before its first sample');

    registry.reset();
    registry.histogram('a', { buckets: [1] });
    histogram.record(1);

    expect(registry.collect()).toMatchObject([{ count: 1, buckets: [{ upTo: 1, count: 1 }, {}] }]);
  });

  it('is read once: a list of buckets that changes later changes nothing', () => {
    const { registry } = make();
    const buckets = [1, 2];
    registry.histogram('a', { buckets });
    buckets.push(0);
    registry.histogram('a').record(1.5);

    expect(registry.collect()[0]?.buckets?.map(({ upTo }) => upTo)).toEqual([1, 2, Infinity]);
  });

  it('of one too many is no error: its samples are dropped', () => {
    const { registry, diagnostics } = make({ maxMetrics: 1 });
    registry.counter('a').add();
    registry.counter('b').add();

    expect([registry.collect().length, registry.rejected]).toEqual([1, 1]);
    expect(diagnostics.codes).toEqual(['RXM855']);
  });

  it('of code that must go on takes what is there', () => {
    const { registry } = make();
    registry.histogram('a', { buckets: [1] }).record(1);
    registry.ɵmetric('histogram', 'a', { unit: 's', buckets: [2] }).record(1);

    expect(registry.collect()).toMatchObject([{ unit: 's', count: 2, buckets: [{ upTo: 1 }, {}] }]);
  });
});
