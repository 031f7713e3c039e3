import { type MetricTags, isMetricName, textTags, toMetricData } from './metric-data';
import { MetricRegistry } from './metric-registry';

describe(isMetricName.name, () => {
  it.each(['a', 'http.client.request.duration', 'Stream-1/in_flight', 'x'.repeat(255)])(
    'takes %p',
    (name) => expect(isMetricName(name)).toBe(true),
  );

  it.each(['', '1st', '_a', '__name__', 'two words', 'a\n', 'é', 'x'.repeat(256), undefined, 7])(
    'refuses %p',
    (name) => expect(isMetricName(name)).toBe(false),
  );
});

describe(textTags.name, () => {
  it('makes text of the values and puts the names in order', () => {
    const tags = textTags({ status: 200, ok: true, route: '/orders' });

    expect(JSON.stringify(tags)).toBe('{"ok":"true","route":"/orders","status":"200"}');
    expect(Object.isFrozen(tags)).toBe(true);
  });

  it('cuts a long value, and counts what is equal then as the same', () => {
    const long = 'x'.repeat(255);

    expect(textTags({ long: `${long}y` })).toEqual({ long });
    expect(textTags({ long: `${long}z` })).toEqual({ long });
  });

  it.each(['', '__proto__', '__name__', 'otel.metric.overflow', 'x'.repeat(256)])(
    'refuses the name %p',
    (name) =>
      expect(textTags(JSON.parse(`{ ${JSON.stringify(name)}: 1 }`) as MetricTags)).toBe(undefined),
  );

  it('refuses a value that is no text, number or boolean', () => {
    const values = [undefined, null, {}, [], Symbol('s'), () => 1, 1n] as unknown as string[];

    expect(values.map((value) => textTags({ value }))).toEqual(values.map(() => undefined));
  });

  it('does not look at tags that are not kept', () => {
    const tags = { b: 2, a: 1, c: null } as unknown as MetricTags;

    expect(textTags(tags, (name) => name !== 'c')).toEqual({ a: '1', b: '2' });
    expect(textTags({}, () => false)).toEqual({});
  });
});

describe(toMetricData.name, () => {
  const at = new Date(5);
  const registry = new MetricRegistry({ diagnostics: { report: () => undefined } });
  registry.counter('counter').add(3, { a: 1 });
  registry.gauge('gauge').set(0);
  registry.timer('timer').record(10);
  registry.timer('timer').record(30);
  const [counter, gauge, timer] = registry.collect().map((series) => toMetricData(series, at));

  it('gives the value of counters and gauges, zero too', () => {
    expect(counter).toEqual({
      name: 'counter',
      type: 'counter',
      timestamp: at,
      tags: { a: '1' },
      value: 3,
      sum: 3,
      count: 1,
    });
    expect(gauge).toMatchObject({ type: 'gauge', value: 0 });
  });

  it('gives mean, extremes and quantiles of a distribution', () => {
    expect(timer).toMatchObject({ type: 'timer', value: 20, count: 2, sum: 40, min: 10, max: 30 });
    expect(Object.keys(timer?.quantiles ?? {})).toEqual(['0.5', '0.95', '0.99']);
    expect(timer?.quantiles?.['0.5']).toBeCloseTo(10, 0);
  });
});
