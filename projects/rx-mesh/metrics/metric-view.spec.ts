import { InvalidOptionError } from 'rx-mesh/kernel';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { MetricDefinitionError } from './metric-definition';
import { MetricRegistry, type MetricRegistryOptions } from './metric-registry';
import { type MetricView, metricViews } from './metric-view';

const make = (views: readonly MetricView[], options?: MetricRegistryOptions) => {
  const diagnostics = new RecordingDiagnostics();
  const ports = { diagnostics, views: metricViews(views) };
  return { diagnostics, registry: new MetricRegistry(ports, options) };
};

describe(metricViews.name, () => {
  it.each<[string | RegExp, string[]]>([
    ['http.client', ['http.client']],
    ['http.*', ['http.client', 'http.client/x']],
    ['*', ['http.client', 'http.client/x', 'httpXclient', 'a']],
    ['*client*', ['http.client', 'http.client/x', 'httpXclient']],
    [/http.client/g, ['http.client', 'httpXclient']],
    [/a|HTTP\.client/i, ['http.client', 'a']],
  ])('matches the whole name by %p', (match, expected) => {
    const viewOf = metricViews([{ match }]);
    const names = ['http.client', 'http.client/x', 'httpXclient', 'a'];

    expect(names.filter((name) => viewOf(name))).toEqual(expected);
    expect(names.filter((name) => viewOf(name))).toEqual(expected);
  });

  it.each<[unknown, string, string]>([
    [{}, '[0].match', 'must be the name of a metric, with "*"'],
    [{ match: '' }, '[0].match', 'must be the name of a metric, with "*"'],
    [{ match: 'two words' }, '[0].match', 'must be the name of a metric, with "*"'],
    [{ match: 'a', nmae: 'b' }, '[0].nmae', 'must be left out: there is no such option'],
    [{ match: 'a', toString: 1 }, '[0].toString', 'must be left out: there is no such option'],
    [{ match: 'a', name: '1' }, '[0].name', 'must be a name that a metric can have'],
    [{ match: 'a*', name: 'b' }, '[0].name', 'must be left out where match may be several names'],
    [{ match: /a/, name: 'b' }, '[0].name', 'must be left out where match may be several names'],
    [{ match: 'a', description: 1 }, '[0].description', 'must be a text'],
    [{ match: 'a', drop: 1 }, '[0].drop', 'must be true or false'],
    [{ match: 'a', drop: true, name: 'b' }, '[0].drop', 'must be left out where something else'],
    [{ match: 'a', tags: null }, '[0].tags', 'must be either { keep: names } or { drop: names }'],
    [{ match: 'a', tags: {} }, '[0].tags', 'must be either'],
    [{ match: 'a', tags: { keep: ['x'], drop: ['y'] } }, '[0].tags', 'must be either'],
    [{ match: 'a', tags: { keep: 'x' } }, '[0].tags', 'must be either'],
    [{ match: 'a', tags: { drop: [1] } }, '[0].tags', 'must be either'],
    [{ match: 'a', buckets: [2, 1] }, '[0].buckets', 'must be at most 200 finite numbers'],
    [{ match: 'a', maxSeries: 0 }, '[0].maxSeries', 'must be a whole number of at least 1'],
  ])('refuses %p', (view, option, message) => {
    const work = () => metricViews([view as MetricView]);

    expect(work).toThrow(InvalidOptionError);
    expect(work).toThrow(message);
    expect(work).toThrow(`MetricsOptions.views${option} is `);
  });

  it.each([[['a', 'a']], [['a*', 'ab']], [['*.b', 'a.*.b']], [['*', 'x', 'y']], [[/a/, /a/]]])(
    'refuses a view that never applies for one before it: %p',
    (matches) => {
      expect(() => metricViews(matches.map((match) => ({ match })))).toThrow(
        'MetricsOptions.views[1].match is ',
      );
    },
  );

  it('refuses two views that give one name', () => {
    const views = ['a', 'b'].map((match) => ({ match, name: 'c' }));

    expect(() => metricViews(views)).toThrow('views[1].name is "c", but must be the name of no');
  });

  it('takes an exception before a rule, and options that are undefined', () => {
    const views: MetricView[] = [
      { match: 'a.b', drop: undefined, tags: { keep: [], drop: undefined } },
      { match: /a\..*/ },
      { match: 'a.*', drop: true, name: undefined },
    ];
    expect(metricViews(views)('a.b')?.drop).toBeUndefined();
  });
});

describe('A view', () => {
  it('gives another name, description and other buckets', () => {
    const { registry } = make([
      { match: 'old', name: 'new', description: 'By the application.', buckets: [1] },
    ]);
    const old = registry.timer('old', { description: 'By its code.', buckets: [5, 6] });
    old.record(1);
    registry.timer('old').record(2);

    expect(old.name).toBe('new');
    expect(registry.collect()).toMatchObject([
      { name: 'new', description: 'By the application.', count: 2, buckets: [{ upTo: 1 }, {}] },
    ]);
    expect([registry.quantile('new', 1), registry.quantile('old', 1)]).toEqual([2, 2]);
  });

  it('takes series together that differ in tags that it drops', () => {
    const { registry } = make([{ match: 'a', tags: { drop: ['user', '__bad'] } }]);
    for (let user = 0; user < 5; user++) registry.counter('a').add(1, { user, city: 'Rome' });
    registry.counter('a').bind({ __bad: 1, city: 'Rome', user: 9 }).add();
    registry.counter('b').add(1, { user: 1 });

    expect(registry.collect()).toMatchObject([
      { value: 6, tags: { city: 'Rome' } },
      { name: 'b', tags: { user: '1' } },
    ]);
    expect(registry.rejected).toBe(0);
  });

  it('keeps the tags that it names, and says of a kept one that it is bad', () => {
    const { registry, diagnostics } = make([{ match: '*', tags: { keep: ['city'] } }]);
    registry.timer('a').record(1, { user: 1, city: 'Rome' });
    registry.timer('a').record(1, { user: 2 });
    registry.timer('a').record(1, { city: {} as string });
    registry
      .timer('a')
      .bind({ city: {} as string })
      .record(1);

    expect(registry.collect().map(({ tags }) => tags)).toEqual([{ city: 'Rome' }, {}]);
    expect([registry.rejected, diagnostics.codes]).toEqual([2, ['RXM854']]);
  });

  it('drops a metric, which is no loss that is told of', () => {
    const { registry, diagnostics } = make([{ match: 'noise.*', drop: true }], { maxMetrics: 1 });
    for (let i = 0; i < 5; i++) registry.counter(`noise.${i}`).add();
    const bound = registry.gauge('noise.0').bind();
    bound.set(NaN);
    bound.hold()();
    registry.timer('a').record(1);

    expect(registry.collect()).toMatchObject([{ name: 'a' }]);
    expect([registry.rejected, diagnostics.codes]).toEqual([0, []]);
  });

  it('sets how many series a metric may have', () => {
    const { registry, diagnostics } = make([{ match: 'a', maxSeries: 1 }]);
    for (const name of ['a', 'b']) for (const id of [1, 2]) registry.counter(name).add(1, { id });

    expect(registry.collect().map(({ name, tags }) => [name, tags])).toEqual([
      ['a', { id: '1' }],
      ['a', { 'otel.metric.overflow': 'true' }],
      ['b', { id: '1' }],
      ['b', { id: '2' }],
    ]);
    expect(diagnostics.codes).toEqual(['RXM853']);
  });

  it('that renames makes one metric of two, unless they contradict', () => {
    const { registry } = make([
      { match: 'old', name: 'new' },
      { match: 'older', name: 'a', tags: { keep: [] } },
    ]);
    registry.counter('new').add(1);
    registry.counter('old').add(2);
    registry.counter('a').add(1, { user: 1 });

    expect(registry.collect()).toMatchObject([{ name: 'new', value: 3 }, { name: 'a' }]);
    expect(() => registry.counter('older')).toThrow(MetricDefinitionError);
    expect(() => registry.counter('older')).toThrow('Metric "a" has other tags already.');
    expect(() => registry.gauge('old')).toThrow('Metric "new" is a counter');
  });

  it('passes over the buckets of what has none', () => {
    const { registry } = make([{ match: '*', buckets: [1] }]);
    registry.counter('a').add();
    registry.gauge('b').set(1);
    registry.histogram('c', { buckets: [7] }).record(1);
    registry.histogram('c', { buckets: [8] }).record(1);

    expect(registry.collect().map(({ buckets }) => buckets?.length)).toEqual([
      undefined,
      undefined,
      2,
    ]);
  });
});
