import { MetricTabsWorld, gauge, values } from '../../spec-support/metric-tabs-world';
import { settled } from '../../spec-support/settled';
import { TabLine } from './tab-line';
import { TabMetrics } from './tab-metrics';
import type { TabMetricsOptions } from './tab-options';
import { METRIC_TAB_PORTS } from './tab-ports';
import { withTabMetrics } from './with-tab-metrics';

const worldOf = (options: TabMetricsOptions = {}) =>
  new MetricTabsWorld({
    ...{ service: TabMetrics, classes: [TabLine], ports: METRIC_TAB_PORTS },
    feature: withTabMetrics(options).ɵproviders,
  });

const PERIOD = 1000;

describe(TabMetrics.name, () => {
  it('shows the metrics of this tab at once, and those of all tabs a little later', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    one.metrics.incrementCounter('paid', {}, 2);
    two.metrics.incrementCounter('paid', {}, 3);
    two.metrics.incrementCounter('sold', { page: 'a' });
    const seen = one.look();
    const first = values(one.tabs.series());
    await world.advance(50);

    expect(first).toEqual(['paid=2']);
    expect(values(one.tabs.series())).toEqual(['paid=5', 'sold{page=a}=1']);
    expect(seen).toHaveLength(2);
  });

  it('shows what is new after a period, and nothing when nothing is', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    two.metrics.incrementCounter('paid');
    const seen = one.look();
    await world.advance(PERIOD);
    two.metrics.incrementCounter('paid');
    await world.advance(PERIOD - 1);
    const before = seen.length;
    await world.advance(151);
    const after = seen.length;
    await world.advance(10 * PERIOD);

    expect([before, after, seen.length]).toEqual([2, 3, 3]);
    expect(values(one.tabs.series())).toEqual(['paid=2']);
  });

  it('posts nothing and has no timer while nobody looks', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    one.metrics.incrementCounter('paid');
    two.metrics.incrementCounter('paid');
    await world.advance(10 * PERIOD);

    expect(world.all.posted).toEqual([]);
    expect(world.clock.pending).toBe(0);
    expect(world.all.channels).toBe(2);
  });

  it('stops with its last subscriber, and begins anew with the next one', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    two.metrics.incrementCounter('paid');
    one.look();
    one.look();
    await world.advance(PERIOD);
    const { pending } = world.clock;
    one.stopLooking();
    const posted = world.all.posted.length;
    await world.advance(10 * PERIOD);

    expect(pending).toBe(1);
    expect(world.clock.pending).toBe(0);
    expect(world.all.posted).toHaveLength(posted);
    expect(one.tabs.series()).toEqual([]);

    one.look();
    await world.advance(50);

    expect(values(one.tabs.series())).toEqual(['paid=1']);
  });

  it('tells only what is new, and that it is there when nothing is', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    two.metrics.incrementCounter('a');
    two.metrics.incrementCounter('b');
    one.look();
    await world.advance(PERIOD);
    two.metrics.incrementCounter('b');
    await world.advance(PERIOD);
    await world.advance(PERIOD);
    const said = world
      .said(two.id)
      .map(({ type, series }) => [type, series?.map(({ name }) => name)]);

    expect(said).toEqual([
      ['series', ['a', 'b']],
      ['alive', undefined],
      ['series', ['b']],
      ['alive', undefined],
    ]);
  });

  it('answers two who look about once a period', async () => {
    const world = worldOf();
    const [one, two, three] = [world.open(), world.open(), world.open()];
    three.metrics.incrementCounter('paid');
    one.look();
    await world.advance(400);
    two.look();
    for (let i = 0; i < 20; i++) await world.advance(500);
    const answers = world.said(three.id).length;

    expect(answers).toBeGreaterThanOrEqual(11);
    expect(answers).toBeLessThanOrEqual(13);
    expect(values(one.tabs.series())).toEqual(['paid=1']);
    expect(values(two.tabs.series())).toEqual(['paid=1']);
  });

  it('merges quantiles as if one registry had seen all samples', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    for (let i = 1; i <= 100; i++) (i > 90 ? two : one).metrics.recordTimer('load', i);
    one.look();
    await world.advance(50);
    const [load] = one.tabs.series();

    expect(load).toMatchObject({ count: 100, sum: 5050, min: 1, max: 100 });
    expect(load?.p50).toBeGreaterThan(49);
    expect(load?.p50).toBeLessThan(51);
    expect(load?.p99).toBeGreaterThan(98);
  });

  it('takes a tab that does not answer out of the gauges, but keeps what it counted', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    for (const tab of [one, two]) {
      tab.metrics.incrementCounter('paid');
      tab.metrics.setGauge('in_flight', 2);
      tab.metrics.recordTimer('load', 5);
    }
    one.look();
    await world.advance(50);
    const before = values(one.tabs.series());
    two.crash();
    await world.advance(3 * PERIOD - 50);
    const waiting = values(one.tabs.series());
    await world.advance(PERIOD);

    expect(before).toEqual(['paid=2', 'in_flight=4', 'load=2']);
    expect(waiting).toEqual(before);
    expect(values(one.tabs.series())).toEqual(['paid=2', 'in_flight=2', 'load=2']);
  });

  it('knows at once when a tab is left, and takes it in again when it is back', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    two.metrics.setGauge('open', 1);
    two.metrics.incrementCounter('paid');
    one.look();
    await world.advance(50);
    two.away();
    await world.advance(50);
    const left = values(one.tabs.series());
    const channels = world.all.channels;
    two.back();
    two.metrics.incrementCounter('paid');
    await world.advance(3 * PERIOD);

    expect(left).toEqual(['paid=1']);
    expect(channels).toBe(1);
    expect(values(one.tabs.series())).toEqual(['open=1', 'paid=2']);
  });

  it('goes on when it was away itself', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    two.metrics.incrementCounter('paid');
    one.look();
    await world.advance(50);
    one.away();
    await world.advance(10 * PERIOD);
    two.metrics.incrementCounter('paid');
    one.back();
    await world.advance(3 * PERIOD);

    expect(values(one.tabs.series())).toEqual(['paid=2']);
    expect(world.all.channels).toBe(2);
  });

  it('follows a reset in another tab', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    two.metrics.incrementCounter('a', {}, 5);
    two.metrics.incrementCounter('b', {}, 5);
    one.look();
    await world.advance(50);
    two.metrics.reset();
    two.metrics.incrementCounter('a');
    await world.advance(2 * PERIOD);

    expect(values(one.tabs.series())).toEqual(['a=1']);
  });

  it.each([
    ['sum', ['version=6']],
    ['max', ['version=3']],
    ['min', ['version=1']],
    ['last', ['version=2']],
  ] as const)('makes of a gauge what is wanted: %s', async (rule, expected) => {
    const world = worldOf({ gauges: { version: rule } });
    const [one, two, three] = [world.open(), world.open(), world.open()];
    one.metrics.setGauge('version', 1);
    two.metrics.setGauge('version', 9);
    three.metrics.setGauge('version', 3);
    one.look();
    await world.advance(PERIOD);
    two.metrics.setGauge('version', 2);
    await world.advance(2 * PERIOD);

    expect(values(one.tabs.series())).toEqual(expected);
  });

  it('looks without the others where there is no way to them', async () => {
    const world = worldOf();
    const one = world.open({ ports: false });
    one.metrics.setGauge('open', 1);
    const seen = one.look();
    one.metrics.setGauge('open', 2);
    await world.advance(PERIOD);

    expect(seen.map(gauge)).toEqual([1, 2]);
    expect(one.diagnostics.codes).toEqual([]);
  });

  it('looks without the others where a channel cannot be opened, and says so once', async () => {
    const world = worldOf();
    const one = world.open({ refused: true });
    one.metrics.setGauge('open', 1);
    one.look();
    one.away();
    one.back();
    await world.advance(PERIOD);

    expect(values(one.tabs.series())).toEqual(['open=1']);
    expect(one.diagnostics.codes).toEqual(['RXM875']);
  });

  it('sees the others although it is none of those who tell', async () => {
    const world = worldOf();
    const [one, two] = [world.open({ feature: false }), world.open()];
    const closed = world.all.channels;
    two.metrics.incrementCounter('paid');
    one.look();
    await world.advance(50);
    const seen = values(one.tabs.series());
    one.stopLooking();

    expect([closed, world.all.channels]).toEqual([1, 1]);
    expect(seen).toEqual(['paid=1']);
  });

  it('ends with its application: the channel is closed, the others are told, nothing ticks', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    let completed = false;
    one.tabs.series$.subscribe({ complete: () => (completed = true) });
    one.destroy();
    await settled();

    expect(completed).toBe(true);
    expect(world.said(one.id).at(-1)?.type).toBe('left');
    expect([world.all.channels, world.clock.pending]).toEqual([1, 0]);
    two.destroy();
  });
});

describe('hostile tabs', () => {
  it('are not believed, whatever they post, and told of once', async () => {
    const world = worldOf();
    const one = world.open();
    one.metrics.incrementCounter('paid');
    one.look();
    const stranger = world.all.channel('rx-mesh.metrics');
    for (const data of ['hello', null, 7, [], { v: 2 }, { v: 1, type: 'alive' }]) {
      stranger.postMessage(data);
    }
    await world.advance(PERIOD);

    expect(values(one.tabs.series())).toEqual(['paid=1']);
    expect(one.diagnostics.codes).toEqual(['RXM873']);
  });

  it('are no more than 32, and told of once', async () => {
    const world = worldOf();
    const one = world.open();
    one.look();
    const stranger = world.all.channel('rx-mesh.metrics');
    const series = [
      { name: 'paid', type: 'counter', tags: {}, start: 0, count: 1, sum: 1, value: 1 },
    ];
    for (let i = 0; i < 100; i++) {
      stranger.postMessage({ v: 1, type: 'series', from: `tab ${i}`, whole: true, series });
    }
    await world.advance(50);
    for (let i = 0; i < 100; i++) stranger.postMessage({ v: 1, type: 'alive', from: `tab ${i}` });
    await world.advance(PERIOD);
    const looks = world.said(one.id).filter(({ type }) => type === 'look');

    expect(values(one.tabs.series())).toEqual(['paid=31']);
    expect(one.diagnostics.codes).toEqual(['RXM874']);
    expect(looks.map(({ whole }) => whole)).toEqual([true, false]);
  });

  it('that echo are not heard', async () => {
    const world = worldOf();
    const one = world.open();
    one.metrics.incrementCounter('paid');
    one.look();
    const echo = world.all.channel('rx-mesh.metrics');
    for (const message of world.all.posted.slice()) echo.postMessage(message);
    await world.advance(50);

    expect(values(one.tabs.series())).toEqual(['paid=1']);
    expect(world.said(one.id).map(({ type }) => type)).toEqual(['look', 'look']);
  });
});

describe('a tab with many series', () => {
  it('tells a thousand of them, and says so', async () => {
    const world = worldOf();
    const [one, two] = [world.open(), world.open()];
    for (let i = 0; i < 1100; i++) two.metrics.incrementCounter(`m${i % 150}`, { i });
    one.look();
    await world.advance(50);

    expect(one.tabs.series()).toHaveLength(1000);
    expect(two.diagnostics.codes).toEqual(['RXM874']);
  });
});
